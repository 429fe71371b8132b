import { servesCaller } from '../contract/caller.ts'
import { type Fault, fault } from '../contract/error.ts'
import { doesWell } from './health.ts'
import type { Booking, Progress } from './progress.ts'
import { RETRY_COST, RETRY_COST_WHEN_LATE } from './retry-budget.ts'
import type { RouteState } from './state.ts'
import { accountOf, type Candidate, type RouteKey, type RouteTarget } from './target.ts'

/** What an edit does next. Times are monotonic milliseconds. */
export type Next =
  | {
      readonly kind: 'send'
      readonly candidate: Candidate
      readonly key: RouteKey
      /** Tokens of the target's budget that were spent on it. */
      readonly spent: number
      /** What was taken out of the quota that is configured; `null`: there is none. */
      readonly turn: Booking | null
    }
  /** `why`: what it waits for, where that is more than a moment's backoff. */
  | { readonly kind: 'wait'; readonly untilMs: number; readonly why: Fault | null }
  /** `null`: for the reason its last attempt ended. */
  | { readonly kind: 'stop'; readonly fault: Fault | null }

export interface NextOptions {
  readonly nowMs: number
  readonly deadlineMs: number
  /** Of the caller; `null`: it has none. */
  readonly environment: string | null
  /** What the request is estimated at, for quotas of tokens; `null`: it counts for no quota. */
  readonly inputTokens: number | null
  /** Whether its caller's own credential is used: then nothing that is known of keys holds for it. */
  readonly ownCredential: boolean
  /** What the request refers to that lies at Google, where whoever put it there can read it, and nobody else. */
  readonly references: readonly string[]
  /** The keys that open a target now: its configuration may have changed since the edit began. */
  readonly keysOf: (target: RouteTarget) => readonly RouteKey[]
  /** From 0 to 1. */
  readonly random: () => number
}

/**
 * Decides where an edit goes now, how long it waits, or that it is over. Spends what that takes: of the budget of retries, and
 * of the quota that is configured. Whoever waits for a quota has its turn booked, so that a crowd comes one by one and in
 * order, and whoever would come too late hears so at once.
 */
export function next(progress: Progress, state: RouteState, options: NextOptions): Next {
  if (progress.attemptsLeft <= 0) return { kind: 'stop', fault: null }
  const look = { progress, state, ...options }
  for (;;) {
    const able = openOnes(look)
    if (able.length === 0) {
      letGo(progress)
      return { kind: 'stop', fault: whyNobody(look) }
    }
    const trusted = able.filter((way) => isTrusted(way, look))
    // Where all are ejected one of them is as good as another: somebody has to find out who is back.
    const choice = trusted.length > 0 ? trusted : able
    const ready = choice.filter(({ readyAtMs }) => readyAtMs <= options.nowMs)
    if (ready.length === 0) return later(choice, look)
    const readers = ready.filter(({ key }) => isReader(key, look))
    const way = picked(readers.length > 0 ? readers : ready, look)
    const { candidate, key } = way
    const turn = turnOf(way, look)
    const spent = costOf(candidate, key, look)
    if (spent > 0 && !state.site(candidate).budget.spend(spent)) {
      giveBack(turn)
      progress.closed.add(candidate)
      continue
    }
    if (!options.ownCredential) state.locks.sent(accountOf(key), options.nowMs)
    return { kind: 'send', candidate, key, spent, turn }
  }
}

/** Gives back what an edit had taken and does not use: it ends, or goes elsewhere. */
export function letGo(progress: Progress): void {
  giveBack(progress.booking)
  progress.booking = null
}

/** Of an attempt that was decided on and is not made. */
export function unspend(
  { candidate, key, spent, turn }: Extract<Next, { kind: 'send' }>,
  state: RouteState,
  { ownCredential }: Pick<NextOptions, 'ownCredential'>,
): void {
  state.site(candidate).budget.giveBack(spent)
  if (!ownCredential) state.locks.unsent(accountOf(key), Infinity)
  giveBack(turn)
}

function giveBack(turn: Booking | null): void {
  turn?.pace.giveBack(turn.inputTokens, turn.atMs)
}

/** The turn that was booked, or one at once. */
function turnOf({ candidate, key, isBooked }: Way, look: Look): Booking | null {
  const { progress, ownCredential } = look
  const waited = progress.booking
  progress.booking = null
  if (isBooked) return waited
  giveBack(waited)
  return ownCredential ? null : booked(candidate, key, look)
}

function booked(candidate: Candidate, key: RouteKey, { state, inputTokens, nowMs }: Look): Booking | null {
  const { pace } = state.lane(candidate, key)
  if (pace === null || inputTokens === null) return null
  return { candidate, key, pace, inputTokens, atMs: pace.take(inputTokens, nowMs) }
}

