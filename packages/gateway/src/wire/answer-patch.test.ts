import { expect, test } from 'vitest'
import type { WireAnswer } from '../contract/wire.ts'
import { type InPlaceOfImages, withoutItsImages } from './answer-patch.ts'

const NEW = { image: { bytes: Buffer.from('a new picture'), mimeType: 'image/png' } }
const DATA = Buffer.from('a new picture').toString('base64')
/** Long enough to be no string once it is read. */
const OLD = Buffer.alloc(9000, 7).toString('base64')
const SIGNATURE = Buffer.alloc(6000, 3).toString('base64')

const JSON_TYPE = 'application/json; charset=UTF-8'
const EVENTS = 'text/event-stream'

function answer(body: string, type = JSON_TYPE, rest: Partial<WireAnswer> = {}): WireAnswer {
  const headers = { 'content-type': type }
  return { status: 200, headers, body: Buffer.from(body), handedOverBytes: 0, cut: false, ...rest }
}

function patched(
  body: string,
  instead: InPlaceOfImages = NEW,
  type?: string,
  rest?: Partial<WireAnswer>,
): string {
  return withoutItsImages(answer(body, type, rest), instead).body.toString()
}

const image = (data: string, more = '') =>
  `{"inlineData": {"mimeType":"image/jpeg",  "data":"${data}"}${more}}`
const candidate = (parts: string, finish = ',"finishReason":"STOP"') =>
  `{"candidates":[{"content":{"parts":[${parts}],"role":"model"}${finish},"index":0}],"unknown":1.50}`

test('the final image is another, and every other byte is as it came', () => {
  const signed = `,"thoughtSignature":"${SIGNATURE}"`
  const before = candidate(`{"text":"Here é."}, ${image(OLD, signed)}`)
  expect(patched(before)).toBe(before.replace('image/jpeg', 'image/png').replace(OLD, DATA))
})

test('drafts are taken out and thoughts stay', () => {
  const thought = image(OLD, ',"thought":true')
  const before = candidate([thought, image(OLD), image(OLD), '{"text":"x"}'].join(','))
  const changed = image(DATA).replace('image/jpeg', 'image/png')
  expect(patched(before)).toBe(candidate([thought, changed, '{"text":"x"}'].join(',')))
})

test('in the spelling of its writer, short images and such without a label too', () => {
  expect(patched('{"candidates":[{"content":{"parts":[{"inline_data":{"data":"QUJD"}}]}}]}')).toBe(
    `{"candidates":[{"content":{"parts":[{"inline_data":{"data":"${DATA}","mimeType":"image/png"}}]}}]}`,
  )
  expect(
    patched(
      '{"candidates":[{"content":{"parts":[{"inline_data":{"mime_type":"image/webp","data":"QUJD"}}]}}]}',
    ),
  ).toBe(
    `{"candidates":[{"content":{"parts":[{"inline_data":{"mime_type":"image/png","data":"${DATA}"}}]}}]}`,
  )
})

test('none at all, told as Google tells it', () => {
  const before = candidate(`{"text":"Here."},${image(OLD)}`)
  expect(JSON.parse(patched(before, { why: 'It was askew.' }))).toEqual({
    candidates: [
      {
        content: { parts: [{ text: 'Here.' }], role: 'model' },
        finishReason: 'NO_IMAGE',
        finishMessage: 'It was askew.',
        index: 0,
      },
    ],
    unknown: 1.5,
  })
})

test.each([
  ['words alone', candidate('{"text":"No."}'), JSON_TYPE, {}],
  ['a refusal', '{"promptFeedback":{"blockReason":"OTHER"}}', JSON_TYPE, {}],
  ['a video', candidate('{"inlineData":{"mimeType":"video/mp4","data":"QUJD"}}'), JSON_TYPE, {}],
  ['an error', '{"error":{"code":429}}', JSON_TYPE, { status: 429 }],
  ['a page', '<html>', 'text/html', {}],
])('what has no image is as it came: %s', (_, body, type, rest) => {
  expect(patched(body, { why: 'It was askew.' }, type, rest)).toBe(body)
})

const text = candidate('{"text":"Working…"}', '')
const last = '{"candidates":[{"finishReason":"STOP","index":0}],"usageMetadata":{"totalTokenCount":7}}'

test.each(['\r\n', '\n', '\r'])('a stream of events, lines ending in %j', (end) => {
  const stream = (picture: string) =>
    [text, picture, last].map((json) => `data: ${json}${end}${end}`).join('')
  const before = stream(candidate(image(OLD), ''))
  const after = candidate(image(DATA), '').replace('image/jpeg', 'image/png')
  expect(patched(before, NEW, EVENTS)).toBe(
    `data: ${text}${end}${end}data: ${after}\r\n\r\ndata: ${last}${end}${end}`,
  )
  const none = patched(before, { why: 'It was askew.' }, EVENTS)
  expect(none).not.toContain(OLD)
  expect(none).toContain('{"finishReason":"NO_IMAGE","index":0,"finishMessage":"It was askew."}')
})

test('what its reader has had of a stream stays in front', () => {
  const first = `data: ${text}\n\n`
  const body = `${first}data: ${candidate(image(OLD), '')}\n\n`
  const handedOverBytes = Buffer.byteLength(first)
  const { body: after } = withoutItsImages(answer(body, EVENTS, { handedOverBytes }), NEW)
  expect(after.toString('utf8', 0, handedOverBytes)).toBe(first)
  expect(after.toString()).toContain(DATA)
})

test('an event over several lines comes back on one', () => {
  const lines = candidate(image(OLD)).replace('"unknown"', '\n"unknown"').split('\n')
  const after = patched(`${lines.map((line) => `data: ${line}`).join('\n')}\n\n`, NEW, EVENTS)
  expect(after).toMatch(/^data: .*\r\n\r\n$/)
  expect(JSON.parse(after.slice('data: '.length))).toMatchObject({ unknown: 1.5 })
})

test('a last event without its blank line, and the sentinel of others', () => {
  const body = `data: ${candidate(image(OLD))}\n\ndata: [DONE]`
  expect(patched(body, NEW, EVENTS)).toContain(DATA)
  expect(patched(body, NEW, EVENTS)).toMatch(/data: \[DONE\]$/)
})

test('chunks as a list', () => {
  const before = `[${text}\n,\r\n${candidate(image(OLD), '')},${last}]`
  expect(patched(before)).toBe(before.replace('image/jpeg', 'image/png').replace(OLD, DATA))
})

test.each([
  ['a stream', `data: ${text}\n\ndata: ${candidate(image(OLD)).slice(0, 5000)}`, EVENTS, `data: ${text}\n\n`],
  ['a document', candidate(image(OLD)).slice(0, 5000), JSON_TYPE, ''],
])('of %s that broke off nothing half goes out', (_, body, type, expected) => {
  expect(patched(body, { why: 'It broke off.' }, type, { cut: true })).toBe(expected)
})

test('of a stream that broke off no whole image goes out either', () => {
  const body = `data: ${candidate(image(OLD), '')}\n\ndata: {"cand`
  expect(patched(body, { why: 'It broke off.' }, EVENTS, { cut: true })).not.toContain(OLD)
})
