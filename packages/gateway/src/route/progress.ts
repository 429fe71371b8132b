import type { Pace } from './pace.ts'
import { accountOf, type Candidate, type RouteKey } from './target.ts'
import type { Verdict } from './verdict.ts'

/** What an edit has been through so far. Times are monotonic milliseconds. */
export interface Progress {
  readonly candidates: readonly Candidate[]
  /** What is left of the attempts it may make. */
  attemptsLeft: number
  /** Those that cannot make this edit, or can no more. */
  readonly closed: Set<Candidate>
  readonly tries: Map<Candidate, Try>
  /** A place in the queue of a quota. */
  booking: Booking | null
}

/** It is taken out of the quota already. */
export interface Booking {
  readonly candidate: Candidate
  readonly key: RouteKey
  readonly atMs: number
  /** Where it was booked, and for how many tokens. */
  readonly pace: Pace
  readonly inputTokens: number
}

export interface Try {
  /** Accounts of the keys it was tried with: the keys themselves are made anew with every configuration. */
  readonly keys: Set<string>
  /** Those of them that this edit does not use again. */
  readonly spentKeys: Set<string>
  /** Before that this edit does not come back. */
  notBeforeMs: number
  /** Attempts that failed for a reason that another key does not mend. */
  failures: number
  wasLate: boolean
}

export function begun(candidates: readonly Candidate[], attempts: number): Progress {
  return { candidates, attemptsLeft: attempts, closed: new Set(), tries: new Map(), booking: null }
}

/** Full jitter, by which those who failed together do not come back together (AWS: “Exponential Backoff And Jitter”). */
const BACKOFF_MS = 100
const BACKOFF_WHEN_OVERLOADED_MS = 1000
const LONGEST_BACKOFF_MS = 20_000

/** Notes an attempt that did not bring the edit, and with it who is out of question from now on. */
export function note(
  progress: Progress,
  { candidate, key }: { readonly candidate: Candidate; readonly key: RouteKey },
  { meaning, retryable, scope, waitMs }: Verdict,
  { nowMs, random }: { readonly nowMs: number; readonly random: () => number },
): void {
  const tried = progress.tries.get(candidate) ?? newTry()
  progress.tries.set(candidate, tried)
  tried.keys.add(accountOf(key))
  if (scope === 'key') {
    if (retryable !== 'here') tried.spentKeys.add(accountOf(key))
    return
  }
  if (retryable !== 'here') {
    for (const other of progress.candidates) if (isMeant(other, candidate, scope)) progress.closed.add(other)
    return
  }
  // It is asked once more in other words, which is no reason to wait.
  if (meaning === 'imageless') return
  tried.failures += 1
  tried.wasLate = meaning === 'late'
  const base = meaning === 'overloaded' ? BACKOFF_WHEN_OVERLOADED_MS : BACKOFF_MS
  const most = Math.min(LONGEST_BACKOFF_MS, base * 2 ** (tried.failures - 1))
  // Not before it is asked to, nor at once, however the dice fall: the same moment is no other try.
  tried.notBeforeMs = nowMs + Math.max(1, random() * most, waitMs ?? 0)
}

function newTry(): Try {
  return { keys: new Set(), spentKeys: new Set(), notBeforeMs: 0, failures: 0, wasLate: false }
}

function isMeant(other: Candidate, { target, model }: Candidate, scope: Verdict['scope']): boolean {
  return other.target === target && (scope === 'target' || other.model === model)
}
