import type { IncomingHttpHeaders } from 'node:http'
import { PlantainError } from '../../contract/error.ts'
import type { JsonObject } from '../../contract/json-object.ts'
import type { EncodedImage } from '../../contract/request.ts'
import { createFieldCheck, mustBeKnown } from '../../wire/fields/field-table.ts'
import { NATIVE } from '../../wire/fields/native.ts'
import { textField } from '../../wire/json-field.ts'
import { shownName } from '../../wire/public-text.ts'
import type { Form } from '../body/form-body.ts'
import { type NativeOptions, readNativeOptions, optionOf } from '../edit-options.ts'
import type { AskedPart } from '../stored-input.ts'
import { readImage, readInput, wrong } from './native-input.ts'

/** A native request, read but with the files it refers to still where they are. */
export interface NativeRequest {
  /** `null`: the first target's own. */
  readonly model: string | null
  readonly input: readonly AskedPart[]
  readonly mask: EncodedImage | null
  readonly options: NativeOptions
  /** Of the whole body. */
  readonly byteLength: number
}

const checkFields = createFieldCheck(NATIVE, { eitherCase: true })

/** Throws `invalid_request` naming the field. */
export function fromJson(
  document: JsonObject,
  { headers, byteLength }: { readonly headers: IncomingHttpHeaders; readonly byteLength: number },
): NativeRequest {
  mustBeKnown(checkFields, document)
  const { model: _model, input, mask, ...options } = document
  return {
    model: modelOf(document),
    input: readInput(input),
    mask: mask === undefined ? null : readImage(mask, 'mask'),
    options: readNativeOptions(options, headers),
    byteLength,
  }
}

function modelOf(document: JsonObject): string | null {
  if (document['model'] === undefined || document['model'] === null) return null
  const model = textField(document, 'model')
  if (model !== undefined) return model
  throw wrong('model', 'is no text')
}

const TEXT_FIELDS: ReadonlySet<string> = new Set(['input', 'instruction', 'prompt', 'text'])

/**
 * A form: texts in `instruction` (`prompt`, `input` and `text` do as well), every file is a picture but `mask`, and all
 * other fields are options by their names, those of `output` with or without it (`output.aspectRatio`, `aspectRatio`).
 */
export function fromForm({ fields, files, byteLength }: Form, headers: IncomingHttpHeaders): NativeRequest {
  const texts = fields.filter(({ name }) => TEXT_FIELDS.has(name))
  const masks = files.filter(({ name }) => name === 'mask')
  const pictures = files.filter(({ name }) => name !== 'mask')
  if (masks.length > 1) throw wrong('mask', `came ${masks.length} times; one is taken`)
  const input: readonly AskedPart[] = [
    ...texts.filter(({ value }) => value !== '').map(({ value }) => ({ kind: 'text' as const, text: value })),
    ...pictures.map(({ image }) => ({ kind: 'image' as const, image })),
  ]
  if (input.length === 0) throw wrong('The form', 'has neither a text (instruction) nor a picture (image)')
  const { model = null, ...options } = optionsOf(fields.filter(({ name }) => !TEXT_FIELDS.has(name)))
  if (model !== null && typeof model !== 'string') throw wrong('model', 'is no text')
  const mask = masks[0]?.image ?? null
  return { model, input, mask, options: readNativeOptions(options, headers), byteLength }
}

const OUTPUT_FIELDS: ReadonlySet<string> = new Set([
  'aspectRatio',
  'imageSize',
  'mimeType',
  'quality',
  'delivery',
  'count',
])

function optionsOf(fields: Form['fields']): Readonly<Record<string, unknown>> {
  const options = new Map<string, unknown>()
  const output = new Map<string, unknown>()
  for (const { name, value } of fields) {
    const bare = name.replace(/^output[.[]/, '').replace(/\]$/, '')
    if (bare !== name || OUTPUT_FIELDS.has(name)) put(output, bare, optionOf(bare, value))
    else if (name === 'options') {
      for (const [key, one] of Object.entries(jsonOf(name, value))) put(options, key, one)
    } else if (name === 'metadata') put(options, name, jsonOf(name, value))
    else put(options, name, name === 'model' ? value : optionOf(name, value))
  }
  if (output.size > 0) {
    const told = options.get('output') ?? {}
    if (typeof told !== 'object' || Array.isArray(told)) throw wrong('output', 'is no object')
    options.set('output', { ...told, ...Object.fromEntries(output) })
  }
  // Not by assignment, for which `__proto__` would be no name like others.
  return Object.fromEntries(options)
}

function put(into: Map<string, unknown>, name: string, value: unknown): void {
  if (into.has(name)) throw wrong(shownName(name), 'came twice; once is taken')
  into.set(name, value)
}

function jsonOf(name: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Said below.
  }
  throw new PlantainError('invalid_request', `${name} is no JSON object.`)
}