interface Look extends NextOptions {
  readonly progress: Progress
  readonly state: RouteState
}

/** A candidate by the key that is free first. */
interface Way {
  readonly candidate: Candidate
  readonly key: RouteKey
  readonly readyAtMs: number
  /** What it waits for, where that is a quota. */
  readonly heldBy: Fault | null
  /** Whether it waits for nothing but the quota that is configured. */
  readonly isPaced: boolean
  readonly isBooked: boolean
}

function openOnes(look: Look): readonly Way[] {
  const { candidates, closed } = look.progress
  return candidates.flatMap((candidate) => {
    if (closed.has(candidate)) return []
    const ways = usableKeys(candidate, look).map((key) => wayBy(candidate, key, look))
    const firstMs = Math.min(...ways.map(({ readyAtMs }) => readyAtMs))
    const firsts = ways.filter(({ readyAtMs }) => readyAtMs === firstMs)
    const readers = firsts.filter(({ key }) => isReader(key, look))
    // Keys that are free alike share the load.
    const alike = readers.length > 0 ? readers : firsts
    return alike.slice(0, 1).map((first) => alike[Math.floor(look.random() * alike.length)] ?? first)
  })
}

function usableKeys(candidate: Candidate, look: Look): readonly RouteKey[] {
  const { target } = candidate
  const keys = look.keysOf(target)
  // Whichever it is: it is not used.
  if (look.ownCredential) return (keys.length > 0 ? keys : target.keys).slice(0, 1)
  const spent = look.progress.tries.get(candidate)?.spentKeys
  return keys.filter(
    (key) =>
      servesCaller(key, look) && spent?.has(accountOf(key)) !== true && barOf(candidate, key, look) === null,
  )
}

/** Whether an edit could go by a candidate, now or later. */
export function isOpen(
  candidate: Candidate,
  progress: Progress,
  state: RouteState,
  options: NextOptions,
): boolean {
  return !progress.closed.has(candidate) && usableKeys(candidate, { ...options, progress, state }).length > 0
}

/** Whether a key is known to read what the request refers to. */
function isReader(key: RouteKey, { references, state, ownCredential }: Look): boolean {
  return !ownCredential && references.some((uri) => state.readers.get(uri) === accountOf(key))
}

/** Why a key is not even waited for: it is not let in, or its quota is none that comes back by waiting. */
function barOf(candidate: Candidate, key: RouteKey, { state, nowMs }: Look): Fault | null {
  const { holdUntilMs, holdFault, isExhausted } = state.lane(candidate, key)
  return state.locks.bars(accountOf(key), nowMs) ?? (isExhausted && nowMs < holdUntilMs ? holdFault : null)
}

function wayBy(candidate: Candidate, key: RouteKey, look: Look): Way {
  const { progress, state, nowMs, inputTokens, ownCredential } = look
  const { holdUntilMs, holdFault, pace } = ownCredential ? FREE : state.lane(candidate, key)
  const heldMs = Math.max(holdUntilMs, progress.tries.get(candidate)?.notBeforeMs ?? 0)
  const isBooked = isTurnOf(progress.booking, { candidate, key, heldMs, nowMs })
  const pacedMs = isBooked
    ? (progress.booking?.atMs ?? nowMs)
    : inputTokens === null
      ? 0
      : (pace?.readyAtMs(inputTokens, nowMs) ?? 0)
  const otherwiseMs = Math.max(nowMs, heldMs)
  return {
    candidate,
    key,
    readyAtMs: Math.max(otherwiseMs, pacedMs),
    heldBy: holdUntilMs > nowMs ? holdFault : pacedMs > nowMs ? PACED : null,
    isPaced: pacedMs > otherwiseMs,
    isBooked,
  }
}

/** Whoever was kept from its turn has lost it: all who were would come at once. */
function isTurnOf(
  booking: Progress['booking'],
  {
    candidate,
    key,
    heldMs,
    nowMs,
  }: Pick<Way, 'candidate' | 'key'> & { readonly heldMs: number; readonly nowMs: number },
): boolean {
  if (booking?.candidate !== candidate || accountOf(booking.key) !== accountOf(key)) return false
  return heldMs <= booking.atMs && nowMs <= booking.atMs + LATE_FOR_TURN_MS
}

/** Timers ring late on a machine that is busy. */
const LATE_FOR_TURN_MS = 500

const FREE = { holdUntilMs: 0, holdFault: null, pace: null }

const PACED = fault(
  'rate_limited',
  'The quota that is configured for the target is used up for the moment. Wait, send less at once, or add a key or a target.',
)

