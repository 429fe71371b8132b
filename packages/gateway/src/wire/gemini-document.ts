import type { JsonObject } from '../contract/json-object.ts'
import {
  ASPECT_RATIOS,
  type AspectRatio,
  type EncodedImage,
  IMAGE_SIZES,
  type ImageSize,
  type InputPart,
  type OutputOptions,
} from '../contract/request.ts'
import type { WireImage } from '../contract/wire.ts'
import { JsonBlob } from './json-blob.ts'
import { asObject, countField, field, objectField, textField } from './json-field.ts'
import { blobImage, textImage } from './wire-image.ts'

type Path = readonly (string | number)[]

/** What a `GenerateContentRequest` asks for, as far as an edit goes. Nothing is required of it: Google judges the rest. */
export interface GeminiDocument {
  /** The parts of the last turn; where that has no image, behind the last image of the conversation: what is edited. */
  readonly input: readonly InputPart[]
  /** Where the images of `input` stand. */
  readonly images: readonly WireImage[]
  /** The list that holds the parts of the last turn, and how many they are; `null`: there is none. */
  readonly asked: { readonly path: Path; readonly length: number } | null
  /** Files that parts refer to, in all turns. */
  readonly files: readonly FileReference[]
  readonly output: OutputOptions
  readonly seed: number | null
  /** Whether anything is asked for that no edit has. */
  readonly asksForMore: { readonly tools: boolean; readonly schema: boolean; readonly textOnly: boolean }
}

export interface FileReference {
  /** Of the part, and how it spells the field. */
  readonly path: Path
  readonly key: string
  readonly uri: string
  readonly mimeType: string
}

/** Reads either spelling of names, either base64 alphabet, and roles that are missing. Never throws. */
export function readGeminiDocument(document: JsonObject): GeminiDocument {
  const turns = turnsOf(document)
  const lastTurn = turns.findLast(({ role }) => role !== 'model')
  const held = turns.flatMap(({ parts }) => parts)
  const asked = lastTurn?.parts ?? []
  const earlier = asked.some(({ image }) => image !== null)
    ? undefined
    : held.findLast(({ image }) => image !== null)
  const parts = earlier === undefined ? asked : [earlier, ...asked]
  const config = objectField(document, 'generationConfig')
  return {
    input: parts.flatMap(inputOf),
    images: parts.flatMap(({ image }) => (image === null ? [] : [image.wire])),
    asked: lastTurn === undefined ? null : { path: lastTurn.path, length: lastTurn.parts.length },
    files: held.flatMap(({ file }) => (file === null ? [] : [file])),
    output: outputOf(config),
    seed: countField(config, 'seed') ?? null,
    asksForMore: {
      tools: isFilled(field(document, 'tools')),
      schema: SCHEMA_FIELDS.some((name) => field(config, name) !== undefined),
      textOnly: isTextOnly(field(config, 'responseModalities')),
    },
  }
}

const SCHEMA_FIELDS = [
  'responseSchema',
  'responseJsonSchema',
  '_responseJsonSchema',
  'responseMimeType',
] as const

interface Turn {
  readonly role: string
  /** Of its list of parts. */
  readonly path: Path
  readonly parts: readonly Part[]
}

interface Part {
  readonly text: string | null
  readonly image: { readonly image: EncodedImage; readonly wire: WireImage } | null
  readonly file: FileReference | null
}

function turnsOf(document: JsonObject): readonly Turn[] {
  const contents = field(document, 'contents')
  if (!Array.isArray(contents)) return []
  return contents.flatMap((content: unknown, at) => {
    const turn = asObject(content)
    const parts = field(turn, 'parts')
    if (turn === undefined || !Array.isArray(parts)) return []
    const path: Path = ['contents', at, keyOf(turn, 'parts')]
    return [
      {
        role: textField(turn, 'role') ?? 'user',
        path,
        parts: parts.map((part: unknown, index) => partOf(asObject(part), [...path, index])),
      },
    ]
  })
}

const NOTHING: Part = { text: null, image: null, file: null }

function partOf(part: JsonObject | undefined, path: Path): Part {
  if (part === undefined) return NOTHING
  const text = textField(part, 'text')
  if (text !== undefined) return { ...NOTHING, text }
  const inline = objectField(part, 'inlineData')
  if (inline !== undefined)
    return { ...NOTHING, image: imageOf(inline, [...path, keyOf(part, 'inlineData')]) }
  const stored = objectField(part, 'fileData')
  if (stored === undefined) return NOTHING
  const uri = textField(stored, 'fileUri')
  if (uri === undefined) return NOTHING
  const key = keyOf(part, 'fileData')
  return { ...NOTHING, file: { path, key, uri, mimeType: textField(stored, 'mimeType') ?? '' } }
}

function imageOf(inline: JsonObject, path: Path): Part['image'] {
  const data = field(inline, 'data')
  const mimeType = textField(inline, 'mimeType') ?? ''
  // PDF and video go along as they are.
  if (mimeType !== '' && !/^image\//i.test(mimeType)) return null
  const image = encodedImage(data)
  if (image === null) return null
  const mimeTypeKey = keyOf(inline, 'mimeType')
  const wire = { kind: 'inline', path, dataKey: 'data', mimeTypeKey, mimeType } as const
  return { image, wire }
}

/** An image out of the value of a field: base64 in a string, long or short. */
export function encodedImage(data: unknown): EncodedImage | null {
  if (data instanceof JsonBlob) return blobImage(data)
  return typeof data === 'string' ? textImage(data) : null
}

/** How the object spells a name. */
export function keyOf(object: JsonObject, name: string): string {
  if (Object.hasOwn(object, name)) return name
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return Object.hasOwn(object, snake) ? snake : name
}

function inputOf({ text, image }: Part): readonly InputPart[] {
  if (text !== null) return [{ kind: 'text', text }]
  return image === null ? [] : [{ kind: 'image', image: image.image }]
}

/** What the answer will be held against; whether the model offers it is Google's to say. */
function outputOf(config: JsonObject | undefined): OutputOptions {
  // Newer pages of Google's have it in `responseFormat`.
  const holders = [
    objectField(config, 'imageConfig'),
    objectField(objectField(config, 'responseFormat'), 'image'),
  ]
  const said = (name: string) =>
    holders.map((holder) => textField(holder, name)).find((text) => text !== undefined)
  const ratio = said('aspectRatio')
  const size = said('imageSize')
  return {
    ...(isRatio(ratio) && { aspectRatio: ratio }),
    ...(isSize(size) && { imageSize: size }),
  }
}

function isRatio(text: string | undefined): text is AspectRatio {
  return ASPECT_RATIOS.some((ratio) => ratio === text)
}

function isSize(text: string | undefined): text is ImageSize {
  return IMAGE_SIZES.some((size) => size === text)
}

function isTextOnly(modalities: unknown): boolean {
  if (!Array.isArray(modalities) || modalities.length === 0) return false
  // Not `String(one)`: an object may have a `toString` that is none.
  return modalities.every((one: unknown) => typeof one === 'string' && one.toUpperCase() === 'TEXT')
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : asObject(value) !== undefined
}
