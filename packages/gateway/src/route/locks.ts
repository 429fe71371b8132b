import type { Fault } from '../contract/error.ts'

/** Keys that Google does not let in, by account. Times are monotonic milliseconds. */
export interface Locks {
  /** Why a key is out; `null`: it is not. */
  why(account: string): Fault | null
  /** The same where nobody is to try it now. */
  bars(account: string, nowMs: number): Fault | null
  /** Of an attempt that goes by a key. */
  sent(account: string, nowMs: number): void
  /** Of one that told nothing of it: another may find out. */
  unsent(account: string, sentMs: number): void
  /** Of one by which it was not let in; whether it is out now and was not before. */
  refused(account: string, refusal: Refusal): boolean
  /** Of one by which it was, and when that began; whether it had been out. */
  letIn(account: string, sentMs: number): boolean
  /** It was mended: what was sent before says no more. */
  mended(account: string, nowMs: number): void
  /** Forgets keys that are no more, and hears nothing more of them. */
  keepOnly(accounts: ReadonlySet<string>): void
}

export interface Refusal {
  readonly fault: Fault
  /** Whether another token may be all it takes. */
  readonly isStale: boolean
  readonly sentMs: number
  readonly nowMs: number
}

/** Keys are mended at Google, where nobody tells the gateway: so often one edit tries whether one was. */
export const TRIED_AGAIN_MS = 300_000

interface Out {
  readonly fault: Fault
  /** What was sent before may well have been let in. */
  readonly sinceMs: number
  untilMs: number
}

export function createLocks(): Locks {
  const out = new Map<string, Out>()
  const mendedAt = new Map<string, number>()
  /** When a token was refused; the next one starts from the credential. */
  const staleAt = new Map<string, number>()
  let known: ReadonlySet<string> | null = null

  return {
    why: (account) => out.get(account)?.fault ?? null,
    bars(account, nowMs) {
      const held = out.get(account)
      return held !== undefined && nowMs < held.untilMs ? held.fault : null
    },
    sent(account, nowMs) {
      const held = out.get(account)
      if (held !== undefined) held.untilMs = nowMs + TRIED_AGAIN_MS
    },
    unsent(account, sentMs) {
      const held = out.get(account)
      if (held !== undefined && sentMs >= held.sinceMs) held.untilMs = -Infinity
    },
    refused(account, { fault, isStale, sentMs, nowMs }) {
      if (known?.has(account) === false || sentMs < (mendedAt.get(account) ?? -Infinity)) return false
      const isNews = !out.has(account)
      if (isStale && isNews) {
        const firstMs = staleAt.get(account)
        if (firstMs === undefined) staleAt.set(account, nowMs)
        // A crowd that was under way with the same token.
        if (firstMs === undefined || sentMs < firstMs) return false
      }
      out.set(account, { fault, sinceMs: nowMs, untilMs: nowMs + TRIED_AGAIN_MS })
      return isNews
    },
    letIn(account, sentMs) {
      if (sentMs >= (staleAt.get(account) ?? Infinity)) staleAt.delete(account)
      return sentMs >= (out.get(account)?.sinceMs ?? Infinity) && out.delete(account)
    },
    mended(account, nowMs) {
      out.delete(account)
      staleAt.delete(account)
      mendedAt.set(account, nowMs)
    },
    keepOnly(accounts) {
      known = accounts
      for (const map of [out, mendedAt, staleAt])
        for (const account of map.keys()) if (!accounts.has(account)) map.delete(account)
    },
  }
}
