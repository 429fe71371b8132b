import type { Usage } from '../contract/result.ts'
import type { Surface } from '../models/model.ts'
import type { CallKind } from './faults/where.ts'

/** An image that went in or out. */
export interface SeenImage {
  /** Hex, of the bytes the base64 stands for. */
  readonly sha256: string
  readonly bytes: number
  /** As labelled. */
  readonly mimeType: string
}

/** How a call ended: answered whole, cut off on purpose, left by the caller, or not yet. */
export type CallEnd = 'open' | 'answered' | 'cut' | 'left'

/** One call as `/emulator/state` shows it. Secrets appear as fingerprints only. */
export interface SeenCall {
  readonly id: string
  /** 1, 2, … in the order of arrival since the start or the last reset. */
  readonly number: number
  /** ISO 8601, by the emulator's clock. */
  readonly at: string
  readonly method: string
  /** Without the query, which may hold a key. */
  readonly path: string
  /** What the path addresses: `generate`, `start-upload`, … */
  readonly to: string
  readonly surface: Surface
  readonly model: string | null
  /** Kind and fingerprint: the first 12 hex digits of the SHA-256 of what was sent. */
  readonly credential: { readonly kind: string; readonly fingerprint: string } | null
  readonly requestBytes: number
  /** Hex, of the whole body; `null` where none was read. */
  readonly requestSha256: string | null
  readonly images: readonly SeenImage[]
  /** The faults that acted. */
  readonly personas: readonly string[]
  readonly status: number | null
  readonly end: CallEnd
  readonly finishReason: string | null
  /** Sent, as far as it went. */
  readonly answerBytes: number
  readonly answerImages: readonly SeenImage[]
  readonly imagesBilled: number
  readonly usage: Usage | null
  readonly costMicroUsd: number
  readonly tookMs: number | null
}

/** Exact sums since the start or the last reset, whatever is still listed. */
export interface Totals {
  readonly calls: number
  readonly open: number
  /** Calls that asked a model for something, refused and failed ones included. */
  readonly generations: number
  readonly imagesBilled: number
  readonly costMicroUsd: number
}

/** What becomes known of a call. Its bill is noted once. */
export type Change = Partial<Omit<SeenCall, 'id' | 'number' | 'at' | 'to'>>

export interface CallRecord {
  readonly calls: readonly SeenCall[]
  readonly totals: Totals
  /** The key is one no other call ever has, resets notwithstanding. */
  begin(key: number, call: SeenCall, kind: CallKind): void
  /** Adds to what is known of a call, open or ended; one from before a reset is passed over. */
  note(key: number, change: Change): void
  /** Resolves when the sums satisfy the condition; rejects with the signal's reason. */
  waitFor(condition: (totals: Totals) => boolean, signal: AbortSignal): Promise<void>
  reset(): void
}

/** What was really asked and really billed. Lists the latest calls, sums all of them. */
export function createCallRecord({ keep }: { readonly keep: number }): CallRecord {
  const open = new Map<number, SeenCall>()
  const ended = new Map<number, SeenCall>()
  let totals = NOTHING
  let latest = 0
  let forgotten = 0
  const waiting = new Set<() => void>()

  const settle = (change: Partial<Totals> = {}) => {
    totals = { ...totals, ...change, open: open.size }
    for (const check of waiting) check()
  }
  const end = (key: number, call: SeenCall) => {
    open.delete(key)
    ended.set(key, call)
    const [oldest] = ended.keys()
    if (ended.size > keep && oldest !== undefined) ended.delete(oldest)
  }

  return {
    get calls() {
      return [...ended.values(), ...open.values()].toSorted((a, b) => a.number - b.number)
    },
    get totals() {
      return totals
    },
    begin: (key, call, kind) => {
      latest = key
      open.set(key, call)
      settle({ calls: totals.calls + 1, generations: totals.generations + (kind === 'generation' ? 1 : 0) })
    },
    note: (key, change) => {
      if (key <= forgotten) return
      const known = open.get(key) ?? ended.get(key)
      if (known !== undefined) {
        const call = { ...known, ...change }
        if (call.end === 'open') open.set(key, call)
        else if (known.end === 'open') end(key, call)
        // What runs in the background is billed after its call was answered.
        else ended.set(key, call)
      }
      const { imagesBilled = 0, costMicroUsd = 0 } = change
      settle({
        imagesBilled: totals.imagesBilled + imagesBilled,
        costMicroUsd: totals.costMicroUsd + costMicroUsd,
      })
    },
    waitFor: (condition, signal) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!condition(totals)) return
          leave()
          resolve()
        }
        const leave = () => {
          waiting.delete(check)
          signal.removeEventListener('abort', give)
        }
        const give = () => {
          leave()
          reject(signal.reason)
        }
        if (signal.aborted) return reject(signal.reason)
        waiting.add(check)
        signal.addEventListener('abort', give)
        check()
      }),
    reset: () => {
      open.clear()
      ended.clear()
      forgotten = latest
      totals = NOTHING
      settle()
    },
  }
}

const NOTHING: Totals = { calls: 0, open: 0, generations: 0, imagesBilled: 0, costMicroUsd: 0 }
