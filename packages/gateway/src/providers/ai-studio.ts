import { fault } from '../contract/error.ts'
import type { Provider, ProviderRequest, SendOptions } from '../contract/provider.ts'
import type { Secret } from '../contract/secret.ts'
import type { JsonObject } from '../contract/json-object.ts'
import { versionedBase } from './base-url.ts'
import { call, generate, type GoogleDoor, type GoogleLine, headerOf, methodPath } from './google-call.ts'
import { probe, type ProbeReport } from './probe.ts'
import { targetLimits } from './target-limits.ts'

export interface AiStudioOptions extends GoogleLine {
  readonly key: Secret
  /** As the SDKs read `GOOGLE_GEMINI_BASE_URL`: an origin, perhaps with a path. */
  readonly baseUrl?: string
  /**
   * `v1beta` unless told otherwise: it is where image models have been seen to answer, while `v1`, the newest
   * SDKs' default, was seen to lack them in June 2026.
   */
  readonly apiVersion?: 'v1beta' | 'v1'
  /** How results and logs call it, where there are several. */
  readonly target?: string
}

const HOST = 'https://generativelanguage.googleapis.com'

/**
 * Google's Developer API, let in by an API key that travels in a header and nowhere else.
 * @throws PlantainError `invalid_request` for a base URL that no key may be sent to.
 */
export function createAiStudioProvider(options: AiStudioOptions): Provider {
  const door = doorOf(options)
  return {
    kind: 'ai-studio',
    target: options.target ?? 'ai-studio',
    dialect: 'gemini',
    limits: (model) => targetLimits('ai-studio', model),
    send: (request, sending) =>
      generate(options, doorFor(options, door, request, sending), request, {
        ...sending,
        dialect: { outputFormat: false },
      }),
  }
}

/** Asks for the model's description, which is free. */
export function probeAiStudio(
  options: AiStudioOptions,
  model: string,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const door = doorOf(options)
  return probe(options.clock, () => call(options, door, { path: methodPath(model), signal }), {
    proves: 'The key is valid, the API is enabled for it, and the model is known to it.',
    leavesOpen: 'Whether billing is enabled: image models have no free tier, which only an edit would tell.',
    hidden: [options.key.reveal()],
    objection: (document) => (makesContent(document) ? null : NOT_GENERATING),
  })
}

/** The version a forwarded request came with is kept, and so is a credential of the caller's own. */
function doorFor(
  { baseUrl = HOST }: AiStudioOptions,
  door: GoogleDoor,
  { wire }: ProviderRequest,
  { credential }: SendOptions,
): GoogleDoor {
  const version = VERSIONS.find((known) => known === wire?.apiVersion)
  const base = version === undefined ? door.base : versionedBase(baseUrl, version)
  if (credential === undefined) return { ...door, base }
  return { base, headers: headerOf(credential), secret: credential.secret }
}

const VERSIONS = ['v1beta', 'v1'] as const

function doorOf({ key, baseUrl = HOST, apiVersion = 'v1beta' }: AiStudioOptions): GoogleDoor {
  return {
    base: versionedBase(baseUrl, apiVersion),
    headers: { 'x-goog-api-key': key.reveal() },
    secret: key,
  }
}

function makesContent({ supportedGenerationMethods: methods }: JsonObject): boolean {
  return !Array.isArray(methods) || methods.includes('generateContent')
}

const NOT_GENERATING = fault(
  'model_unavailable',
  'The model is there but does not offer generateContent. Choose another with “plantain models”.',
)
