import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Surface } from '../../models/model.ts'
import { SURFACE_LIMITS } from '../../models/surface-limits.ts'
import { JsonSyntaxError } from '../../wire/json-syntax.ts'
import { createSkeletonReader, TooManyValuesError } from '../../wire/skeleton.ts'
import { BodyTooLargeError, createSlabPool, type Lease } from '../../wire/slabs.ts'
import { type ApiError, invalidArgument } from '../../wire/api-error.ts'
import type { Call } from '../call.ts'
import { mustBeShallow } from './depth.ts'

/** The body of one request, to be read once, and what was seen of it. */
export interface Body extends Pick<Call, 'json' | 'bytes' | 'stream'> {
  /** The hash is `null` until the whole body was read. */
  seen(): { readonly requestBytes: number; readonly requestSha256: string | null }
  /** Gives the memory back: nothing that was read may be looked at any more. */
  release(): void
}

export interface BodyReader {
  read(
    request: IncomingMessage,
    about: {
      readonly surface: Surface
      readonly signal: AbortSignal
      /** A call to the emulator itself, which must get through however much the others hold. */
      readonly ours: boolean
    },
  ): Body
}

/**
 * What all JSON bodies may hold at once. Whoever comes when it is used up is not read until others are done, so that
 * its sender waits: 64 requests of 10 MB stay within a gigabyte, decoded images included. One of Vertex AI's largest fits.
 */
const BYTES_IN_FLIGHT = 512 * 1024 * 1024

/** More than any real request has, and parsed some 25 MB. */
const MOST_VALUES = 250_000

/** Forms and the like. */
const MOST_PLAIN_BYTES = 16 * 1024 * 1024

export function createBodyReader(): BodyReader {
  const shared = createSlabPool({ maxBytes: BYTES_IN_FLIGHT })
  const own = createSlabPool({ maxBytes: 4 * MOST_PLAIN_BYTES })
  return {
    read: (request, { surface, signal, ours }) => {
      const watched = watch(request)
      let lease: Lease | undefined
      return {
        json: async () => {
          const announced = announcedBytes(request)
          if (announced === 0) return undefined
          const maxBytes = ours ? MOST_PLAIN_BYTES : mostBytes(surface, announced)
          if (announced !== undefined && announced > maxBytes) throw tooLarge(maxBytes)
          lease = await (ours ? own : shared).reserve(announced ?? maxBytes, signal)
          return readJson(watched.chunks(), lease, maxBytes)
        },
        bytes: async () => {
          const chunks: Uint8Array[] = []
          for await (const chunk of watched.chunks()) {
            chunks.push(chunk)
            if (watched.seen().requestBytes > MOST_PLAIN_BYTES) throw tooLarge(MOST_PLAIN_BYTES)
          }
          return chunks
        },
        stream: () => watched.chunks(),
        seen: watched.seen,
        release: () => lease?.release(),
      }
    },
  }
}

/** Whoever does not say how much comes holds as much as may come, and so no more than the smaller surface takes. */
function mostBytes(surface: Surface, announced: number | undefined): number {
  return SURFACE_LIMITS[announced === undefined ? 'ai-studio' : surface].maxRequestBytes
}

async function readJson(chunks: AsyncIterable<Uint8Array>, lease: Lease, maxBytes: number): Promise<unknown> {
  const reader = createSkeletonReader({ lease, maxValues: MOST_VALUES })
  try {
    let empty = true
    for await (const chunk of chunks) {
      reader.push(chunk)
      empty = false
    }
    lease.trim()
    if (empty) return undefined
    const { value } = reader.end()
    mustBeShallow(value)
    return value
  } catch (thrown) {
    if (thrown instanceof BodyTooLargeError) throw tooLarge(maxBytes)
    if (thrown instanceof JsonSyntaxError) throw malformed(thrown)
    if (thrown instanceof TooManyValuesError) throw tooManyValues()
    throw thrown
  }
}

/** Counts and hashes what passes. */
function watch(request: IncomingMessage): Pick<Body, 'seen'> & { chunks(): AsyncIterable<Uint8Array> } {
  const hash = createHash('sha256')
  let requestBytes = 0
  let requestSha256: string | null = null
  return {
    chunks: async function* chunks() {
      // Leaving early must not tear the connection down: an answer is to come, and `drain` sees to the rest.
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        requestBytes += chunk.length
        hash.update(chunk)
        yield chunk
      }
      requestSha256 = hash.digest('hex')
    },
    seen: () => ({ requestBytes, requestSha256 }),
  }
}

/** `undefined`: it comes in chunks, and nobody knows. */
function announcedBytes({ headers }: IncomingMessage): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined
  return Number(headers['content-length'] ?? 0)
}

function tooLarge(maxBytes: number): ApiError {
  return invalidArgument(`Request payload size exceeds the limit: ${maxBytes} bytes.`)
}

/** Google's limit is not known, nor its words. */
function tooManyValues(): ApiError {
  return invalidArgument(`Invalid JSON payload received. It has more than ${MOST_VALUES} values.`)
}

/** Google points at the place in an excerpt; here the place is told by its number. */
function malformed({ expected, byteOffset }: JsonSyntaxError): ApiError {
  const said = SAID[expected] ?? 'Unexpected token.'
  return invalidArgument(`Invalid JSON payload received. ${said} (byte ${byteOffset})`)
}

/** As far as known. */
const SAID: Readonly<Record<string, string>> = {
  "',' or '}'": 'Expected , or } after key:value pair.',
  "',' or ']'": 'Expected , or ] after array value.',
  "':'": 'Expected : between key:value pair.',
  "a property name in quotes or '}'": 'Expected an object key or }.',
  'a property name in quotes': 'Expected an object key or }.',
  'a closing quote': 'Closing quote expected in string.',
}

/** What is sent on after its answer is thrown away for this long, so that the sender gets to read the answer. */
const LONGEST_DRAIN_MS = 5_000

const DRAIN_STEP_MS = 20

/** Lets an answered request run out; what does not arrive whole by then ends with its connection. */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.complete) return
  // Whoever left reading in the middle has left a listener behind that keeps the stream from flowing.
  request.removeAllListeners('readable')
  request.resume()
  // Looked at now and then: of a request whose answer is out, Node tells neither each end nor that its connection has gone.
  for (let waitedMs = 0; waitedMs < LONGEST_DRAIN_MS; waitedMs += DRAIN_STEP_MS) {
    await sleep(DRAIN_STEP_MS)
    if (request.complete || request.socket.destroyed) return
  }
  request.socket.destroy()
}
