import { isDeepStrictEqual } from 'node:util'
import type { Fault } from '../contract/error.ts'
import type { Quota } from '../contract/routing.ts'
import { findModel } from '../models/registry.ts'
import { createHealth, type Health } from './health.ts'
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
  /** Why a key is out: Google does not let it in. `null`: it is not. */
  lockedOut(key: RouteKey): Fault | null
  /** Notes what an attempt by a key came to. */
  learn(candidate: Candidate, key: RouteKey, learnt: Learnt): void
  /** Models of a target that were asked for so far, and how it does with them. */
  sitesOf(targetName: string): readonly (readonly [model: string, site: Site])[]
  /** The same of a key. */
  lanesOf(account: string): readonly (readonly [model: string, lane: Lane])[]
  /** Lets a key in again, once it was mended. */
  readmit(account: string): void
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
}

/** Google's own advice where it names no time is to wait a second at least, and longer each time. */
const THROTTLE_BASE_MS = 1000
const THROTTLE_CAP_MS = 20_000
/** The day's quota comes back at midnight, and one that is raised at any time: whether it has is looked at so often. */
const EXHAUSTED_MS = 600_000

export interface RouteStateOptions {
  /** Told when Google does not let a key in, which stays out until somebody mends that. */
  readonly lockedOut?: (keyName: string, why: Fault) => void
}

export function createRouteState({ lockedOut }: RouteStateOptions = {}): RouteState {
  const sites = new Map<string, Site>()
  const lanes = new Map<string, Lane>()
  const out = new Map<string, Fault>()

  const lane: RouteState['lane'] = ({ target: { quota }, model }, key) => {
    const name = `${accountOf(key)} ${known(model)}`
    const held = lanes.get(name)
    if (held !== undefined && isDeepStrictEqual(held.quota, quota)) return held
    const fresh = {
      holdUntilMs: 0,
      holdFault: null,
      isExhausted: false,
      throttles: 0,
      throttledMs: -Infinity,
    }
    const renewed = { ...fresh, ...held, pace: quota && createPace(quota), quota }
    lanes.set(name, renewed)
    return renewed
  }
  const site: RouteState['site'] = ({ target, model }) =>
    made(sites, `${target.name} ${known(model)}`, () => ({
      health: createHealth(),
      budget: createRetryBudget(),
    }))

  return {
    site,
    lane,
    lockedOut: (key) => out.get(accountOf(key)) ?? null,
    learn(candidate, key, { verdict, fault, sentMs, nowMs, random, isLast }) {
      site(candidate).health.ended(verdict.health, { sentMs, nowMs, isLast })
      const { meaning, waitMs } = verdict
      if (meaning === 'locked-out' && fault !== null) {
        if (!out.has(accountOf(key))) lockedOut?.(key.name, fault)
        out.set(accountOf(key), fault)
      }
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
    readmit: (account) => void out.delete(account),
    keepOnly(accounts, targetNames) {
      for (const name of out.keys()) if (!accounts.has(name)) out.delete(name)
      for (const name of lanes.keys()) if (!accounts.has(ownerOf(name))) lanes.delete(name)
      for (const name of sites.keys()) if (!targetNames.has(ownerOf(name))) sites.delete(name)
    },
  }
}

/** Callers may ask for models of any name, and all of those are not remembered one by one. */
function known(model: string): string {
  return findModel(model) === null ? '?' : model
}

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
