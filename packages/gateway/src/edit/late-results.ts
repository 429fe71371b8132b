import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { EditRequest } from '../contract/request.ts'
import type { Notice } from '../contract/result.ts'
import type { Clock } from '../contract/system.ts'
import { type Ending, heldEnding } from './settle.ts'
import type { Spec } from './spec.ts'

/**
 * Results whose callers had gone before they had them: made and billed all the same, and kept for the caller who asks the
 * same question again, as clients do whose time ran out.
 */
export interface LateResults {
  /** Looked at first: nobody spells out a question where nothing is kept or on its way. */
  isEmpty(): boolean
  /** An edit goes on without its caller. What it comes to is kept once it has ended. */
  expect(question: string, ending: Promise<Ending>): void
  keep(question: string, ending: Ending): void
  /** Each is given out once. Waits for one that is on its way, unless the signal aborts before. */
  take(question: string, signal: AbortSignal): Promise<Ending | null>
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
  const expected = new Map<string, Promise<unknown>>()

  const keep: LateResults['keep'] = (question, ending) => {
    if (!isAnswer(ending)) return
    const { ending: kept, byteLength } = heldEnding(ending)
    const size = byteLength + BESIDE_IMAGES_BYTES
    held.set(question, { ending: kept, atMs: clock.monotonicMs() }, { size })
  }

  /** By the clock of the process, and not the cache's own. */
  function forgetOld(): void {
    const nowMs = clock.monotonicMs()
    for (const question of held.rkeys()) {
      if (nowMs - (held.peek(question)?.atMs ?? -Infinity) <= keepMs) return
      held.delete(question)
    }
  }

  return {
    isEmpty() {
      forgetOld()
      return held.size === 0 && expected.size === 0
    },
    keep,
    expect(question, ending) {
      const ended = ending
        .then((one) => keep(question, one))
        // Whoever waits makes it anew.
        .catch(() => {})
        .finally(() => {
          if (expected.get(question) === ended) expected.delete(question)
        })
      expected.set(question, ended)
    },
    async take(question, signal) {
      const coming = expected.get(question)
      if (coming !== undefined) await Promise.race([coming, aborted(signal)])
      if (signal.aborted) return null
      const kept = held.get(question)
      held.delete(question)
      const ageMs = clock.monotonicMs() - (kept?.atMs ?? 0)
      if (kept === undefined || ageMs > keepMs) return null
      const { ending } = kept
      const isKnown = ending.notices.some(({ code }) => code === 'late_result')
      return {
        ...ending,
        usage: null,
        notices: isKnown ? ending.notices : [...ending.notices, latenessOf(ageMs)],
      }
    },
  }
}

/** Of texts, checks, notices and the entry itself: results without an image take memory as well. */
const BESIDE_IMAGES_BYTES = 4096

/** What a model answered would be billed again, an image or not. */
function isAnswer({ judgement: { outcome } }: Ending): boolean {
  return outcome !== 'failed' && outcome !== 'cancelled'
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function latenessOf(ageMs: number): Notice {
  const seconds = Math.max(1, Math.round(ageMs / 1000))
  return {
    code: 'late_result',
    text: `The same was asked before by a caller who had gone when the result came, ${seconds} s ago. It is given out now, and not billed again.`,
  }
}

/** The question by all that is in it, and whose it is; `null`: it cannot be told from others. */
export function questionOf(
  request: EditRequest,
  { images, variant }: Pick<Spec, 'images' | 'variant'>,
): string | null {
  const { owner, model, input, mask, preserve, output, settings, seed, accept, wire, credential } = request
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
    mask: mask && hashOf(mask),
    preserve,
    output,
    settings,
    seed,
    variant,
    accept,
    wire: wire && [wire.method, wire.apiVersion, wire.query, wire.fingerprint()],
    credential: credential && hashOf(credential.secret.reveal()),
  }
  return hashOf(JSON.stringify(question))
}

function hashOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
