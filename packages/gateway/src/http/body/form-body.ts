import { isUtf8 } from 'node:buffer'
import { PlantainError } from '../../contract/error.ts'
import type { EncodedImage } from '../../contract/request.ts'
import type { TakeMemory } from '../../contract/wire.ts'
import { shownName } from '../../wire/public-text.ts'
import type { Exchange } from '../exchange.ts'
import { readParameters } from './header-parameters.ts'
import { readPieces } from './incoming.ts'
import { type BodyReader, guarded } from './json-body.ts'
import { broken, createMultipartReader, type PartHeaders } from './multipart.ts'

/** A form, its files in the memory of the exchange. */
export interface Form {
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  readonly files: readonly { readonly name: string; readonly image: EncodedImage }[]
  /** Of the whole body. */
  readonly byteLength: number
}

/** More than any request has: fourteen pictures are what the most patient model takes. */
const MOST_FIELDS = 64
const MOST_FILES = 32
/** Prompts are a few kilobytes. */
const MOST_FIELD_BYTES = 1024 * 1024
const MOST_NAME_CHARS = 128

/** A part as it comes in; its bytes lie in the memory of the exchange. */
interface Part {
  readonly name: string
  readonly kind: 'field' | 'file'
  readonly charset: 'utf8' | 'latin1'
  readonly pieces: Uint8Array[]
}

/**
 * Reads `multipart/form-data` as it comes, straight into the memory budget. Rejects with `invalid_request` where it is
 * broken or has more parts than any edit, and with what `BodyReader` says of bodies.
 */
export async function readForm(exchange: Exchange, bodies: BodyReader): Promise<Form> {
  const { request } = exchange
  const boundary = boundaryOf(request.headers['content-type'] ?? '')
  const lease = bodies.lease(exchange)
  const whole = bodies.forAnswers(exchange.defer)
  const parts: Part[] = []
  let byteLength = 0
  const reader = createMultipartReader({
    boundary,
    begin: (headers) => {
      const part = partOf(headers)
      parts.push(part)
      mustBeFew(parts)
      let partBytes = 0
      return (bytes) => {
        partBytes += bytes.length
        if (part.kind === 'field' && partBytes > MOST_FIELD_BYTES) throw tooLong(part)
        part.pieces.push(...lease.append(bytes))
      }
    },
  })
  return guarded(bodies.limits, async () => {
    await readPieces(request, bodies.limits, (piece) => {
      byteLength += piece.length
      reader.push(piece)
    })
    reader.end()
    lease.trim()
    return {
      fields: parts.filter(({ kind }) => kind === 'field').map(fieldOf),
      files: parts
        .filter(({ kind }) => kind === 'file')
        .map(({ name, pieces }) => ({ name, image: pieceImage(pieces, whole) })),
      byteLength,
    }
  })
}

/** RFC 2046 §5.1.1 has 1 to 70 of these letters. */
function boundaryOf(contentType: string): string {
  const boundary = readParameters(contentType)?.parameters.get('boundary') ?? ''
  if (/^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary)) return boundary
  throw broken('its Content-Type has no proper boundary (1 to 70 letters), which HTTP clients put there')
}

function partOf(headers: PartHeaders): Part {
  const disposition = readParameters(headers.get('content-disposition') ?? '')
  const type = readParameters(headers.get('content-type') ?? 'text/plain')
  const given = utf8Of(disposition?.parameters.get('name') ?? '')
  if (disposition?.essence !== 'form-data' || type === null || given === null || given === '') {
    throw broken('a part has no name (Content-Disposition: form-data; name="…")')
  }
  if (given.length > MOST_NAME_CHARS) throw broken(`a name has more than ${MOST_NAME_CHARS} letters`)
  // `image[]` and `image[0]` are `image`.
  const name = given.replace(/\[\d*\]$/, '')
  mustBeBare(name, type.essence, headers.get('content-transfer-encoding'))
  const { parameters } = disposition
  const named = parameters.has('filename') || parameters.has('filename*')
  const isFile = named || /^(?:image\/|application\/octet-stream$)/.test(type.essence)
  const charset = isFile ? 'utf8' : charsetOf(name, type.parameters.get('charset'))
  return { name, kind: isFile ? 'file' : 'field', charset, pieces: [] }
}

/** Packed once more, its bytes would be taken for what they are not (RFC 7578 §4.7). */
function mustBeBare(name: string, essence: string, encoding = 'binary'): void {
  if (essence.startsWith('multipart/')) throw broken(`the part ${shownName(name)} is a form itself`)
  if (!/^(?:binary|7bit|8bit)$/i.test(encoding)) {
    throw broken(
      `the part ${shownName(name)} is encoded once more. Send it without Content-Transfer-Encoding`,
    )
  }
}

/** Clients written in Java say Latin-1 of every text that they are told nothing of. */
function charsetOf(name: string, charset = 'utf-8'): Part['charset'] {
  if (/^(?:utf-?8|us-ascii)$/i.test(charset)) return 'utf8'
  if (/^(?:iso-8859-1|latin1|windows-1252)$/i.test(charset)) return 'latin1'
  throw new PlantainError(
    'unsupported_media_type',
    `The field ${shownName(name)} is not UTF-8. Send it as UTF-8.`,
  )
}

function mustBeFew(parts: readonly Part[]): void {
  const files = parts.filter(({ kind }) => kind === 'file').length
  if (files <= MOST_FILES && parts.length - files <= MOST_FIELDS) return
  throw new PlantainError(
    'invalid_request',
    `The form has more parts than any edit: ${MOST_FILES} pictures and ${MOST_FIELDS} fields are taken.`,
  )
}

function fieldOf({ name, charset, pieces }: Part): Form['fields'][number] {
  const bytes = Buffer.concat(pieces)
  if (charset === 'utf8' && !isUtf8(bytes)) {
    throw new PlantainError(
      'invalid_request',
      `The field ${shownName(name)} is not UTF-8. Encode it as UTF-8.`,
    )
  }
  return { name, value: bytes.toString(charset) }
}

/** Headers are read as Latin-1; what is meant is UTF-8 (RFC 7578 §5.1). `null`: it is not. */
function utf8Of(latin1: string): string | null {
  const bytes = Buffer.from(latin1, 'latin1')
  return isUtf8(bytes) ? bytes.toString() : null
}

/** A picture that lies in pieces, and is put together once where it is asked for as a whole. */
function pieceImage(pieces: readonly Uint8Array[], take: TakeMemory): EncodedImage {
  const byteLength = pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
  const [only] = pieces
  let whole = pieces.length === 1 ? only : undefined
  return { byteLength, bytes: () => (whole ??= joined(pieces, take(byteLength))), pieces: () => pieces }
}

function joined(pieces: readonly Uint8Array[], memory: Buffer): Uint8Array {
  let at = 0
  for (const piece of pieces) {
    memory.set(piece, at)
    at += piece.byteLength
  }
  return memory.subarray(0, at)
}

function tooLong({ name }: Part): PlantainError {
  return new PlantainError(
    'request_too_large',
    `The field ${shownName(name)} has more than ${MOST_FIELD_BYTES} bytes. Pictures are sent as files, with a file name.`,
  )
}
