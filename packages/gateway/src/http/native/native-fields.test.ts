import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../contract/json-object.ts'
import { type Fate, fateOf } from '../../wire/fields/field-table.ts'
import { NATIVE } from '../../wire/fields/native.ts'
import { fromForm, fromJson, type NativeRequest } from './native-request.ts'
import { EditBody } from './schema.ts'

const PICTURE = 'iVBORw0KGgo='
const DATA_URL = `data:image/png;base64,${PICTURE}`

/** A value that each field takes and that is not its default. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  model: 'nano-banana',
  text: 'warmer',
  data: PICTURE,
  url: DATA_URL,
  imageUrl: DATA_URL,
  uri: 'files/abc',
  fileUri: 'files/abc',
  mimeType: 'image/webp',
  type: 'image',
  mask: PICTURE,
  input: 'colder',
  'input[]': 'colder',
  'output.aspectRatio': '16:9',
  'output.imageSize': '2K',
  'output.mimeType': 'image/webp',
  'output.quality': 70,
  'output.delivery': 'url',
  'output.count': 3,
  preserve: 'unmasked',
  accept: 'any',
  seed: 7,
  cache: true,
  timeoutMs: 1000,
  user: 'me',
  metadata: { a: 'b' },
}

function read(document: JsonObject): Omit<NativeRequest, 'byteLength'> {
  const { byteLength: _, ...rest } = fromJson(document, { headers: {}, byteLength: 0 })
  return rest
}

/** A document whose object at the place of a field holds just these fields. */
function documentWith(path: string, fields: object): JsonObject {
  const steps = path.split('.').slice(0, -1)
  const tree = steps.reduceRight<object>((inner, step) => {
    return step.endsWith('[]') ? { [step.slice(0, -2)]: [inner] } : { [step]: inner }
  }, fields)
  return { input: ['cooler'], ...tree }
}

function fieldAt(path: string): object {
  const name = path.split('.').at(-1) ?? path
  const value = SAMPLES[path] ?? SAMPLES[name]
  return name.endsWith('[]') ? { [name.slice(0, -2)]: [value] } : { [name]: value }
}

/** What of a request has come of a field. */
const FOUND: Readonly<Record<string, (request: Omit<NativeRequest, 'byteLength'>) => unknown>> = {
  model: ({ model }) => model,
  instruction: ({ input }) => input.find(({ kind }) => kind === 'text'),
  images: ({ input }) => input.find(({ kind }) => kind !== 'text'),
  mask: ({ mask }) => mask?.byteLength,
  'output.aspectRatio': ({ options }) => options.output?.aspectRatio,
  'output.imageSize': ({ options }) => options.output?.imageSize,
  'output.mimeType': ({ options }) => options.output?.mimeType,
  'output.quality': ({ options }) => options.output?.quality,
  count: ({ options }) => options.output?.count,
  preserve: ({ options }) => options.preserve,
  accept: ({ options }) => options.accept,
  seed: ({ options }) => options.seed,
  cache: ({ options }) => options.cache,
  timeoutMs: ({ options }) => options.timeoutMs,
  metadata: ({ options }) => options.metadata,
  answer: ({ options }) => options.output?.delivery,
}

const entries = Object.entries<Fate>(NATIVE)

describe('the table of the native door is what the door does', () => {
  test.each(entries.filter(([, { kind }]) => kind === 'carried'))('%s is carried', (path, fate) => {
    if (fate.kind !== 'carried') return
    const request = read(documentWith(path, fieldAt(path)))
    const places = [fate.to].flat()
    expect(places.map((to) => FOUND[to]?.(request)).filter((found) => found !== undefined)).not.toEqual([])
  })

  test.each(entries.filter(([, { kind }]) => kind === 'meaningless'))('%s changes nothing', (path) => {
    // A label stands beside what it labels.
    const beside =
      path === 'user' ? {} : path.includes('fileData') ? { fileUri: 'files/abc' } : { url: DATA_URL }
    const told = read(documentWith(path, { ...beside, ...fieldAt(path) }))
    const { user: _, ...options } = told.options
    expect(JSON.stringify({ ...told, options })).toBe(JSON.stringify(read(documentWith(path, beside))))
  })

  test('it refuses none', () => {
    expect(entries.filter(([, { kind }]) => kind === 'refused')).toEqual([])
  })

  test('every field of the schema is in it', () => {
    expect(pathsOf(z.toJSONSchema(EditBody)).filter((path) => fateOf(NATIVE, path) === null)).toEqual([])
  })

  test.each([
    [
      { input: ['a', { inlineData: { data: PICTURE }, mediaResolution: 'HIGH' }] },
      'input[1].mediaResolution',
    ],
    [{ input: ['a', { inlineData: { data: PICTURE }, thoughtSignature: 'x' }] }, 'input[1].thoughtSignature'],
    [{ input: ['a'], mask: { data: PICTURE, polarity: 'black' } }, 'mask.polarity'],
    [{ input: ['a'], outputs: {} }, 'outputs'],
    [{ input: ['a'], output: { aspect: '1:1' } }, 'output.aspect'],
  ])('what it does not know is refused by name: %j', (document, field) => {
    expect(() => read(document)).toThrow(`There is no field ${field}.`)
  })

  test('a part that holds two things is refused, since one would be lost', () => {
    expect(() => read({ input: [{ text: 'a', inline_data: { data: PICTURE } }] })).toThrow(
      'input[0] holds text and inlineData; make them parts of their own.',
    )
  })

  test('both casings are read in input', () => {
    const { input } = read({
      input: ['a', { inline_data: { data: PICTURE, mime_type: 'image/png' } }, { image_url: DATA_URL }],
    })
    expect(input).toHaveLength(3)
  })
})

test('what is a text stays one where it looks like a number', () => {
  const told = { metadata: { order: '12345' }, user: '4711', output: { imageSize: '512' } } as const
  const input = ['warmer']
  const { metadata } = told
  const headers = { 'plantain-user': '4711', 'plantain-image-size': '512' }
  const fields = Object.entries({
    instruction: 'warmer',
    imageSize: '512',
    user: '4711',
    metadata: JSON.stringify(metadata),
  }).map(([name, value]) => ({ name, value }))
  for (const { options } of [
    fromJson({ input, ...told }, { headers: {}, byteLength: 0 }),
    fromJson({ input, metadata }, { headers, byteLength: 0 }),
    fromForm({ fields, files: [], byteLength: 0 }, {}),
  ]) {
    expect(options).toEqual(told)
  }
})

type Schema = z.core.JSONSchema.BaseSchema

/** Of a JSON schema, by the names that lead to them. */
function pathsOf(schema: Schema, place = ''): readonly string[] {
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one) => pathsOf(one, place))
  const items =
    typeof schema.items === 'object' && !Array.isArray(schema.items)
      ? pathsOf(schema.items, `${place}[]`)
      : []
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
    typeof inner === 'object' ? pathsOf(inner, place === '' ? name : `${place}.${name}`) : [],
  )
  const all = [...choices, ...items, ...fields]
  return all.length === 0 ? [place] : all
}
