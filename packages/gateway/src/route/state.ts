import { isDeepStrictEqual } from 'node:util'
import { LRUCache } from 'lru-cache'
import type { Fault } from '../contract/error.ts'
import type { Quota } from '../contract/routing.ts'
import { findModel } from '../models/registry.ts'
import { createHealth, type Health } from './health.ts'
import { createLocks, type Locks } from './locks.ts'
import { createPace, type Pace } from './pace.ts'
import { createRetryBudget, type RetryBudget } from './retry-budget.ts'
import { accountOf, type Candidate, type RouteKey } from './target.ts'
import type { Verdict } from './verdict.ts'

/** What is known of a model at a target, whichever key opens it. */
export interface Site {
  readonly health: Health
  readonly budget: RetryBudget
}

/** What is known of a model by one key. Times are monotonic milliseconds. */
export interface Lane {
  /** Nothing is sent before, since Google asked for that. */
  holdUntilMs: number
  /** Why, in words for those who have to wait. */
  holdFault: Fault | null
  /** Whether it is not worth waiting for: a quota of the day, or of nothing. */
  isExhausted: boolean
  /** Throttles in a row that named no time. Those of a crowd that came at one time are one. */
  throttles: number
  /** When the last of them came. */
  throttledMs: number
  readonly pace: Pace | null
  /** What the pace is made for. */
  readonly quota: Quota | null
}

/** What all edits of a process have learnt about where they can go. */
export interface RouteState {
  site(candidate: Candidate): Site
  lane(candidate: Candidate, key: RouteKey): Lane
  /** Keys that Google does not let in. */
  readonly locks: Locks
  /** By which account of Google's what lies there under an address could be read, where that is known. */
  readonly readers: Readers
  /** Notes what an attempt by a key came to. */
  learn(candidate: Candidate, key: RouteKey, learnt: Learnt): void
  /** Models of a target that were asked for so far, and how it does with them. */
  sitesOf(targetName: string): readonly (readonly [model: string, site: Site])[]
  /** The same of a key. */
  lanesOf(account: string): readonly (readonly [model: string, lane: Lane])[]
  /** Asks nobody to wait for a key any longer: what Google said of it holds no more. */
  forgive(account: string): void
  /** Forgets keys and targets that are no more. */
  keepOnly(accounts: ReadonlySet<string>, targetNames: ReadonlySet<string>): void
}

export interface Learnt {
  readonly verdict: Verdict
  readonly fault: Fault | null
  /** When the attempt began. */
  readonly sentMs: number
  readonly nowMs: number
  /** From 0 to 1. */
  readonly random: number
  /** Whether the edit had nowhere else to go. */
  readonly isLast: boolean
  /** Whether it went by its caller's own credential, which says nothing of the key. */
  readonly ownCredential: boolean
}

/** Google's own advice where it names no time is to wait a second at least, and longer each time. */
const THROTTLE_BASE_MS = 1000
const THROTTLE_CAP_MS = 20_000
/** The day's quota comes back at midnight, and one that is raised at any time: whether it has is looked at so often. */
const EXHAUSTED_MS = 600_000

export interface RouteStateOptions {
  /** Told when Google does not let a key in. */
  readonly lockedOut?: (keyName: string, why: Fault) => void
  /** Told when it does again. */
  readonly letIn?: (keyName: string) => void
}

/** So many addresses of callers' files are remembered. */
const MOST_READERS = 10_000
/** Models that are not on record and remembered at a time; callers may ask for any name. */
const MOST_UNKNOWN = 64

export interface Readers {
  get(uri: string): string | undefined
  set(uri: string, account: string): void
}

