import type { IncomingMessage } from 'node:http'
import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { PlantainError } from '../../contract/error.ts'
import { askForBody } from './expectation.ts'
import { BODIES } from './turns.ts'

/** What holds for the body of a request, whatever is in it. */
export interface BodyLimits {
  /** Of one body, as it came and once it is unpacked. */
  readonly requestBytes: number
  /** Between two pieces. */
  readonly bodyIdleMs: number
  /** From the first to the last. */
  readonly bodyTotalMs: number
}

/** How many bytes are said to come; `null`: they come in chunks or compressed, and nobody knows. */
export function announcedBytes({ headers }: IncomingMessage): number | null {
  if (headers['transfer-encoding'] !== undefined || encodingOf(headers) !== 'identity') return null
  return Number(headers['content-length'] ?? 0)
}

/** Throws `request_too_large` before a byte is read, where so much is announced. */
export function mustAnnounceLittle({ headers }: IncomingMessage, { requestBytes }: BodyLimits): void {
  if (Number(headers['content-length'] ?? 0) > requestBytes) throw tooLarge(requestBytes)
}

/**
 * Hands over the body piece by piece, unpacked; pieces may not be kept, they are Node's. Whoever sends nothing for a
 * while, or takes too long in all, is cut: rejects with `PlantainError` `request_timeout`, `request_too_large`,
 * `unsupported_media_type` or `invalid_request`, and with whatever `take` throws. The connection stays, since an answer
 * is still to go out on it.
 */
export function readPieces(
  request: IncomingMessage,
  limits: BodyLimits,
  take: (piece: Buffer) => void,
): Promise<void> {
  const encoding = encodingOf(request.headers)
  const source = encoding === 'identity' ? request : unpack(request, encoding)
  const { requestBytes, bodyIdleMs, bodyTotalMs } = limits
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  askForBody(request)
  let received = 0
  let packed = 0

  const stop = (thrown?: unknown) => {
    clearTimeout(idle)
    clearTimeout(total)
    source.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
    request.off('data', onPacked)
    BODIES.leave(source)
    source.pause()
    if (source !== request) {
      request.unpipe()
      source.on('error', () => {}).destroy()
    }
    if (thrown === undefined) resolve()
    else reject(thrown)
  }
  const onData = (piece: Buffer) => {
    idle.refresh()
    // Before it is given back.
    const { length } = piece
    received += length
    try {
      if (received > requestBytes) throw tooLarge(requestBytes)
      take(piece)
      if (source === request) letGo(piece)
      BODIES.take(source, length)
    } catch (thrown) {
      stop(thrown)
    }
  }
  /** What unpacks to nothing is a load all the same. */
  const onPacked = (piece: Buffer) => {
    idle.refresh()
    packed += piece.length
    if (packed > requestBytes) stop(tooLarge(requestBytes))
  }
  const onEnd = () => stop()
  const onError = (error: Error) => stop(broken(error, encoding))
  const onClose = () => stop(broken(undefined, encoding))
  const idle = setTimeout(() => stop(late('stood still: nothing of it came', bodyIdleMs)), bodyIdleMs)
  const total = setTimeout(() => stop(late('was not there', bodyTotalMs)), bodyTotalMs)
  source.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
  if (source !== request) request.on('data', onPacked)
  // Whoever has gone before says nothing any more.
  if (request.destroyed && !request.complete) onClose()
  return promise
}

/**
 * Node hands every piece over in memory of its own. V8 counts that as garbage to be looked for after 40 MB of it, and
 * looks through the whole heap each time, a quarter of all the work at 4 MB a body; given back at once it is none.
 */
function letGo({ buffer, byteOffset, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && buffer.byteLength === byteLength)
    buffer.transfer(0)
}

const UNPACKERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

function encodingOf({ 'content-encoding': encoding = 'identity' }: IncomingMessage['headers']): string {
  return encoding.trim().toLowerCase() || 'identity'
}

function unpack(request: IncomingMessage, encoding: string): Transform {
  const unpacker = Object.hasOwn(UNPACKERS, encoding) ? UNPACKERS[encoding] : undefined
  if (unpacker === undefined) {
    throw new PlantainError(
      'unsupported_media_type',
      `Bodies may come as they are or packed by gzip, deflate, br or zstd, one of them, not by “${encoding.slice(0, 40)}”.`,
    )
  }
  const unpacking = unpacker()
  request.once('error', (error) => unpacking.destroy(error))
  request.once('aborted', () => unpacking.destroy(new Error('aborted')))
  return request.pipe(unpacking)
}

function late(what: string, ms: number): PlantainError {
  return new PlantainError(
    'request_timeout',
    `The body ${what} within ${Math.ceil(ms / 1000)} s. Send it faster, or in one go.`,
  )
}

function tooLarge(most: number): PlantainError {
  return new PlantainError(
    'request_too_large',
    `The body has more than the ${most} bytes this gateway takes (limits.requestBytes). Send smaller images, or upload them as files.`,
  )
}

function broken(thrown: unknown, encoding: string): PlantainError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (
    code.startsWith('Z_') ||
    code.startsWith('ERR_BROTLI') ||
    code.startsWith('ERR__ERROR') ||
    code.startsWith('ZSTD')
  ) {
    return new PlantainError('invalid_request', `The body is not ${encoding}, though its header says so.`)
  }
  return new PlantainError('invalid_request', 'The body broke off before its end.')
}
