import { expect, test } from 'vitest'
import { readAnswerBody } from './answer-body.ts'
import { CONTEXT, USAGE_METADATA } from './answer.fixture.ts'
import { classify } from './classify.ts'
import { JsonBlob } from './json-blob.ts'

const image = Buffer.alloc(3_000_000, 'some picture')

test('images of megabytes stay bytes, in a stream as elsewhere', () => {
  const json = JSON.stringify({ text: 'short', data: image.toString('base64') })
  const bodies = [
    json,
    `[${json},\n${json}]`,
    `data: ${json}\r\n\r\ndata: ${json}\r\n\r\n`,
    `data:${json}\rdata: \r\r`,
  ]
  const answers = bodies.map((body) => readAnswerBody(Buffer.from(body)))
  expect(answers.map((answer) => 'documents' in answer && answer.documents.length)).toEqual([1, 2, 2, 1])
  for (const answer of answers) {
    expect(answer.kind).toBe('json')
    const documents = 'documents' in answer ? answer.documents : []
    for (const { text, data } of documents as readonly { text: unknown; data: unknown }[]) {
      expect(text).toBe('short')
      expect(data instanceof JsonBlob && data.base64()?.equals(image)).toBe(true)
    }
  }
})

test('an event of megabytes that is cut leaves those before it', () => {
  const whole = `data: ${JSON.stringify({ data: 'A'.repeat(2_000_000) })}\n\n`
  const cut = readAnswerBody(Buffer.from(whole + whole.slice(0, 1_500_000)))
  expect(cut).toMatchObject({ kind: 'cut', documents: [{ data: { byteLength: 2_000_000 } }] })
})

test.each([
  ['an object', '\u00A0\u3000 {"a":1}\u2028\uFEFF\n', 'json'],
  ['a stream', '\uFEFFdata: {"a":1}\n\n', 'json'],
  ['what breaks off', '\u00A0{"a', 'cut'],
])('space of every kind around %s is passed over', (_, body, kind) => {
  expect(readAnswerBody(Buffer.from(body)).kind).toBe(kind)
})

const data = image.toString('base64')
const words = 'many words '.repeat(1000)
const gemini = {
  candidates: [{ content: { parts: [{ text: words }, { inlineData: { mimeType: 'image/png', data } }] } }],
  usageMetadata: USAGE_METADATA,
}

test.each<[string, string, string]>([
  ['a unary answer', JSON.stringify(gemini), words],
  ['a streamed answer', `data: ${JSON.stringify(gemini)}\r\n\r\n`, words],
  ['escaped slashes', JSON.stringify(gemini).replaceAll('/', '\\/'), words],
  ['Imagen', JSON.stringify({ predictions: [{ mimeType: 'image/png', bytesBase64Encoded: data }] }), ''],
])('a large image and long words out of %s', (_, body, text) => {
  const answer = classify({ status: 200, headers: {}, body: Buffer.from(body) }, CONTEXT)
  expect(answer).toMatchObject({ kind: 'image', text, image: { mimeType: 'image/png' } })
  expect(answer.kind === 'image' && image.equals(answer.image.bytes())).toBe(true)
})

test('a long text in place of an object is no object, and a long message is read', () => {
  const parts = [{ inlineData: words }, words, { text: 'said' }]
  const odd = JSON.stringify({ candidates: [{ content: { parts } }, words] })
  const answer = classify({ status: 200, headers: {}, body: Buffer.from(odd) }, CONTEXT)
  expect(answer).toMatchObject({ kind: 'refusal', text: 'said' })
  const bare = classify({ status: 200, headers: {}, body: Buffer.from(JSON.stringify(words)) }, CONTEXT)
  expect(bare).toMatchObject({ kind: 'fault', fault: { code: 'upstream_unreadable' } })
  const message = `Image size is too large. ${words}`
  const failed = JSON.stringify({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } })
  const fault = classify({ status: 400, headers: {}, body: Buffer.from(failed) }, CONTEXT)
  expect(JSON.stringify(fault)).toContain('Image size is too large. many words')
})
