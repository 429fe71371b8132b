import type { WireAnswer } from '../contract/wire.ts'
import type { JsonObject } from '../contract/json-object.ts'
import { encodeBase64 } from './base64.ts'
import { viewOf } from './byte-ranges.ts'
import { keyOf } from './gemini-document.ts'
import { Base64Bytes } from './json-blob.ts'
import { asObject, field, objectField, textField } from './json-field.ts'
import { type JsonChange, REMOVE, spliceJson } from './json-splice.ts'
import { readSkeleton, type Skeleton } from './skeleton.ts'
import { endOfEvent, readEventStream } from './sse.ts'

/** What goes out in place of the images of an answer: another one for the final image, or none and why. */
export type InPlaceOfImages =
  | { readonly image: { readonly bytes: Uint8Array; readonly mimeType: string } }
  | { readonly why: string }

/**
 * The answer of a model with other images: the final one replaced, or told to be missing as Google tells it, and the
 * others taken out, except for thoughts. Every other byte is as it was received, and so is an answer without images. Of
 * one that broke off, what is not whole is left out: nobody knows what it holds.
 */
export function withoutItsImages(answer: WireAnswer, instead: InPlaceOfImages): WireAnswer {
  const pieces = piecesOf(answer)
  const documents = pieces.flatMap(({ documents: held }) => held)
  const changes = changesOf(documents, instead)
  if (changes.size === 0 && !answer.cut) return answer
  return { ...answer, body: Buffer.concat(pieces.flatMap((piece) => piece.written(changes))) }
}

/** A `GenerateContentResponse`, wherever it stands in what came. */
interface Document {
  readonly object: JsonObject
  readonly path: Path
}

type Path = readonly (string | number)[]
type Changes = ReadonlyMap<Document, readonly JsonChange[]>

/** A piece of a body that is rewritten as a whole or not at all. */
interface Piece {
  readonly documents: readonly Document[]
  written(changes: Changes): readonly Uint8Array[]
}

function piecesOf({ body, headers, cut, handedOverBytes }: WireAnswer): readonly Piece[] {
  if (headers['content-type']?.startsWith('text/event-stream') === true) {
    return [asItIs(body.subarray(0, handedOverBytes)), ...eventsOf(body.subarray(handedOverBytes))]
  }
  const skeleton = parsed([body])
  if (skeleton !== null) return [jsonPiece(skeleton, (pieces) => pieces)]
  return cut ? [] : [asItIs(body)]
}

function asItIs(bytes: Uint8Array): Piece {
  return { documents: [], written: () => [bytes] }
}

function jsonPiece(
  skeleton: Skeleton,
  frame: (pieces: readonly Uint8Array[]) => readonly Uint8Array[],
): Piece {
  const documents = documentsOf(skeleton.value)
  return {
    documents,
    written: (changes) =>
      frame(
        spliceJson(
          skeleton,
          documents.flatMap((document) => changes.get(document) ?? []),
        ),
      ),
  }
}

/** One document, or the chunks of a stream as one list. */
function documentsOf(value: unknown): readonly Document[] {
  const one = asObject(value)
  if (one !== undefined) return [{ object: one, path: [] }]
  if (!Array.isArray(value)) return []
  return value.flatMap((chunk: unknown, index) => {
    const object = asObject(chunk)
    return object === undefined ? [] : [{ object, path: [index] }]
  })
}

/** Whole events; what stands behind the last one is none. */
function eventsOf(body: Buffer): readonly Piece[] {
  const pieces: Piece[] = []
  let rest = body
  for (let end = endOfEvent(rest); end >= 0; end = endOfEvent(rest)) {
    pieces.push(...eventOf(rest.subarray(0, end)))
    rest = rest.subarray(end)
  }
  // Without the closing blank line a whole last event is still an event.
  return [...pieces, ...eventOf(rest)]
}

function eventOf(event: Buffer): readonly Piece[] {
  const { events, rest } = readEventStream(event)
  const data = events[0] ?? rest
  if (data.length === 0) return [asItIs(event)]
  const skeleton = parsed(data)
  if (skeleton === null) return isSentinel(data) ? [asItIs(event)] : []
  const piece = jsonPiece(skeleton, (json) => [DATA, ...onOneLine(json, data.length), BLANK_LINE])
  return [
    {
      ...piece,
      written: (changes) =>
        piece.documents.some((document) => changes.has(document)) ? piece.written(changes) : [event],
    },
  ]
}

