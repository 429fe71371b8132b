import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { PlantainError } from '../../contract/error.ts'
import type { EncodedImage } from '../../contract/request.ts'
import type { Exchange } from '../exchange.ts'
import { readPieces } from './incoming.ts'
import { type BodyReader, guarded } from './json-body.ts'

/** A form, its files in the memory of the exchange. */
export interface Form {
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  readonly files: readonly { readonly name: string; readonly image: EncodedImage }[]
  /** Of the whole body. */
  readonly byteLength: number
}

/** More than any request has: fourteen pictures are what the most patient model takes. */
const LIMITS = {
  fields: 64,
  files: 32,
  parts: 96,
  fieldSize: 1024 * 1024,
  fieldNameSize: 128,
  headerPairs: 16,
}

/**
 * Reads `multipart/form-data` as it comes, files straight into the memory budget. Rejects with `invalid_request` where it
 * is broken or has more parts than any edit, and with what `BodyReader` says of bodies.
 */
export async function readForm(exchange: Exchange, bodies: BodyReader): Promise<Form> {
  const { request } = exchange
  const lease = bodies.lease(exchange)
  const fields: { name: string; value: string }[] = []
  const files: { name: string; pieces: Uint8Array[] }[] = []
  const parser = openParser(request.headers['content-type'] ?? '')
  let flaw: unknown
  const fail = (thrown: unknown) => {
    flaw ??= thrown
  }
  parser.on('field', (given, value, nameCut, valueCut) => {
    const name = nameOf(given)
    if (nameCut || valueCut) fail(wrong(`The field ${shown(name)} is longer than ${LIMITS.fieldSize} bytes`))
    fields.push({ name, value })
  })
  parser.on('file', (given, stream) => {
    const pieces: Uint8Array[] = []
    files.push({ name: nameOf(given), pieces })
    stream.on('data', (piece: Buffer) => {
      try {
        if (flaw === undefined) pieces.push(...lease.append(piece))
      } catch (thrown) {
        fail(thrown)
      }
    })
    stream.on('error', fail)
  })
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
    parser.on(limit, () => fail(wrong('The form has more parts than any edit')))
  }
  parser.on('error', (error) => fail(wrong(`The form is broken: ${printable(error)}`)))
  const finished = new Promise<void>((resolve) => {
    parser.once('finish', resolve)
    parser.once('error', () => resolve())
  })
  return guarded(bodies.limits, async () => {
    let byteLength = 0
    await readPieces(request, bodies.limits, (piece) => {
      byteLength += piece.length
      if (flaw === undefined) parser.write(piece)
      if (flaw !== undefined) throw flaw
    })
    parser.end()
    await finished
    if (flaw !== undefined) throw flaw
    lease.trim()
    return {
      fields,
      files: files.map(({ name, pieces }) => ({ name, image: pieceImage(pieces) })),
      byteLength,
    }
  })
}

/** Of a part without one there is none, whatever the parser's types say. `image[]` and `image[0]` are `image`. */
function nameOf(given: string | undefined): string {
  return (given ?? '').replace(/\[\d*\]$/, '')
}

function openParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS })
  } catch (thrown) {
    throw wrong(`The form is broken: ${printable(thrown)}`)
  }
}

/** A picture that lies in pieces. */
function pieceImage(pieces: readonly Uint8Array[]): EncodedImage {
  const byteLength = pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
  const [only] = pieces
  return {
    byteLength,
    bytes: () => (pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces)),
    pieces: () => pieces,
  }
}

function printable(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : 'no reason given'
  return message.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 120)
}

function shown(name: string): string {
  return name.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 64)
}

function wrong(message: string): PlantainError {
  return new PlantainError('invalid_request', `${message}.`)
}
