import { expect, test } from 'vitest'
import { readSkeleton } from './skeleton.ts'
import { wireDocument } from './wire-document.ts'

const FACTS = { method: 'generateContent', apiVersion: 'v1', query: '', images: [], asked: null } as const
const written = (text: string, ...changes: Parameters<ReturnType<typeof wireDocument>['pieces']>[0]) =>
  Buffer.concat(wireDocument(readSkeleton([Buffer.from(text)]), FACTS).pieces(changes)).toString()

test('without changes the very bytes go out, spaces included', () => {
  const text = '{ "contents" : [ {"parts":[{"text":"a\\/b"}]} ] , "x": 1.50 }'
  expect(written(text)).toBe(text)
})

test('fields that are set share the objects around them, in the spelling that is there', () => {
  const ratio = { set: ['generationConfig', 'imageConfig', 'aspectRatio'], value: '1:1' }
  const size = { set: ['generationConfig', 'imageConfig', 'imageSize'], value: '2K' }
  const seed = { set: ['generationConfig', 'seed'], value: 7 }
  expect(written('{"a":1}', ratio, size, seed)).toBe(
    '{"a":1,"generationConfig":{"imageConfig":{"aspectRatio":"1:1","imageSize":"2K"},"seed":7}}',
  )
  expect(written('{"generation_config":{"image_config":{"aspect_ratio":"4:3"},"seed":1}}', ratio, seed)).toBe(
    '{"generation_config":{"image_config":{"aspect_ratio":"1:1"},"seed":7}}',
  )
})

test('a part gives way to an image, a member goes', () => {
  const part = { mimeType: 'image/png', image: new Uint8Array([1, 2, 3]) }
  const text = '{"contents":[{"parts":[{"fileData":{"fileUri":"x"}}]}],"plantain":{"seed":1}}'
  expect(
    written(text, { path: ['contents', 0, 'parts', 0], part }, { path: ['plantain'], remove: true }),
  ).toBe('{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"AQID"}}]}]}')
})
