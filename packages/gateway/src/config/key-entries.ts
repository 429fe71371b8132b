import {
  type Caller,
  type CallerLimits,
  KEYLESS_ID,
  type KnownKey,
  type Scope,
  SCOPES,
} from '../contract/caller.ts'
import type { Findings } from './findings.ts'
import type { KeyEntry } from './entry-schema.ts'

/** What a key may that says nothing of it; administration has to be said. */
export const KEY_SCOPES: readonly Scope[] = ['edit', 'files', 'models']
/** Sixty-four edits of half a minute each are under way, some fetching besides. */
export const KEY_LIMITS: CallerLimits = {
  concurrent: 64,
  requestsPerMinute: 1_000,
  costMicroUsdPerEdit: null,
}
/** On one's own machine the rate only stops what has run wild. */
export const KEYLESS_LIMITS: CallerLimits = {
  concurrent: 64,
  requestsPerMinute: 600_000,
  costMicroUsdPerEdit: null,
}

const HOW_TO_MAKE = 'Make a key with `plantain keys new`: it prints the entry to paste.'

export interface Keys {
  /** By their number in the list; `null` where there is no usable key. */
  readonly known: readonly (KnownKey | null)[]
  readonly keyless: Caller
  /** The number of the entry for callers without a key; `null`: there is none. */
  readonly keylessAt: number | null
  /** Whether each entry is for a caller, so that there are no others. */
  readonly isWhole: boolean
}

/** Makes callers of the list `keys`, whose items are `null` where they are malformed. */
export function readKeys(entries: readonly (KeyEntry | null)[], findings: Findings): Keys {
  const keylessAt = entries.findIndex((entry) => entry?.keyless === true)
  const known = entries.map((entry, at) => {
    if (entry === null) return null
    if (entry.keyless !== true) return knownKey(entry, at, findings)
    if (at !== keylessAt)
      findings.mistake(['keys', at], 'is a second entry for callers without a key', 'Keep one of them.')
    for (const name of ['id', 'hash'] as const) {
      if (entry[name] !== undefined) {
        findings.mistake(['keys', at, name], 'does not go with keyless', 'Take out one of the two.')
      }
    }
    return null
  })
  const keyless = entries[keylessAt]
  if (keyless !== undefined && entries.some((entry) => entry?.keyless !== true)) {
    findings.mistake(
      ['keys', keylessAt, 'keyless'],
      'has no effect beside keys, since then everybody needs one',
      'Take out this entry, or all others.',
    )
  }
  return {
    known,
    keyless: callerOf(keyless ?? {}, KEYLESS_ID, { scopes: SCOPES, limits: KEYLESS_LIMITS }),
    keylessAt: keylessAt < 0 ? null : keylessAt,
    isWhole: known.every((key, at) => key !== null || entries[at]?.keyless === true),
  }
}

function knownKey(entry: KeyEntry, at: number, findings: Findings): KnownKey | null {
  const { id, hash } = entry
  if (id === undefined)
    findings.mistake(['keys', at, 'id'], 'is missing', 'Give the key a name; it appears in logs.')
  if (hash === undefined) findings.mistake(['keys', at, 'hash'], 'is missing', HOW_TO_MAKE)
  if (id === KEYLESS_ID) {
    findings.mistake(
      ['keys', at, 'id'],
      `is ${KEYLESS_ID}, which callers without a key are called`,
      'Choose another.',
    )
  }
  if (id === undefined || hash === undefined) return null
  return { hash, caller: callerOf(entry, id, { scopes: KEY_SCOPES, limits: KEY_LIMITS }) }
}

function callerOf(
  { scopes, models, providers, environment, regions, passThrough = false, limits }: KeyEntry,
  keyId: string,
  defaults: Pick<Caller, 'scopes' | 'limits'>,
): Caller {
  return {
    keyId,
    scopes: scopes ?? defaults.scopes,
    models: models ?? null,
    providers: providers ?? null,
    environment: environment ?? null,
    regions: regions ?? null,
    passThrough,
    limits: {
      concurrent: limits?.concurrent ?? defaults.limits.concurrent,
      requestsPerMinute: limits?.requestsPerMinute ?? defaults.limits.requestsPerMinute,
      costMicroUsdPerEdit: limits?.costMicroUsdPerEdit ?? defaults.limits.costMicroUsdPerEdit,
    },
  }
}
