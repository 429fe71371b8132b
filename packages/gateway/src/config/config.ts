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
/** As Google's libraries read it: in any case; whatever does not say yes says no. */
const flag = z
  .string()
  .optional()
  .transform((value) => ['1', 'true'].includes(value?.trim().toLowerCase() ?? ''))

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

/** The names Google's own client libraries read, and Plantain's own: what chooses where edits go. */
const Choice = z.object({
  PLANTAIN_PROVIDER: text.pipe(z.enum(PROVIDER_KINDS).optional()),
  GOOGLE_API_KEY: text,
  GEMINI_API_KEY: text,
  GOOGLE_GENAI_USE_VERTEXAI: flag,
})

/** What a place needs besides is looked at only where edits go there: it may have been set for something else. */
const AiStudio = z.object({ GOOGLE_GEMINI_BASE_URL: url })
const Vertex = z.object({
  GOOGLE_CLOUD_PROJECT: matching(/^[a-z0-9.:-]{4,64}$/, 'not the id of a project'),
  GOOGLE_CLOUD_LOCATION: matching(
    /^[a-z]+(?:-[a-z]+\d+)?$/,
    'not a location: global, us, eu, or one like europe-west4',
  ),
  GOOGLE_VERTEX_BASE_URL: url,
  PLANTAIN_IMPERSONATE_SERVICE_ACCOUNT: text.pipe(z.email().optional()),
})

function matching(pattern: RegExp, otherwise: string) {
  return text.pipe(z.string().regex(pattern, otherwise).optional())
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the environment. Throws `PlantainError` (`invalid_request`) naming each variable that is wrong.
 * Without a wish, a key in the environment means Google, and nothing else does: credentials that merely lie around
 * on the machine (Application Default Credentials) never select Vertex by themselves.
 */
export function readConfig(env: Environment, overrides: Overrides = {}): Config {
  const choice = read(Choice, env)
  // Google's libraries give GOOGLE_API_KEY the precedence.
  const keyFrom = choice.GOOGLE_API_KEY ? 'GOOGLE_API_KEY' : choice.GEMINI_API_KEY ? 'GEMINI_API_KEY' : null
  const keyText = keyFrom && choice[keyFrom]
  const key = keyText ? new Secret(keyText) : null
  const useVertex = choice.GOOGLE_GENAI_USE_VERTEXAI
  const provider = chooseProvider({ overrides, wished: choice.PLANTAIN_PROVIDER, useVertex, keyFrom })
  const aiStudio = read(AiStudio, provider.kind === 'ai-studio' ? env : {})
  const vertex = read(Vertex, provider.kind === 'vertex' ? env : {})
  return Object.freeze({
    provider,
    aiStudio: { key, keyFrom, baseUrl: aiStudio.GOOGLE_GEMINI_BASE_URL ?? null },
    vertex: {
      key: useVertex && !vertex.GOOGLE_CLOUD_PROJECT ? key : null,
      project: vertex.GOOGLE_CLOUD_PROJECT ?? null,
      // Google serves its current image models in `global` only.
      location: vertex.GOOGLE_CLOUD_LOCATION ?? 'global',
      baseUrl: vertex.GOOGLE_VERTEX_BASE_URL ?? null,
      impersonate: vertex.PLANTAIN_IMPERSONATE_SERVICE_ACCOUNT ?? null,
      credentialEnv: Object.fromEntries(
        CREDENTIAL_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
      ),
    },
  })
}

function read<Shape extends z.ZodType>(schema: Shape, env: Environment): z.infer<Shape> {
  const result = schema.safeParse(env)
  if (result.success) return result.data
  const mistakes = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new PlantainError('invalid_request', `The environment is not usable. ${mistakes.join('; ')}.`)
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
