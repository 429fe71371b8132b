import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { EditRequest } from '../contract/request.ts'
import type { Notice } from '../contract/result.ts'
import type { Clock } from '../contract/system.ts'
import { type Ending, heldEnding } from './settle.ts'
import type { Spec } from './spec.ts'

/**
 * Results whose callers had gone when they came: made and billed all the same, and kept for the caller who asks the same
 * question again, as clients do whose time ran out.
 */
export interface LateResults {
  /** Looked at first: nobody spells out a question where nothing is kept. */
  isEmpty(): boolean
  keep(question: string, ending: Ending): void
  /** Each is given out once. */
  take(question: string): Ending | null
}

export interface LateResultsOptions {
  readonly clock: Clock
  readonly keepMs: number
  readonly maxBytes: number
}

interface Kept {
  readonly ending: Ending
  readonly atMs: number
}

export function createLateResults({ clock, keepMs, maxBytes }: LateResultsOptions): LateResults {
  const held = new LRUCache<string, Kept>({ maxSize: maxBytes })
  return {
    isEmpty: () => held.size === 0,
    keep(question, ending) {
      const { ending: kept, byteLength } = heldEnding(ending)
      held.set(question, { ending: kept, atMs: clock.monotonicMs() }, { size: Math.max(1, byteLength) })
    },
    take(question) {
      const kept = held.get(question)
      held.delete(question)
      const ageMs = clock.monotonicMs() - (kept?.atMs ?? 0)
      if (kept === undefined || ageMs > keepMs) return null
      const { ending } = kept
      return { ...ending, usage: null, notices: [...ending.notices, latenessOf(ageMs)] }
    },
  }
}

function latenessOf(ageMs: number): Notice {
  const seconds = Math.max(1, Math.round(ageMs / 1000))
  return {
    code: 'late_result',
    text: `The same was asked before by a caller who had gone when the result came, ${seconds} s ago. It is given out now, and not billed again.`,
  }
}

/** The question by all that is in it, and whose it is; `null`: it cannot be told from others. */
export function questionOf(request: EditRequest, { images, variant }: Spec): string | null {
  const { owner, model, input, mask, preserve, output, settings, seed, accept, wire } = request
  if (owner === undefined || images.some(({ sha256 }) => sha256 === null)) return null
  const said = input.map((part) => [
    part.by,
    part.kind === 'text' ? part.text : { signature: part.signature },
  ])
  const question = {
    owner,
    model,
    said,
    images: images.map(({ sha256 }) => sha256),
    mask: mask && createHash('sha256').update(mask).digest('hex'),
    preserve,
    output,
    settings,
    seed,
    variant,
    accept,
    wire: wire && [wire.method, wire.fingerprint()],
  }
  return createHash('sha256').update(JSON.stringify(question)).digest('hex')
}
