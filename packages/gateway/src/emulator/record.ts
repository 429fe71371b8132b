import type { Usage } from '../contract/result.ts'
import type { Surface } from '../models/model.ts'

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

export type Change = Partial<Omit<SeenCall, 'id' | 'number' | 'at' | 'to'>>

export interface CallRecord {
  readonly calls: readonly SeenCall[]
  readonly totals: Totals
  begin(call: SeenCall, generation: boolean): void
  /** Adds to what is known of a call; one that was forgotten is passed over. */
  note(number: number, change: Change): void
  /** Resolves when the sums satisfy the condition; rejects with the signal's reason. */
  waitFor(condition: (totals: Totals) => boolean, signal: AbortSignal): Promise<void>
  reset(): void
}

/** What was really asked and really billed. Lists the latest calls, sums all of them. */
export function createCallRecord({ keep }: { readonly keep: number }): CallRecord {
  const open = new Map<number, SeenCall>()
  const ended: SeenCall[] = []
  let totals = NOTHING
  const waiting = new Set<() => void>()

  const add = (change: Partial<Omit<Totals, 'open'>>) => {
    totals = {
      calls: totals.calls + (change.calls ?? 0),
      open: open.size,
      generations: totals.generations + (change.generations ?? 0),
      imagesBilled: totals.imagesBilled + (change.imagesBilled ?? 0),
      costMicroUsd: totals.costMicroUsd + (change.costMicroUsd ?? 0),
    }
    for (const check of waiting) check()
  }

  return {
    get calls() {
      return [...ended, ...open.values()].toSorted((a, b) => a.number - b.number)
    },
    get totals() {
      return totals
    },
    begin: (call, generation) => {
      open.set(call.number, call)
      add({ calls: 1, generations: generation ? 1 : 0 })
    },
    note: (number, change) => {
      const known = open.get(number) ?? ended.findLast((call) => call.number === number)
      if (known === undefined) return
      const call = { ...known, ...change }
      if (call.end === 'open') {
        open.set(number, call)
      } else if (known.end !== 'open') {
        // What runs in the background is billed after its call was answered.
        ended[ended.indexOf(known)] = call
      } else {
        open.delete(number)
        ended.push(call)
        // In blocks: dropping one by one would move the whole list each time.
        if (ended.length >= keep * 1.1) ended.splice(0, ended.length - keep)
      }
      add({
        imagesBilled: (change.imagesBilled ?? known.imagesBilled) - known.imagesBilled,
        costMicroUsd: (change.costMicroUsd ?? known.costMicroUsd) - known.costMicroUsd,
      })
    },
    waitFor: (condition, signal) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!condition(totals)) return
          end()
          resolve()
        }
        const end = () => {
          waiting.delete(check)
          signal.removeEventListener('abort', give)
        }
        const give = () => {
          end()
          reject(signal.reason)
        }
        if (signal.aborted) return reject(signal.reason)
        waiting.add(check)
        signal.addEventListener('abort', give)
        check()
      }),
    reset: () => {
      open.clear()
      ended.length = 0
      totals = NOTHING
    },
  }
}

const NOTHING: Totals = { calls: 0, open: 0, generations: 0, imagesBilled: 0, costMicroUsd: 0 }
