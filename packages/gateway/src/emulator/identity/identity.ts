import type { Clock, Random } from '../../contract/system.ts'
import type { Call } from '../call.ts'
import type { Reply } from '../reply.ts'
import { type Caller, callerOf, type Need, serviceNeed } from './credential.ts'
import { createIssuedTokens } from './issued-tokens.ts'
import { createMetadata } from './metadata.ts'
import { createPolicy } from './policy.ts'
import { createTokenHandlers, type TokenHandlers } from './tokens.ts'

export interface IdentityOptions {
  readonly clock: Clock
  readonly random: Random
  /**
   * Only these keys and foreign tokens are good. Missing: all are, but those that contain `invalid`, `expired`,
   * `leaked` or `denied`. Tokens issued here are good either way.
   */
  readonly keys?: readonly string[]
  /** PEM by service account: these must sign what they send to `/token`, the others need not. */
  readonly publicKeys?: Readonly<Record<string, string>>
  /** What the metadata server says of the machine. */
  readonly projectId?: string
  readonly account?: string
}

export interface Identity extends TokenHandlers {
  /** @throws ApiError as Google words it, where the call has no credential or one that will not do. */
  identify(call: Call, need: Need): Caller
  /** `GET /` and `GET /computeMetadata/…`. */
  metadata(call: Call): Reply
  /** Makes a credential bad until restored: a key as a leaked one, a token as an unknown one. By text or fingerprint, which it returns. */
  revoke(credential: string): string
  restore(credential: string): string
  /** Nothing is revoked, and every token issued so far is unknown. */
  reset(): void
}

const PROJECT_ID = 'plantain-emulator'

/** Who may ask the emulator: keys, tokens, and where tokens come from. */
export function createIdentity(options: IdentityOptions): Identity {
  const { clock, random, keys, publicKeys = {}, projectId = PROJECT_ID } = options
  const account = options.account ?? `emulator@${projectId}.iam.gserviceaccount.com`
  const policy = createPolicy(keys)
  const tokens = createIssuedTokens({ clock, random })
  const credentials = { clock, policy, tokens }
  return {
    ...createTokenHandlers({ ...credentials, publicKeys }),
    identify: (call, need) => callerOf(call, serviceNeed(need), credentials),
    metadata: createMetadata({ clock, random, tokens, projectId, account }),
    revoke: policy.revoke,
    restore: policy.restore,
    reset: () => {
      policy.reset()
      tokens.reset()
    },
  }
}
