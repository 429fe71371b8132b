import type { ErrorCode } from '../contract/error.ts'
import { timeOfId } from '../contract/id.ts'
import type { EditResult } from '../contract/result.ts'
import type { Clock } from '../contract/system.ts'
import { cleanName, cleanText } from './clean-text.ts'
import type { DailyNews } from './daily.ts'
import { readTraceparent } from './traceparent.ts'
import type { Door, EditRecord, ImageSeen, RequestRecord, Step } from './request-record.ts'

/** What is known of a request when its head has been read. */
export interface RequestStart {
  readonly requestId: string
  readonly method: string
  readonly door: Door
  /** The pattern of the path, such as `/v1/edits/{id}`; never the path itself. */
  readonly route: string
  /** The header of that name, as it came. */
  readonly traceparent?: string | undefined
  /** Where it came from; kept only where the configuration asks for it. */
  readonly address?: string | undefined
}

export interface Received {
  readonly requestBytes: number
  readonly images: readonly ImageSeen[]
}

export interface RequestEnd {
  readonly status: number
  readonly answerBytes: number
  /** `left`: the caller went away; `cut`: the gateway ended it. */
  readonly how: 'answered' | 'left' | 'cut'
}

/** One request being watched. No method throws, waits or keeps an image; each may be called at any time before `end`. */
export interface Observation {
  /** Who asks, by the name of its key. */
  caller(keyId: string): void
  received(received: Received): void
  /** Why the request is answered with an error that no edit ended with. */
  refused(code: ErrorCode): void
  /** Once for an edit, by the request that ran it: attempts and cost are counted here. */
  edited(result: EditResult): void
  /** What came to light by the request and holds for others: the log says it once a day. */
  news(news: DailyNews): void
  /** How long a step took: for the log and `Server-Timing`. */
  step(name: string, ms: number): void
  /** The value of the header of that name, with what is known by now. */
  serverTiming(): string
  /** The first call counts. */
  end(end: RequestEnd): void
}

/** More of them come of a mistake, or of an attack. */
const MAX_STEPS = 32
const MAX_IMAGES = 32
const MAX_KEY_ID_CHARS = 64
const SHA256_CHARS = 12

/** Gathers what is told of a request and hands it over at its end. `guard` runs what must not throw. */
export function observe(
  start: RequestStart,
  {
    clock,
    guard,
    daily,
    ended,
  }: {
    clock: Clock
    guard: (work: () => void) => void
    daily: (news: DailyNews) => void
    ended: (record: RequestRecord) => void
  },
): Observation {
  const beganAtMs = clock.now()
  const beganMs = clock.monotonicMs()
  const steps: Step[] = []
  let keyId: string | null = null
  let requestBytes = 0
  let images: readonly ImageSeen[] = []
  let code: ErrorCode | null = null
  let edit: EditRecord | null = null
  let open = true
  return {
    caller: (id) => {
      keyId = id
    },
    received: (received) =>
      guard(() => {
        requestBytes = received.requestBytes
        images = received.images.slice(0, MAX_IMAGES).map(seen)
      }),
    refused: (why) => {
      code = why
    },
    edited: (result) =>
      guard(() => {
        edit = editRecord(result, { beganAtMs, nowMs: beganAtMs + clock.monotonicMs() - beganMs })
      }),
    news: (news) => guard(() => daily(news)),
    step: (name, ms) => {
      if (steps.length < MAX_STEPS) steps.push({ name, ms })
    },
    serverTiming: () => {
      let value = ''
      guard(() => {
        value = serverTiming([...steps, { name: 'total', ms: clock.monotonicMs() - beganMs }])
      })
      return value
    },
    end: ({ status, answerBytes, how }) =>
      guard(() => {
        if (!open) return
        open = false
        const { requestId, method, door, route, traceparent, address } = start
        ended({
          requestId: cleanName(requestId),
          method,
          door,
          route,
          parent: readTraceparent(traceparent),
          address: address ?? null,
          // It is whoever wrote the configuration who named the key, and may have named it by itself.
          keyId: keyId === null ? null : cleanText(keyId, MAX_KEY_ID_CHARS),
          beganAtMs,
          ms: clock.monotonicMs() - beganMs,
          status,
          how,
          code: code ?? edit?.code ?? null,
          requestBytes,
          answerBytes,
          images,
          steps,
          edit,
        })
      }),
  }
}

function seen({ bytes, sha256, type }: ImageSeen): ImageSeen {
  return { bytes, sha256: sha256.slice(0, SHA256_CHARS), type }
}

/** What is kept of a result: not its images and not its text, which would otherwise live as long as the request. */
function editRecord(
  result: EditResult,
  { beganAtMs, nowMs }: { beganAtMs: number; nowMs: number },
): EditRecord {
  const { id, outcome, error, target, degraded, charged, costMicroUsd, usage } = result
  const madeAtMs = timeOfId(id) ?? beganAtMs
  // The clock that ids are made by can be set back; nothing of a request is older than the request.
  const startedAtMs = Math.min(Math.max(madeAtMs, beganAtMs), nowMs)
  return {
    id,
    startedAtMs,
    ms: nowMs - startedAtMs,
    outcome,
    code: error?.code ?? null,
    model: result.model === null ? null : cleanName(result.model),
    requestedModel: result.requestedModel === null ? null : cleanName(result.requestedModel),
    target: target === null ? null : cleanName(target),
    degraded,
    charged,
    costMicroUsd,
    usage,
    attempts: result.attempts.slice(0, MAX_STEPS).map((attempt) => ({
      ...attempt,
      model: cleanName(attempt.model),
      target: cleanName(attempt.target),
    })),
    outputs: result.images.slice(0, MAX_IMAGES).map(({ byteLength, mimeType, width, height, sha256 }) => ({
      ...seen({ bytes: byteLength, sha256, type: mimeType }),
      width,
      height,
    })),
    notices: result.notices.slice(0, MAX_STEPS).map((notice) => notice.code),
  }
}

/** Names are tokens of HTTP, durations milliseconds (W3C Server Timing). */
function serverTiming(steps: readonly Step[]): string {
  return steps
    .map(({ name, ms }) => `${name.replaceAll(/[^\w-]/g, '_')};dur=${Math.max(0, ms).toFixed(1)}`)
    .join(', ')
}