/** Who is not ejected. An edit that has failed already does not go to one that may not be back. */
function isTrusted({ candidate }: Way, { progress, state, nowMs }: Look): boolean {
  const standing = state.site(candidate).health.standing(nowMs)
  if (standing.kind === 'on-probation') return !standing.isProbed && progress.tries.size === 0
  return standing.kind !== 'ejected'
}

function later(ways: readonly Way[], look: Look): Next {
  const { nowMs, deadlineMs, random, progress } = look
  const readyAtMs = Math.min(...ways.map((way) => way.readyAtMs))
  const way = ways.find((one) => one.readyAtMs === readyAtMs)
  const waitMs = Math.ceil(readyAtMs - nowMs)
  const isFar = way?.isPaced === true && waitMs > LONGEST_BOOKING_MS
  if (way === undefined || isFar || readyAtMs >= deadlineMs) {
    const heldBy = way?.heldBy ?? null
    letGo(progress)
    return { kind: 'stop', fault: heldBy && { ...heldBy, waitMs, charged: 'no' } }
  }
  if (!way.isPaced) {
    const untilMs = Math.min(readyAtMs + random() * spreadMs(waitMs), deadlineMs)
    return { kind: 'wait', untilMs, why: way.heldBy }
  }
  if (!way.isBooked) {
    letGo(progress)
    progress.booking = booked(way.candidate, way.key, look)
  }
  return { kind: 'wait', untilMs: readyAtMs, why: way.heldBy }
}

/** Turns that are booked are others' loss where nobody comes for them: a queue is two minutes long at most. */
const LONGEST_BOOKING_MS = 130_000

/** All who wait for the same moment would come at the same moment. */
function spreadMs(waitMs: number): number {
  return Math.min(LONGEST_SPREAD_MS, waitMs * SPREAD)
}

const SPREAD = 0.1
export const LONGEST_SPREAD_MS = 3000

/** Of the lowest tier where anybody is ready: who is on probation first, else by weight. */
function picked(ready: readonly Way[], look: Look): Way {
  const tier = Math.min(...ready.map(({ candidate }) => candidate.tier))
  const ways = ready.filter(({ candidate }) => candidate.tier === tier)
  const standings = ways.map(({ candidate }) => look.state.site(candidate).health.standing(look.nowMs))
  const probe = ways.find((_, at) => standings[at]?.kind === 'on-probation')
  if (probe !== undefined) return probe
  const shares = standings.map((standing) => (standing.kind === 'ramping' ? standing.share : 1))
  const rest = ready.filter(({ candidate }) => candidate.tier > tier)
  // Who comes back gets its load by and by, and those behind the rest of it.
  if (rest.length > 0 && look.random() >= Math.max(...shares)) return picked(rest, look)
  return byWeight(ways, shares, look.random())
}

function byWeight(ways: readonly Way[], shares: readonly number[], random: number): Way {
  const weights = ways.map(({ candidate }, at) => candidate.weight * (shares[at] ?? 1))
  let left = random * weights.reduce((sum, weight) => sum + weight, 0)
  const way = ways.at(weights.findIndex((weight) => (left -= weight) < 0))
  if (way === undefined) throw new Error('nobody is ready')
  return way
}

/** The first attempt is free, and so is the first at another target that does well, or by another key of the same. */
function costOf(candidate: Candidate, key: RouteKey, { progress, state, nowMs }: Look): number {
  const { tries } = progress
  const before = tries.get(candidate)
  if (tries.size === 0 || (before?.failures === 0 && !before.keys.has(accountOf(key)))) return 0
  if (before !== undefined) return before.wasLate ? RETRY_COST_WHEN_LATE : RETRY_COST
  return doesWell(state.site(candidate).health.standing(nowMs)) ? 0 : RETRY_COST
}

/** Why nobody could even be asked; `null`: somebody was, or could not make this edit. */
function whyNobody(look: Look): Fault | null {
  const { candidates, tries, closed } = look.progress
  if (tries.size > 0 || closed.size > 0) return null
  const bars = candidates.flatMap((candidate) =>
    look
      .keysOf(candidate.target)
      .filter((key) => servesCaller(key, look))
      .map((key) => barOf(candidate, key, look)),
  )
  const bar = bars.find((why) => why !== null)
  if (bar !== undefined && bar !== null) return { ...bar, charged: 'no' }
  return candidates.some(({ target }) => look.keysOf(target).length > 0) ? NO_KEY : ALL_DRAINED
}

const ALL_DRAINED = fault(
  'credential_missing',
  'All keys that could make the edit are being drained, or were taken out of the configuration. Its operator resumes one, or adds another.',
)

const NO_KEY = fault(
  'credential_missing',
  'No target has a credential for the environment of this key. Its operator gives one of the credentials that environment.',
)
