import { createHash } from 'node:crypto'
import type { KnownKey } from '../contract/caller.ts'
import { isLoopbackHost } from '../contract/loopback.ts'
import type { GatewayConfig } from './gateway-config.ts'
import type { Path } from './path.ts'

/** What decides who can reach the gateway, and who is let in. */
export interface Exposure extends Pick<GatewayConfig, 'listen' | 'admin' | 'cors'> {
  /** By their number in the list `keys`; `null` where an item is malformed, or for callers without a key. */
  readonly keys: readonly (KnownKey | null)[]
  /** An item is malformed, of which is told elsewhere: whether there are keys is not known. */
  readonly isUnsure: boolean
}

export interface Insecurity {
  readonly path: Path
  readonly problem: string
  readonly remedy: string
}

const MAKE_KEY = 'Make a key with `plantain keys new` and add it to keys'

/** Words that keys have been made of in the hope of changing them later; their hashes can be looked up. */
const GUESSABLE = [
  '',
  'admin',
  'changeme',
  'default',
  'gateway',
  'key',
  'password',
  'plantain',
  'secret',
  'sk-1234',
  'test',
]
const GUESSABLE_HASHES: ReadonlySet<string> = new Set(
  GUESSABLE.map((word) => `sha256:${createHash('sha256').update(word).digest('hex')}`),
)
/** Sixty-four random digits hold all sixteen but for one time in four; fewer than eight is no accident. */
const LEAST_DISTINCT_DIGITS = 8

/**
 * Why a gateway must not start: it would let in people whom nobody has let in. Every reason is told, each with what
 * would mend it.
 */
export function insecurities({ listen, admin, cors, keys, isUnsure }: Exposure): readonly Insecurity[] {
  const known = keys.filter((key) => key !== null)
  const found: Insecurity[] = [...weakKeys(keys)]
  if (known.length === 0 && !isUnsure) {
    if (!isLoopbackHost(listen.host)) {
      found.push({
        path: ['listen', 'host'],
        problem: 'lets other machines in, and there are no keys',
        remedy: `${MAKE_KEY}, or listen on 127.0.0.1.`,
      })
    }
    if (listen.publicUrl !== null && !isLoopbackHost(new URL(listen.publicUrl).hostname)) {
      found.push({
        path: ['listen', 'publicUrl'],
        problem: 'says that others come through a proxy, and there are no keys',
        remedy: `${MAKE_KEY}, or take publicUrl out.`,
      })
    }
    if (cors.origins.includes('*')) {
      found.push({
        path: ['cors', 'origins'],
        problem: 'lets any web page in, and there are no keys',
        remedy: `${MAKE_KEY}, or name the origins of your own pages.`,
      })
    }
  }
  if (admin !== null) {
    const hasAdmin = isUnsure || known.some(({ caller }) => caller.scopes.includes('admin'))
    if (!isLoopbackHost(admin.host) && !hasAdmin) {
      found.push({
        path: ['admin', 'host'],
        problem: 'lets other machines administer the gateway, and no key has the scope admin',
        remedy: 'Give one key the scope admin, or listen on 127.0.0.1.',
      })
    }
    if (admin.port !== 0 && admin.port === listen.port) {
      found.push({
        path: ['admin', 'port'],
        problem: 'is the port of the gateway itself, where callers come in',
        remedy: 'Choose another.',
      })
    }
  }
  return found
}

function weakKeys(keys: readonly (KnownKey | null)[]): readonly Insecurity[] {
  const idAt = new Map<string, number>()
  const hashAt = new Map<string, number>()
  return keys.flatMap((key, at): readonly Insecurity[] => {
    if (key === null) return []
    const { hash, caller } = key
    const found: Insecurity[] = []
    const tell = (name: 'id' | 'hash', problem: string, remedy: string) =>
      void found.push({ path: ['keys', at, name], problem, remedy })
    const [sameId, sameHash] = [idAt.get(caller.keyId), hashAt.get(hash)]
    if (sameId !== undefined) tell('id', `is the id of keys[${sameId}] as well`, 'Choose another.')
    if (sameHash !== undefined) {
      tell(
        'hash',
        `is the hash of keys[${sameHash}] as well`,
        'Make a key for each with `plantain keys new`.',
      )
    }
    if (GUESSABLE_HASHES.has(hash)) {
      tell('hash', 'is the hash of a word that can be guessed', 'Make a key with `plantain keys new`.')
    } else if (isPlaceholder(hash)) {
      tell('hash', 'is a placeholder, not the hash of a key', 'Make a key with `plantain keys new`.')
    }
    idAt.set(caller.keyId, at)
    hashAt.set(hash, at)
    return found
  })
}

function isPlaceholder(hash: string): boolean {
  const digits = hash.slice('sha256:'.length)
  return new Set(digits).size < LEAST_DISTINCT_DIGITS || digits === digits.slice(0, 16).repeat(4)
}