/** Of other dialects; Google sends none, but a proxy in between may. */
function isSentinel(data: readonly Buffer[]): boolean {
  return data.length === 1 && data[0]?.toString('latin1', 0, 8) === '[DONE]'
}

/** Line feeds of JSON are space, since in strings they are escaped; in an event they would end the line. */
function onOneLine(json: readonly Uint8Array[], linesOfData: number): readonly Uint8Array[] {
  if (linesOfData === 1) return json
  return json.map((piece) => Uint8Array.from(piece, (byte) => (byte === LINE_FEED ? SPACE : byte)))
}

const DATA = Buffer.from('data: ')
const BLANK_LINE = Buffer.from('\r\n\r\n')
const LINE_FEED = 0x0a
const SPACE = 0x20

function parsed(pieces: readonly Buffer[]): Skeleton | null {
  try {
    return readSkeleton(pieces.map(viewOf))
  } catch {
    return null
  }
}

interface ImagePart {
  readonly document: Document
  /** Of the part, and of what holds the image in it. */
  readonly path: Path
  readonly inline: { readonly path: Path; readonly object: JsonObject }
  readonly thought: boolean
}

function changesOf(documents: readonly Document[], instead: InPlaceOfImages): Changes {
  const images = documents.flatMap(imagesOf)
  const final = images.findLast(({ thought }) => !thought) ?? images.at(-1)
  if (final === undefined) return new Map()
  const changes = new Map<Document, readonly JsonChange[]>()
  const change = (document: Document, more: readonly JsonChange[]) =>
    changes.set(document, [...(changes.get(document) ?? []), ...more])
  for (const image of images) {
    if (image === final && 'image' in instead) change(image.document, replaced(image, instead.image))
    else if (image === final || !image.thought) change(image.document, [{ path: image.path, value: REMOVE }])
  }
  if ('image' in instead) return changes
  const speaking = documents.flatMap(candidatesOf)
  const last = speaking.findLast(({ object }) => textField(object, 'finishReason') !== undefined)
  const told = last ?? speaking.at(-1)
  if (told === undefined) return changes
  change(told.document, [
    { path: [...told.path, keyOf(told.object, 'finishReason')], value: 'NO_IMAGE' },
    { path: [...told.path, keyOf(told.object, 'finishMessage')], value: instead.why },
  ])
  return changes
}

function replaced(
  { inline }: ImagePart,
  { bytes, mimeType }: { readonly bytes: Uint8Array; readonly mimeType: string },
): readonly JsonChange[] {
  return [
    { path: [...inline.path, keyOf(inline.object, 'mimeType')], value: mimeType },
    { path: [...inline.path, 'data'], value: new Base64Bytes(encodeBase64(bytes)) },
  ]
}

function candidatesOf(document: Document) {
  const { object, path } = document
  const candidates = field(object, 'candidates')
  if (!Array.isArray(candidates)) return []
  return candidates.flatMap((value: unknown, index) => {
    const candidate = asObject(value)
    return candidate === undefined
      ? []
      : [{ document, object: candidate, path: [...path, keyOf(object, 'candidates'), index] }]
  })
}

function imagesOf(document: Document): readonly ImagePart[] {
  return candidatesOf(document).flatMap(({ object: candidate, path }) => {
    const content = objectField(candidate, 'content')
    const parts = field(content, 'parts')
    if (content === undefined || !Array.isArray(parts)) return []
    const list = [...path, keyOf(candidate, 'content'), keyOf(content, 'parts')]
    return parts.flatMap((value: unknown, index) => {
      const part = asObject(value)
      const blob = objectField(part, 'inlineData')
      if (part === undefined || blob === undefined || !isImage(blob)) return []
      const here = [...list, index]
      const inline = { path: [...here, keyOf(part, 'inlineData')], object: blob }
      return [{ document, path: here, inline, thought: field(part, 'thought') === true }]
    })
  })
}

function isImage(blob: JsonObject): boolean {
  const mimeType = textField(blob, 'mimeType')
  return mimeType === undefined || mimeType.toLowerCase().startsWith('image/')
}
