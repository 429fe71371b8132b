import { expect, test } from 'vitest'
import { createEventRelay } from './event-relay.ts'

const said = (text: string) => `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text }] } }] })}`
const picture = (bytes: number) =>
  `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'A'.repeat(bytes) } }] } }] })}`

/** What goes out early where a stream comes in chunks of so many bytes. */
function early(stream: string, chunkBytes: number): { readonly out: string; readonly handedOver: number } {
  const out: string[] = []
  const relay = createEventRelay({ write: (events) => void out.push(Buffer.from(events).toString()) })
  const bytes = Buffer.from(stream)
  for (let at = 0; at < bytes.length; at += chunkBytes) relay.push(bytes.subarray(at, at + chunkBytes))
  return { out: out.join(''), handedOver: relay.handedOverBytes() }
}

const SIZES = [1, 2, 3, 7, 64, 1000, 1_000_000]

test.each(['\r\n\r\n', '\n\n', '\r\r'])('text goes out as it comes, event by event (%j)', (blank) => {
  const stream = [said('one'), said('two: inlineData'), said('drei ☃')].map((event) => event + blank).join('')
  for (const size of SIZES) {
    expect(early(stream, size)).toEqual({ out: stream, handedOver: Buffer.byteLength(stream) })
  }
})

test('an image is held back, and so is whatever follows it', () => {
  const before = `${said('here it is')}\r\n\r\n`
  const stream = `${before}${picture(5000)}\r\n\r\n${said('done')}\r\n\r\n`
  for (const size of SIZES) expect(early(stream, size)).toEqual({ out: before, handedOver: before.length })
})

test('what is no event of a model is held back as well, and a half event does not go out', () => {
  const before = `${said('a')}\n\n`
  expect(early(`${before}data: nonsense\n\n${said('b')}\n\n`, 5).out).toBe(before)
  expect(early(`${before}${said('b')}`, 5).out).toBe(before)
})

test('an event without an end is not kept for ever', () => {
  const relay = createEventRelay({ write: () => {} })
  for (let i = 0; i < 100; i++) relay.push(Buffer.alloc(64 * 1024, 'x'))
  expect(relay.handedOverBytes()).toBe(0)
})
