import { expect, test } from 'vitest'
import type { ProviderRequest } from '../contract/provider.ts'
import { writeGeminiRequest } from './gemini-request.ts'

const photo = Uint8Array.from({ length: 5000 }, (_, index) => index * 7)
const image = { kind: 'image', bytes: photo, mimeType: 'image/png', width: 1, height: 1 } as const
const written = (request: ProviderRequest, outputFormat = false): unknown =>
  JSON.parse(Buffer.concat(writeGeminiRequest(request, { outputFormat })).toString())
const inline = { inlineData: { mimeType: 'image/png', data: Buffer.from(photo).toString('base64') } }

test('parts keep their order, and text is escaped as JSON has it', () => {
  const text = 'Make it „red“ \u2028 "now" \\ \ud83c\udf4c'
  const input = [image, { kind: 'text', text }, image, { kind: 'text', text: '' }] as const
  expect(written({ model: 'm', input })).toEqual({
    contents: [{ role: 'user', parts: [inline, { text }, inline, { text: '' }] }],
    generationConfig: { responseModalities: ['TEXT', 'IMAGE'] },
  })
})

test('only what was asked for is in the configuration', () => {
  const request = {
    model: 'm',
    input: [],
    aspectRatio: '16:9',
    imageSize: '2K',
    mimeType: 'image/jpeg',
    seed: 0,
  } as const
  const imageConfig = { aspectRatio: '16:9', imageSize: '2K' }
  expect(written(request)).toMatchObject({ generationConfig: { imageConfig, seed: 0 } })
  expect(JSON.stringify(written(request))).not.toContain('imageOutputOptions')
  expect(written(request, true)).toMatchObject({
    generationConfig: {
      imageConfig: { ...imageConfig, imageOutputOptions: { mimeType: 'image/jpeg', compressionQuality: 95 } },
    },
  })
  expect(written({ model: 'm', input: [], mimeType: 'image/webp' }, true)).toMatchObject({
    generationConfig: { imageConfig: { imageOutputOptions: { mimeType: 'image/png' } } },
  })
})

test('an image is a piece of its own, and a view into a larger buffer is sent as the view', () => {
  const view = photo.subarray(100, 103)
  const pieces = writeGeminiRequest(
    { model: 'm', input: [{ ...image, bytes: view }] },
    { outputFormat: false },
  )
  expect(pieces.map(String)).toContain(Buffer.from(view).toString('base64'))
})
