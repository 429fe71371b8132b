import { PlantainError } from '../contract/error.ts'
import { Secret } from '../contract/secret.ts'
import type { Dial } from './dial.ts'
import { type CredentialSource, type Env, findCredential } from './google-credential.ts'
import type { Impersonation, TokenSource } from './token-source.ts'

export interface GoogleAuthOptions {
  readonly credential: CredentialSource
  readonly dial: Dial
  /** Overrules what the credential and the environment say. */
  readonly projectId?: string
  /** Overrules what the credential and the environment say. */
  readonly quotaProject?: string
  /** Act as this service account instead of as the credential itself. */
  readonly impersonate?: Impersonation
}

/** An identity at Google. Every rejection is a `PlantainError` with a remedy, or the reason of the signal. */
export interface GoogleAuth {
  /** A token for the scope `cloud-platform`, good for some minutes at least. */
  accessToken(signal: AbortSignal): Promise<Secret>
  /** The value for `x-goog-user-project`; `null` where the header is to be left out. */
  quotaProject(signal: AbortSignal): Promise<string | null>
  projectId(signal: AbortSignal): Promise<string>
  /** Drops what is kept, so that the next token is of a credential read anew. */
  forget(): void
}

/**
 * Tokens from any kind of Google credential, by way of google-auth-library, which is loaded with the first one.
 * Callers share one fetch; a caller who gives up leaves it to the others.
 */
export function googleAuth(options: GoogleAuthOptions): GoogleAuth {
  let source: Promise<TokenSource> | undefined
  let token: Promise<string> | undefined

  const loaded = (): Promise<TokenSource> => {
    const loading = (source ??= load(options))
    loading.catch(() => {
      if (source === loading) source = undefined
    })
    return loading
  }
  const fetched = (): Promise<string> => {
    const fetching = (token ??= loaded().then((ready) => ready.token()))
    const release = () => {
      if (token === fetching) token = undefined
    }
    fetching.then(release, release)
    return fetching
  }
  const env: Env = options.credential.kind === 'adc' ? options.credential.env : {}

  return {
    accessToken: async (signal) => new Secret(await untilAborted(fetched, signal)),
    quotaProject: async (signal) => {
      const named = options.quotaProject ?? env['GOOGLE_CLOUD_QUOTA_PROJECT']
      return named || ((await untilAborted(loaded, signal)).quotaProject ?? null)
    },
    projectId: async (signal) => {
      const named = options.projectId ?? env['GOOGLE_CLOUD_PROJECT'] ?? env['GCLOUD_PROJECT']
      if (named) return named
      const ready = await untilAborted(loaded, signal)
      const found = (await untilAborted(() => ready.projectId(), signal)) ?? ready.quotaProject
      if (found !== undefined) return found
      throw new PlantainError(
        'credential_missing',
        'The credential does not say which Google Cloud project to use. Set the project of the target, or GOOGLE_CLOUD_PROJECT.',
      )
    },
    forget: () => {
      source = undefined
      token = undefined
    },
  }
}

async function load({ credential, dial, impersonate }: GoogleAuthOptions): Promise<TokenSource> {
  const found = await findCredential(credential)
  const { impersonating, tokenSource } = await import('./token-source.ts')
  const source = await tokenSource(found, dial)
  return impersonate === undefined ? source : impersonating(source, impersonate, dial)
}

/** Shared work as one caller sees it: over when the caller gives up, while the work goes on. */
async function untilAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([work(), promise])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
