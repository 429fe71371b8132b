import { expect, test } from 'vitest'
import type { ImageSize } from '../contract/request.ts'
import { offeredSize } from './offered-size.ts'
import { findModel } from './registry.ts'

test.each<[string, ImageSize, ImageSize | null]>([
  ['gemini-3.1-flash-image', '512', '512'],
  ['gemini-3.1-flash-image', '4K', '4K'],
  ['gemini-nano-banana-2.1', '512', '1K'],
  ['gemini-nano-banana-2.1', '2K', '2K'],
  ['gemini-3.1-flash-lite-image', '512', '1K'],
  ['gemini-3.1-flash-lite-image', '1K', '1K'],
  ['gemini-3.1-flash-lite-image', '2K', '2K'],
  ['gemini-2.5-flash-image', '512', null],
  ['gemini-2.5-flash-image', '1K', null],
  ['gemini-2.5-flash-image', '2K', '2K'],
  ['local', '512', '512'],
])('%s is asked for %s as %s', (id, wanted, asked) => {
  expect(offeredSize(findModel(id)!, wanted)).toBe(asked)
})
