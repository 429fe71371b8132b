import { expect, test } from 'vitest'
import { PlantainError } from '../contract/error.ts'
import { type RawEditOptions, readEditOptions } from './edit-options.ts'

test('options are read as people write them', () => {
  const read = readEditOptions({
    provider: 'AI-Studio',
    aspect: '16x9',
    size: '2k',
    format: 'JPG',
    seed: '7',
    timeout: '2.5',
  })
  expect(read).toMatchObject({
    provider: 'ai-studio',
    shape: { aspectRatio: '16:9', imageSize: '2K', mimeType: 'image/jpeg' },
    seed: 7,
    timeoutMs: 2500,
  })
})

test.each([
  ['out.png', 'image/png'],
  ['dir.webp/out.JPEG', 'image/jpeg'],
  ['out.webp', 'image/webp'],
  ['out', undefined],
  ['photo.v2', undefined],
  ['dir.jpg/', undefined],
])('-o %s means %s', (output, mimeType) => {
  expect(readEditOptions({ output }).shape.mimeType).toBe(mimeType)
})

test.each<[RawEditOptions, RegExp]>([
  [{ provider: 'google' }, /ai-studio \(with an API key\) or vertex/],
  [{ provider: 'aws' }, /local, ai-studio or vertex/],
  [{ aspect: '7:5' }, /match or one of 1:1/],
  [{ size: '3K' }, /512, 1K, 2K, 4K/],
  [{ format: 'gif' }, /png, jpeg or webp/],
  [{ output: 'x.gif' }, /end in \.png, \.jpg or \.webp/],
  [{ output: 'x.png', format: 'webp' }, /contradict/],
  [{ output: '' }, /-o is empty/],
  [{ output: '-', json: true }, /both want standard output/],
  [{ output: '-', open: true }, /--open needs a file/],
  [{ json: true, open: true }, /--open needs a file/],
  [{ seed: '1.5' }, /whole number/],
  [{ seed: '' }, /whole number/],
  [{ seed: '-1' }, /whole number/],
  [{ timeout: '0' }, /number of seconds/],
  [{ timeout: 'soon' }, /number of seconds/],
  [{ accept: 'all' }, /--accept all is not known/],
])('%j is refused with what may be said', (raw, message) => {
  const thrown = (() => {
    try {
      return readEditOptions(raw)
    } catch (error) {
      return error
    }
  })()
  expect(PlantainError.is(thrown) && thrown.code).toBe('invalid_request')
  expect((thrown as Error).message).toMatch(message)
  expect((thrown as Error).message).toMatch(/See `plantain edit --help`\.$/)
})
