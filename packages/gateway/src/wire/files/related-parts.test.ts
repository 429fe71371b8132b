import { describe, expect, test } from 'vitest'
import { readRelatedParts } from './related-parts.ts'

describe('pieces', () => {
  const type = 'multipart/related; boundary=b'

  test('may end anywhere, within a boundary too', async () => {
    const text = 'preamble\r\n--b\r\n\r\n{"a":1}\r\n--b\r\n\r\nab\r\n-\r\n--\r\n--b--\r\nepilogue'
    async function* bytewise() {
      for (const byte of Buffer.from(text)) yield Uint8Array.of(byte)
    }
    const { document, contentType, content } = await readRelatedParts(bytewise(), type)
    const pieces: Uint8Array[] = []
    for await (const piece of content) pieces.push(piece)
    expect({ document, contentType }).toEqual({ document: { a: 1 }, contentType: null })
    expect(Buffer.concat(pieces).toString()).toBe('ab\r\n-\r\n--')
  })

  test('of a document without end are not gathered for ever', async () => {
    let given = 0
    async function* endless() {
      for (; given < 10_000_000; given += 10_000) yield new Uint8Array(10_000)
    }
    await expect(readRelatedParts(endless(), type)).rejects.toMatchObject({ status: 400 })
    expect(given).toBeLessThan(100_000)
  })
})
