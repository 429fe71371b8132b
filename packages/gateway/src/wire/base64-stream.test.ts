import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { base64Length, base64Of } from './base64-stream.ts'

async function* cutAt(bytes: Buffer, sizes: readonly number[]) {
  let at = 0
  for (const size of sizes) {
    yield bytes.subarray(at, at + size)
    at += size
  }
  yield bytes.subarray(at)
}

test.each([[[]], [[1]], [[1, 1, 1, 1]], [[2, 0, 3, 1]], [[0]], [[7, 5]], [[1000]]])(
  'is that of all bytes, cut at %j',
  async (sizes) => {
    for (const length of [0, 1, 2, 3, 4, 10, 11, 12, 1000, 1001, 1002]) {
      const bytes = randomBytes(length)
      const text = Buffer.concat(await Array.fromAsync(base64Of(cutAt(bytes, sizes)))).toString()
      expect(text).toBe(bytes.toString('base64'))
      expect(base64Length(length)).toBe(text.length)
    }
  },
)
