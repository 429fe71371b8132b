import { z } from 'zod'
import { PlantainError } from '../contract/error.ts'
import { PROVIDER_KINDS, type ProviderKind } from '../contract/provider.ts'
import { Secret } from '../contract/secret.ts'

/** Everything Plantain is told from outside, read once and frozen. */
export interface Config {
  /** Where edits go, and why: shown before the first edit leaves the machine. */
  readonly provider: { readonly kind: ProviderKind; readonly because: string }
  readonly aiStudio: {
    readonly key: Secret | null
    /** The variable the key came from. */
    readonly keyFrom: string | null
    readonly baseUrl: string | null
  }
  readonly vertex: {
    /** Express mode: an API key and no project. */
    readonly key: Secret | null
    readonly project: string | null
    readonly location: string
    readonly baseUrl: string | null
    /** Service account to act as. */
    readonly impersonate: string | null
    /** What tells where Application Default Credentials are; as Google's libraries read it. */
    readonly credentialEnv: Readonly<Record<string, string>>
  }
}

/** What a caller says over the environment, such as a command-line option. */
export interface Overrides {
  readonly provider?: ProviderKind
}

const text = z
  .string()
  .trim()
  .transform((value) => (value === '' ? undefined : value))
  .optional()
const url = text.pipe(z.url({ protocol: /^https?$/ }).optional())
const flag = z
  .enum(['', '0', '1', 'true', 'false'])
  .optional()
  .transform((value) => value === '1' || value === 'true')

const CREDENTIAL_VARIABLES = [
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_CLOUD_QUOTA_PROJECT',
  'GOOGLE_CLOUD_PROJECT',
  'GCLOUD_PROJECT',
  'CLOUDSDK_CONFIG',
  'GCE_METADATA_HOST',
  'GCE_METADATA_IP',
  'HOME',
  'APPDATA',
] as const

/** The names Google's own client libraries read, and Plantain's own. */
const Environment = z.object({
  PLANTAIN_PROVIDER: z.enum(PROVIDER_KINDS).optional(),
  GOOGLE_API_KEY: text,
  GEMINI_API_KEY: text,
  GOOGLE_GEMINI_BASE_URL: url,
  GOOGLE_GENAI_USE_VERTEXAI: flag,
  GOOGLE_CLOUD_PROJECT: text.pipe(
    z
      .string()
      .regex(/^[a-z0-9.:-]{4,64}$/)
      .optional(),
  ),
  GOOGLE_CLOUD_LOCATION: text.pipe(
    z
      .string()
      .regex(/^[a-z]+(?:-[a-z]+\d+)?$/)
      .optional(),
  ),
  GOOGLE_VERTEX_BASE_URL: url,
  PLANTAIN_IMPERSONATE_SERVICE_ACCOUNT: text.pipe(z.email().optional()),
})

/**
 * Reads the environment. Throws `PlantainError` (`invalid_request`) naming each variable that is wrong.
 * Without a wish, a key in the environment means Google, and nothing else does: credentials that merely lie around
 * on the machine (Application Default Credentials) never select Vertex by themselves.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  overrides: Overrides = {},
): Config {
  const read = Environment.safeParse({ ...env, PLANTAIN_PROVIDER: env['PLANTAIN_PROVIDER'] || undefined })
  if (!read.success) {
    const mistakes = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new PlantainError('invalid_request', `The environment is not usable. ${mistakes.join('; ')}.`)
  }
  const values = read.data
  // Google's libraries give GOOGLE_API_KEY the precedence.
  const keyFrom = values.GOOGLE_API_KEY ? 'GOOGLE_API_KEY' : values.GEMINI_API_KEY ? 'GEMINI_API_KEY' : null
  const keyText = keyFrom && values[keyFrom]
  const key = keyText ? new Secret(keyText) : null
  const useVertex = values.GOOGLE_GENAI_USE_VERTEXAI
  return Object.freeze({
    provider: chooseProvider({ overrides, wished: values.PLANTAIN_PROVIDER, useVertex, keyFrom }),
    aiStudio: { key, keyFrom, baseUrl: values.GOOGLE_GEMINI_BASE_URL ?? null },
    vertex: {
      key: useVertex && !values.GOOGLE_CLOUD_PROJECT ? key : null,
      project: values.GOOGLE_CLOUD_PROJECT ?? null,
      // Google serves its current image models in `global` only.
      location: values.GOOGLE_CLOUD_LOCATION ?? 'global',
      baseUrl: values.GOOGLE_VERTEX_BASE_URL ?? null,
      impersonate: values.PLANTAIN_IMPERSONATE_SERVICE_ACCOUNT ?? null,
      credentialEnv: Object.fromEntries(
        CREDENTIAL_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
      ),
    },
  })
}

function chooseProvider({
  overrides,
  wished,
  useVertex,
  keyFrom,
}: {
  overrides: Overrides
  wished: ProviderKind | undefined
  useVertex: boolean
  keyFrom: string | null
}): Config['provider'] {
  if (overrides.provider) return { kind: overrides.provider, because: 'you named it' }
  if (wished) return { kind: wished, because: 'PLANTAIN_PROVIDER names it' }
  if (useVertex) return { kind: 'vertex', because: 'GOOGLE_GENAI_USE_VERTEXAI is set' }
  if (keyFrom) return { kind: 'ai-studio', because: `${keyFrom} is set` }
  return { kind: 'local', because: 'no Google key is set' }
}

/** Secrets print alike, so they are compared by themselves. */
export function sameConfig(a: Config, b: Config): boolean {
  return (
    JSON.stringify(a) === JSON.stringify(b) &&
    sameSecret(a.aiStudio.key, b.aiStudio.key) &&
    sameSecret(a.vertex.key, b.vertex.key)
  )
}

function sameSecret(a: Secret | null, b: Secret | null): boolean {
  return a === null ? b === null : a.equals(b)
}
