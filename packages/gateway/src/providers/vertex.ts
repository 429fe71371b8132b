import type { ProviderCredential } from '../contract/caller.ts'
import { type Fault, PlantainError } from '../contract/error.ts'
import type { Provider, SendOptions } from '../contract/provider.ts'
import type { Secret } from '../contract/secret.ts'
import type { GoogleAuth } from '../net/google-auth.ts'
import { versionedBase } from './base-url.ts'
import { call, generate, type GoogleDoor, type GoogleLine, headerOf, methodPath } from './google-call.ts'
import { probe, type ProbeReport } from './probe.ts'
import { targetLimits } from './target-limits.ts'
import { unbilled } from './unbilled.ts'

interface VertexCommon extends GoogleLine {
  /** A private endpoint, such as one behind VPC Service Controls; as the SDKs read `GOOGLE_VERTEX_BASE_URL`. */
  readonly baseUrl?: string
  /** `v1beta1` unless told otherwise, as every official SDK has it. */
  readonly apiVersion?: 'v1beta1' | 'v1'
  /** How results and logs call it; otherwise `vertex:` and the location. */
  readonly target?: string
}

/** A project, entered with Google credentials. */
export interface VertexProjectOptions extends VertexCommon {
  readonly auth: GoogleAuth
  /** Missing: the credential's own. */
  readonly project?: string
  /** `global`, a multi-region (`us`, `eu`) or a region. Gemini 3 image models are in `global` only. */
  readonly location: string
}

/** Express mode: an API key and no project. */
export interface VertexExpressOptions extends VertexCommon {
  readonly key: Secret
}

export type VertexOptions = VertexProjectOptions | VertexExpressOptions

/**
 * Vertex AI.
 * @throws PlantainError `invalid_request` for a location, project or base URL that cannot be one.
 */
export function createVertexProvider(options: VertexOptions): Provider {
  checkNames(options)
  const base = baseOf(options)
  return {
    kind: 'vertex',
    target: options.target ?? `vertex:${'key' in options ? 'express' : options.location}`,
    dialect: 'gemini',
    limits: (model) => targetLimits('vertex', model),
    send: async (request, sending) => {
      const begunMs = options.clock.monotonicMs()
      const door = await open(options, base, sending)
      if ('code' in door) return { kind: 'fault', fault: door }
      const left = lessTotal(sending, options.clock.monotonicMs() - begunMs)
      const answer = await generate(options, door, request, { ...left, dialect: { outputFormat: true } })
      // A token that Google refuses may be kept for an hour yet; the next edit starts from the credential.
      if (answer.kind === 'fault' && answer.fault.upstream?.status === 401 && !sending.credential)
        forget(options)
      return answer
    },
  }
}

/** Counts the tokens of a word: the nearest to an edit that makes no image. Not confirmed against live Google. */
export async function probeVertex(
  options: VertexOptions,
  model: string,
  signal: AbortSignal,
): Promise<ProbeReport> {
  checkNames(options)
  const base = baseOf(options)
  const hidden: string[] = []
  const exchange = async () => {
    const door = await open(options, base, { signal })
    if ('code' in door) return door
    hidden.push(door.secret.reveal())
    return call(options, door, { path: methodPath(model, 'countTokens'), body: [ONE_WORD], signal })
  }
  return probe(options.clock, exchange, {
    proves:
      'The credential gives tokens, and Google lets it count tokens with this model in this project and location.',
    leavesOpen:
      'Whether an edit is let through as well: it needs aiplatform.endpoints.predict, quota and billing.',
    hidden,
    objection: () => null,
  })
}

const ONE_WORD = Buffer.from('{"contents":[{"role":"user","parts":[{"text":"ping"}]}]}')

/** What is left of an attempt that has taken a while already. */
function lessTotal(sending: SendOptions, elapsedMs: number): SendOptions {
  const { timeouts } = sending
  if (timeouts?.totalMs === undefined) return sending
  return { ...sending, timeouts: { ...timeouts, totalMs: timeouts.totalMs - elapsedMs } }
}

/** Lets itself in. A credential that cannot be had is a fault, and so is one that takes longer than it may. */
async function open(options: VertexOptions, base: string, sending: SendOptions): Promise<GoogleDoor | Fault> {
  if ('key' in options) {
    const entry: ProviderCredential = sending.credential ?? { header: 'x-goog-api-key', secret: options.key }
    return { base: `${base}/publishers/google`, headers: headerOf(entry), secret: entry.secret }
  }
  // Nothing of the edit has been sent while a token is fetched.
  return unbilled(sending, LATE_TOKEN, (signal) => openProject(options, base, { ...sending, signal }))
}

const LATE_TOKEN =
  'Google gave no access token within timeouts.totalMs, which bounds the whole attempt. Try again, or allow more.'

async function openProject(
  options: VertexProjectOptions,
  base: string,
  { signal, credential }: SendOptions,
): Promise<GoogleDoor | Fault> {
  const { auth, location } = options
  try {
    const entry: ProviderCredential = credential ?? {
      header: 'authorization',
      secret: await auth.accessToken(signal),
    }
    const quotaProject = await auth.quotaProject(signal)
    const project = options.project ?? (await auth.projectId(signal))
    return {
      base: `${base}/projects/${encodeURIComponent(project)}/locations/${location}/publishers/google`,
      headers: {
        ...headerOf(entry),
        ...(quotaProject === null ? {} : { 'x-goog-user-project': quotaProject }),
      },
      secret: entry.secret,
    }
  } catch (error) {
    if (PlantainError.is(error) && !signal.aborted) return { ...error.fault, charged: 'no' }
    throw error
  }
}

function forget(options: VertexOptions): void {
  if ('auth' in options) options.auth.forget()
}

function baseOf(options: VertexOptions): string {
  const location = 'key' in options ? 'global' : options.location
  return versionedBase(options.baseUrl ?? `https://${hostOf(location)}`, options.apiVersion ?? 'v1beta1')
}

function hostOf(location: string): string {
  switch (location) {
    case 'global':
      return 'aiplatform.googleapis.com'
    case 'us':
    case 'eu':
      return `aiplatform.${location}.rep.googleapis.com`
    default:
      return `${location}-aiplatform.googleapis.com`
  }
}

/** A location becomes part of the host that a token is sent to: it must not be able to choose another. */
function checkNames(options: VertexOptions): void {
  if ('key' in options) return
  const { location, project } = options
  if (
    /^[a-z][a-z0-9-]{1,40}$/.test(location) &&
    (project === undefined || /^[a-z0-9][a-z0-9.:-]{0,98}$/.test(project))
  ) {
    return
  }
  throw new PlantainError(
    'invalid_request',
    'The Vertex AI target has a project or location that cannot be one. A location is “global”, “us”, “eu” or a region such as “europe-west4”.',
  )
}
