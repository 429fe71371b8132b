import { PlantainError } from '../contract/error.ts'
import type { Dial, DialAnswer } from './dial.ts'
import { dialFault } from './dial-failure.ts'
import type { Env } from './google-credential.ts'
import { parseJsonObject, textOf } from './json-object.ts'

/** Link-local, so a packet never leaves the machine's host; the name would need a DNS answer first. */
const ADDRESS = '169.254.169.254'
/** Elsewhere than on Google Cloud the address swallows packets: this is what a start without credentials costs. */
const PING_TIMEOUT_MS = 3_000
/** GKE's metadata server may take seconds to mint the first token of a pod. */
const CALL_TIMEOUT_MS = 15_000
const FLAVOUR = { 'metadata-flavor': 'Google' } as const

export interface MintedToken {
  readonly token: string
  readonly expiresInS: number
}

export interface MetadataServer {
  /** Rejects with `credential_missing` where no metadata server answers. */
  find(): Promise<void>
  token(scope: string): Promise<MintedToken>
  projectId(): Promise<string | undefined>
}

/** Google's metadata server at `GCE_METADATA_IP`, `GCE_METADATA_HOST` (a host or host:port), or its fixed address. */
export function metadataServer(env: Env, dial: Dial): MetadataServer {
  const host = env['GCE_METADATA_IP'] || env['GCE_METADATA_HOST'] || ADDRESS
  const base = `${/^https?:\/\//.test(host) ? host : `http://${host}`}/computeMetadata/v1`
  const get = (path: string, timeoutMs: number) =>
    dial({
      method: 'GET',
      url: new URL(`${base}/${path}`),
      headers: FLAVOUR,
      signal: AbortSignal.timeout(timeoutMs),
    })

  return {
    find: async () => {
      const answer = await get('instance', PING_TIMEOUT_MS)
      if (answer.kind === 'failure' || !isGoogle(answer))
        throw new PlantainError('credential_missing', NOT_FOUND)
    },
    token: async (scope) => {
      const path = `instance/service-accounts/default/token?scopes=${encodeURIComponent(scope)}`
      const answer = await get(path, CALL_TIMEOUT_MS)
      if (answer.kind === 'failure') throw new PlantainError({ ...dialFault(answer, host), charged: 'no' })
      if (answer.status === 404 || answer.status === 403)
        throw new PlantainError('credential_missing', UNATTACHED)
      const minted = isGoogle(answer) && answer.status === 200 ? readToken(answer.body) : undefined
      if (minted !== undefined) return minted
      throw new PlantainError(
        'upstream_error',
        `The metadata server gave no access token (HTTP ${answer.status}). Try again, or look at its machine's logs.`,
        { charged: 'no' },
      )
    },
    projectId: async () => {
      const answer = await get('project/project-id', CALL_TIMEOUT_MS)
      const found = answer.kind === 'answer' && answer.status === 200 && isGoogle(answer)
      return found ? answer.body.toString().trim() || undefined : undefined
    },
  }
}

const NOT_FOUND =
  'No Google credential was found: GOOGLE_APPLICATION_CREDENTIALS is not set, gcloud has no application default ' +
  'login, and no metadata server answers. Run “gcloud auth application-default login”, or set ' +
  'GOOGLE_APPLICATION_CREDENTIALS to the path of a credential file.'

const UNATTACHED =
  'The machine has no service account that may give tokens. Attach one with the scope cloud-platform (on GKE, bind ' +
  'the pod to a service account with Workload Identity), or configure a credential file.'

/** The answer carries the header too: a captive portal or a stray web server does not. */
function isGoogle(answer: DialAnswer): boolean {
  return answer.headers['metadata-flavor'] === 'Google'
}

function readToken(body: Buffer): MintedToken | undefined {
  const document = parseJsonObject(body.toString())
  const token = textOf(document, 'access_token')
  const expiresInS = document?.['expires_in']
  return token !== undefined && typeof expiresInS === 'number' ? { token, expiresInS } : undefined
}