export function createRouteState({ lockedOut, letIn }: RouteStateOptions = {}): RouteState {
  const sites = new Map<string, Site>()
  const lanes = new Map<string, Lane>()
  const locks = createLocks()
  /** Those asked for last; what was learnt of others is forgotten. */
  const unknown = new LRUCache<string, true>({
    max: MOST_UNKNOWN,
    disposeAfter: (_, model) => {
      for (const map of [sites, lanes])
        for (const name of map.keys()) if (name.endsWith(` ${model}`)) map.delete(name)
    },
  })

  /** One name for all that are none. */
  function known(model: string): string {
    if (findModel(model) !== null) return model
    if (!/^[\w./@:-]{1,80}$/.test(model)) return '?'
    if (unknown.get(model) === undefined) unknown.set(model, true)
    return model
  }

  const lane: RouteState['lane'] = ({ model }, key) => {
    const { quota = null } = key
    const name = `${accountOf(key)} ${known(model)}`
    const held = lanes.get(name)
    if (held !== undefined && isDeepStrictEqual(held.quota, quota)) return held
    const renewed = { ...FREE, ...held, pace: quota && createPace(quota), quota }
    lanes.set(name, renewed)
    return renewed
  }
  const site: RouteState['site'] = ({ target, model }) =>
    made(sites, `${target.name} ${known(model)}`, () => ({
      health: createHealth(),
      budget: createRetryBudget(),
    }))

  function learnOfKey(key: RouteKey, { verdict, fault, sentMs, nowMs }: Learnt): void {
    const account = accountOf(key)
    const { meaning, health } = verdict
    if ((meaning === 'locked-out' || meaning === 'stale') && fault !== null) {
      const isStale = meaning === 'stale'
      if (locks.refused(account, { fault, isStale, sentMs, nowMs })) lockedOut?.(key.name, fault)
    } else if (health === 'good' || meaning === 'throttled' || meaning === 'exhausted') {
      if (locks.letIn(account, sentMs)) letIn?.(key.name)
    } else locks.unsent(account, sentMs)
  }

  return {
    site,
    lane,
    locks,
    readers: createReaders(),
    learn(candidate, key, learnt) {
      const { verdict, fault, sentMs, nowMs, random, isLast, ownCredential } = learnt
      site(candidate).health.ended(verdict.health, { sentMs, nowMs, isLast })
      if (ownCredential) return
      learnOfKey(key, learnt)
      const { meaning, waitMs } = verdict
      const here = lane(candidate, key)
      if (meaning !== 'throttled' && meaning !== 'exhausted') {
        if (verdict.health === 'good') here.throttles = 0
        return
      }
      if (meaning === 'throttled' && waitMs === null && sentMs >= here.throttledMs) {
        here.throttles += 1
        here.throttledMs = nowMs
      }
      const backoffMs = Math.min(THROTTLE_CAP_MS, THROTTLE_BASE_MS * 2 ** (here.throttles - 1)) * random
      const holdMs = waitMs ?? (meaning === 'exhausted' ? EXHAUSTED_MS : backoffMs)
      if (nowMs + holdMs <= here.holdUntilMs) return
      here.holdUntilMs = nowMs + holdMs
      here.holdFault = fault
      here.isExhausted = meaning === 'exhausted'
    },
    sitesOf: (targetName) => ownedBy(targetName, sites),
    lanesOf: (account) => ownedBy(account, lanes),
    forgive(account) {
      for (const [, one] of ownedBy(account, lanes)) Object.assign(one, FREE)
    },
    keepOnly(accounts, targetNames) {
      locks.keepOnly(accounts)
      for (const name of lanes.keys()) if (!accounts.has(ownerOf(name))) lanes.delete(name)
      for (const name of sites.keys()) if (!targetNames.has(ownerOf(name))) sites.delete(name)
    },
  }
}

function createReaders(): Readers {
  const held = new LRUCache<string, string>({ max: MOST_READERS })
  return {
    get: (uri) => held.get(uri),
    set(uri, account) {
      if (uri.length <= LONGEST_URI) held.set(uri, account)
    },
  }
}

/** Callers write them: a few thousand of any length would fill the memory. */
const LONGEST_URI = 512

const FREE = {
  holdUntilMs: 0,
  holdFault: null,
  isExhausted: false,
  throttles: 0,
  throttledMs: -Infinity,
} satisfies Partial<Lane>

function ownedBy<Value>(
  owner: string,
  map: ReadonlyMap<string, Value>,
): readonly (readonly [string, Value])[] {
  return [...map].flatMap(([entry, value]) =>
    ownerOf(entry) === owner ? [[entry.slice(owner.length + 1), value] as const] : [],
  )
}

function ownerOf(entry: string): string {
  return entry.slice(0, entry.lastIndexOf(' '))
}

function made<Value>(map: Map<string, Value>, name: string, make: () => Value): Value {
  const held = map.get(name)
  if (held !== undefined) return held
  const value = make()
  map.set(name, value)
  return value
}
