import { describe, expect, test } from 'vitest'
import { readGeminiDocument } from './gemini-document.ts'
import { asObject } from './json-field.ts'
import { readSkeleton } from './skeleton.ts'

const PIXELS = Buffer.alloc(6000, 7)
const image = (bytes: Buffer = PIXELS) => ({
  inlineData: { mimeType: 'image/png', data: bytes.toString('base64') },
})
const read = (document: object) =>
  readGeminiDocument(asObject(readSkeleton([Buffer.from(JSON.stringify(document))]).value) ?? {})

const texts = ({ input }: ReturnType<typeof read>) =>
  input.flatMap((part) => (part.kind === 'text' ? [part.text] : []))
const pictures = ({ input }: ReturnType<typeof read>) =>
  input.flatMap((part) => (part.kind === 'image' ? [Buffer.from(part.image.bytes())] : []))

describe('what is edited', () => {
  test('is in the last turn, with its place in the document', () => {
    const document = read({ contents: [{ parts: [{ text: 'a' }, image(), { text: 'b' }] }] })
    expect(texts(document)).toEqual(['a', 'b'])
    expect(pictures(document)).toEqual([PIXELS])
    expect(document.images).toEqual([
      {
        kind: 'inline',
        path: ['contents', 0, 'parts', 1, 'inlineData'],
        dataKey: 'data',
        mimeTypeKey: 'mimeType',
        mimeType: 'image/png',
      },
    ])
  })

  test('is the last picture of the conversation where the last turn has none', () => {
    const [old, made] = [Buffer.alloc(5000, 1), Buffer.alloc(5000, 2)]
    const document = read({
      contents: [
        { role: 'user', parts: [{ text: 'first' }, image(old)] },
        { role: 'model', parts: [{ text: 'here' }, image(made)] },
        { role: 'user', parts: [{ text: 'now at night' }] },
      ],
    })
    expect(texts(document)).toEqual(['now at night'])
    expect(pictures(document)).toEqual([made])
    expect(document.images.map(({ path }) => path)).toEqual([['contents', 1, 'parts', 1, 'inlineData']])
  })

  test('is read in either spelling and alphabet, with or without a label', () => {
    const data = Buffer.from([0xfb, 0xff, 0xfe]).toString('base64url')
    const document = read({
      contents: [{ parts: [{ inline_data: { data, mime_type: 'image/jpeg' } }, { inlineData: { data } }] }],
    })
    expect(pictures(document)).toEqual([Buffer.from([0xfb, 0xff, 0xfe]), Buffer.from([0xfb, 0xff, 0xfe])])
    expect(
      document.images.map((held) => (held.kind === 'inline' ? [held.mimeTypeKey, held.mimeType] : [])),
    ).toEqual([
      ['mime_type', 'image/jpeg'],
      ['mimeType', ''],
    ])
  })

  test('is no PDF, and a file is told by its address', () => {
    const document = read({
      contents: [
        {
          parts: [
            { inlineData: { mimeType: 'application/pdf', data: 'QUJD' } },
            { file_data: { file_uri: 'files/a' } },
          ],
        },
      ],
    })
    expect(document.images).toEqual([])
    expect(document.files).toEqual([
      { path: ['contents', 0, 'parts', 1], key: 'file_data', uri: 'files/a', mimeType: '' },
    ])
  })
})

test('what is asked for, in each place it may stand', () => {
  const config = (generationConfig: object) => read({ contents: [], generationConfig })
  expect(config({ imageConfig: { aspectRatio: '16:9', imageSize: '2K' }, seed: 4 })).toMatchObject({
    output: { aspectRatio: '16:9', imageSize: '2K' },
    seed: 4,
  })
  expect(config({ response_format: { image: { aspect_ratio: '1:1' } } }).output).toEqual({
    aspectRatio: '1:1',
  })
  expect(config({ imageConfig: { aspectRatio: '17:9', imageSize: '8K' } }).output).toEqual({})
  expect(config({ responseModalities: ['Text'] }).asksForMore.textOnly).toBe(true)
  expect(config({ responseModalities: ['TEXT', 'IMAGE'] }).asksForMore.textOnly).toBe(false)
  expect(config({ responseSchema: {} }).asksForMore.schema).toBe(true)
  expect(read({ tools: [{ googleSearch: {} }] }).asksForMore.tools).toBe(true)
  expect(read({ tools: [] }).asksForMore.tools).toBe(false)
})

test.each([
  {},
  { contents: 5 },
  { contents: [null, 1, 'a', {}] },
  { contents: [{ parts: [null, [], { text: 5 }] }] },
])('nonsense is nothing: %j', (document) => {
  expect(read(document)).toMatchObject({ images: [], files: [] })
})
