import type { Clock, Random } from '../../contract/system.ts'
import { PROJECT_NUMBER, segmentsOf } from '../address.ts'
import type { Call } from '../call.ts'
import { bytesReply, jsonReply, type Reply } from '../reply.ts'
import { page } from '../server/page.ts'
import {
  CLOUD_PLATFORM_SCOPE,
  type IssuedTokens,
  MOST_SCOPE_CHARS,
  TOKEN_LIFETIME_S,
} from './issued-tokens.ts'

export interface MetadataOptions {
  readonly clock: Clock
  readonly random: Random
  readonly tokens: IssuedTokens
  readonly projectId: string
  /** E-mail address of the machine's service account. */
  readonly account: string
}

/** A directory, a value, or something made for each call, which no listing of values shows. */
type Entry = { readonly [name: string]: Entry } | string | readonly string[] | ((call: Call) => Reply)

const HEADERS = { 'metadata-flavor': 'Google', server: 'Metadata Server for VM' } as const

/** `GET /` and what is under `/computeMetadata/`: a Compute Engine machine's metadata server. */
export function createMetadata(options: MetadataOptions): (call: Call) => Reply {
  const tree = { '0.1': {}, computeMetadata: { v1: contents(options) } }
  return (call) => {
    const reply = answer(tree, call)
    return { ...reply, headers: { ...reply.headers, ...HEADERS } }
  }
}

function answer(tree: Entry, call: Call): Reply {
  const names = segmentsOf(call.path)
  const entry = names?.reduce<Entry | undefined>(below, tree)
  if (call.method !== 'GET') return page(405)
  // The root is what clients ask to find out whether there is such a server at all.
  if (names?.length !== 0 && call.headers['metadata-flavor'] !== 'Google') {
    return page(403)
  }
  if (entry === undefined) return page(404)
  if (typeof entry === 'function') return entry(call)
  const recursive = call.query.get('recursive') === 'true'
  const asJson = recursive || call.query.get('alt') === 'json'
  if (isDirectory(entry) && !recursive) return text(listing(entry))
  return asJson && call.query.get('alt') !== 'text' ? jsonReply(valueOf(entry)) : text(textOf(entry))
}

function contents({ clock, random, tokens, projectId, account }: MetadataOptions): Entry {
  const self: Entry = {
    aliases: ['default'],
    email: account,
    identity: (call) => {
      const audience = call.query.get('audience')
      if (!audience) return text('non-empty audience parameter required\n', 400)
      return text(idToken({ audience, account, nowMs: clock.now(), random }))
    },
    scopes: [CLOUD_PLATFORM_SCOPE],
    token: (call) => {
      const scope = call.query.get('scopes')?.split(',').join(' ') || CLOUD_PLATFORM_SCOPE
      if (scope.length > MOST_SCOPE_CHARS) return text('too many scopes\n', 400)
      const token = tokens.issue({ account, scope, lifetimeS: TOKEN_LIFETIME_S })
      return jsonReply({ access_token: token, expires_in: TOKEN_LIFETIME_S, token_type: 'Bearer' })
    },
  }
  return {
    instance: { 'service-accounts': { [account]: self, default: self } },
    project: { 'numeric-project-id': PROJECT_NUMBER, 'project-id': projectId },
    universe: { 'universe-domain': 'googleapis.com' },
  }
}

/** Formed like Google's, and signed by nobody: the key it names is published nowhere. */
function idToken(about: {
  readonly audience: string
  readonly account: string
  readonly nowMs: number
  readonly random: Random
}): string {
  const iat = Math.floor(about.nowMs / 1000)
  const header = { alg: 'RS256', kid: 'emulator', typ: 'JWT' }
  const claims = {
    aud: about.audience,
    azp: PROJECT_NUMBER,
    email: about.account,
    email_verified: true,
    exp: iat + 3600,
    iat,
    iss: 'https://accounts.google.com',
    sub: PROJECT_NUMBER,
  }
  const parts = [JSON.stringify(header), JSON.stringify(claims), about.random.bytes(256)]
  return parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
}

function below(entry: Entry | undefined, name: string): Entry | undefined {
  return entry !== undefined && isDirectory(entry) && Object.hasOwn(entry, name) ? entry[name] : undefined
}

function isDirectory(entry: Entry): entry is Readonly<Record<string, Entry>> {
  return typeof entry === 'object' && !Array.isArray(entry)
}

function listing(directory: Readonly<Record<string, Entry>>): string {
  return Object.entries(directory)
    .map(([name, entry]) => `${name}${isDirectory(entry) ? '/' : ''}\n`)
    .join('')
}

/** As `recursive=true` gives it: keys in camelCase, without what is made for each call. */
function valueOf(entry: Entry): unknown {
  if (!isDirectory(entry)) return entry
  const kept = Object.entries(entry).filter(([, value]) => typeof value !== 'function')
  return Object.fromEntries(kept.map(([name, value]) => [camelCase(name), valueOf(value)]))
}

function camelCase(name: string): string {
  return name.includes('@') ? name : name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function textOf(entry: Entry): string {
  if (typeof entry === 'string') return entry
  if (Array.isArray(entry)) return entry.map((line) => `${line}\n`).join('')
  return isDirectory(entry) ? listing(entry) : ''
}

function text(body: string, status = 200): Reply {
  return bytesReply([Buffer.from(body)], { status, headers: { 'content-type': 'application/text' } })
}
