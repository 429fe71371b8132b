import { isAscii, isUtf8 } from 'node:buffer'
import { PlantainError } from '../../contract/error.ts'
import { asObject } from '../../wire/json-field.ts'
import type { TakeMemory } from '../../contract/wire.ts'
import { createAnswerPool } from '../../wire/answer-pool.ts'
import type { JsonObject } from '../../contract/json-object.ts'
import type { JsonBlob } from '../../wire/json-blob.ts'
import { JsonSyntaxError } from '../../wire/json-syntax.ts'
import {
  createSkeletonReader,
  type Skeleton,
  SkeletonTooLargeError,
  TooManyValuesError,
} from '../../wire/skeleton.ts'
import { BodyTooLargeError, BudgetSpentError, type Lease, type SlabPool } from '../../wire/slabs.ts'
import { flawOf } from '../../wire/sound-document.ts'
import type { Exchange } from '../exchange.ts'
import { announcedBytes, type BodyLimits, readPieces, mustAnnounceLittle } from './incoming.ts'

export interface BodyReader {
  /**
   * The JSON object of a body, its long strings left where they lie until the exchange ends. Throws `PlantainError`
   * with the code of what is wrong with it.
   */
  json(exchange: Exchange): Promise<JsonBody>
  /** Memory for a body that is no JSON, given back when the exchange ends. */
  lease(exchange: Exchange): Lease
  /** Takes so many bytes out of the budget, for what is held beside the body. */
  hold(byteLength: number, defer: Exchange['defer']): void
  /** What the answers of an edit are collected in, given back when the exchange ends. */
  forAnswers(defer: Exchange['defer']): TakeMemory
  readonly limits: BodyLimits
}

export interface JsonBody {
  readonly document: JsonObject
  readonly skeleton: Skeleton
}

/** More than any real request has, and parsed some 25 MB. */
const MOST_VALUES = 250_000
/** All of a document but its long strings: prompts are a few kilobytes, and what is walked through must be short. */
const MOST_SKELETON_BYTES = 8 * 1024 * 1024

/** Of some twenty answers: more come at once only for a moment. */
const MOST_IDLE_ANSWER_BYTES = 64 * 1024 * 1024

export function createBodyReader(pool: SlabPool, limits: BodyLimits): BodyReader {
  const answers = createAnswerPool({ maxIdleBytes: MOST_IDLE_ANSWER_BYTES })
  const lease = (exchange: Exchange): Lease => {
    mustAnnounceLittle(exchange.request, limits)
    const announced = announcedBytes(exchange.request)
    const held = reserve(pool, announced, limits)
    exchange.defer(() => held.release())
    return held
  }
  return {
    limits,
    lease,
    hold(byteLength, defer) {
      const held = reserve(pool, byteLength, limits)
      defer(() => held.release())
    },
    forAnswers(defer) {
      const held = answers.lease()
      defer(() => held.release())
      return held.take
    },
    async json(exchange) {
      mustBeJson(exchange.request.headers['content-type'])
      const held = lease(exchange)
      const reader = createSkeletonReader({
        lease: held,
        maxValues: MOST_VALUES,
        maxJsonBytes: MOST_SKELETON_BYTES,
      })
      return guarded(limits, async () => {
        await readPieces(exchange.request, limits, (piece) => reader.push(piece))
        held.trim()
        return understood(reader.end())
      })
    },
  }
}

function reserve(pool: SlabPool, announced: number | null, { requestBytes }: BodyLimits): Lease {
  try {
    return announced === null ? pool.reserveNow(0, { growTo: requestBytes }) : pool.reserveNow(announced)
  } catch (thrown) {
    throw refused(thrown, requestBytes)
  }
}

/** Runs what fills a lease; what is wrong with the bytes is said in words. */
export async function guarded<Result>(
  { requestBytes }: BodyLimits,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read()
  } catch (thrown) {
    throw refused(thrown, requestBytes)
  }
}

/** How soon room may be there again: edits take seconds, and a body less than that to arrive. */
const COME_BACK_MS = 2000

function refused(thrown: unknown, requestBytes: number): unknown {
  if (thrown instanceof BudgetSpentError) {
    return new PlantainError(
      'overloaded',
      'The gateway holds as many bytes of requests as it may (limits.inFlightBytes). Try again shortly.',
      { waitMs: COME_BACK_MS },
    )
  }
  if (thrown instanceof BodyTooLargeError) {
    return new PlantainError(
      'request_too_large',
      `The body has more than the ${Math.min(thrown.maxBytes, requestBytes)} bytes this gateway takes. Send smaller images, or upload them as files.`,
    )
  }
  if (thrown instanceof JsonSyntaxError)
    return wrong(`The body is no JSON: expected ${thrown.expected} at byte ${thrown.byteOffset}.`)
  if (thrown instanceof TooManyValuesError) return wrong(`The body has more than ${MOST_VALUES} JSON values.`)
  if (thrown instanceof SkeletonTooLargeError) {
    return wrong(`The body has more than ${MOST_SKELETON_BYTES} bytes besides its images.`)
  }
  return thrown
}

function understood(skeleton: Skeleton): JsonBody {
  const { json } = skeleton.layout
  if (skeleton.byteLength === 0) throw wrong('The body is empty (0 bytes): a JSON object has to be in it.')
  if (!isUtf8(json) || !skeleton.blobs.every(isText)) {
    throw wrong('The body is not UTF-8. Encode it as UTF-8.')
  }
  const flaw = flawOf(skeleton)
  if (flaw !== null) throw wrong(flaw)
  const document = asObject(skeleton.value)
  if (document === undefined) throw wrong('The body is JSON, but no object: it has to begin with {.')
  return { document, skeleton }
}

/** Base64 as a rule: only where it is more, letters that go on in the next piece have to be put together. */
function isText(blob: JsonBlob): boolean {
  if (blob.digest !== null) return true
  const pieces = blob.raw()
  return pieces.every((piece) => isAscii(piece)) || isUtf8(Buffer.concat(pieces))
}

/** A missing type is taken for what the path wants; what forms and uploads say of themselves is not. */
function mustBeJson(type = 'application/json'): void {
  const essence = type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (essence === 'application/json' || essence === '' || /^application\/[\w.-]+\+json$/.test(essence)) return
  throw new PlantainError(
    'unsupported_media_type',
    `The body is called ${essence.slice(0, 80)}; here it has to be JSON, with the header content-type: application/json.`,
  )
}

function wrong(message: string): PlantainError {
  return new PlantainError('invalid_request', message)
}
