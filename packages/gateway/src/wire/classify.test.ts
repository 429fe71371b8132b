import { expect, test } from 'vitest'
import { CONTEXT, imagePart, PIXEL, snaked, spelledOut, USAGE, USAGE_METADATA } from './answer.fixture.ts'
import { classify } from './classify.ts'

const answered = (document: unknown, status = 200) =>
  spelledOut(classify({ status, headers: {}, body: Buffer.from(JSON.stringify(document)) }, CONTEXT))
const streamed = (...documents: readonly unknown[]) =>
  documents.map((document) => `data: ${JSON.stringify(document)}\r\n\r\n`).join('')
const said = (parts: readonly object[], more: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0, ...more }],
})

const EDITED = {
  ...said([{ text: 'Here ' }, imagePart(1), { text: 'it is' }, imagePart(2, { thoughtSignature: 'c2ln' })]),
  usageMetadata: USAGE_METADATA,
  modelVersion: 'gemini-3-pro-image',
  responseId: 'r1',
}

test.each([
  ['camelCase', EDITED],
  ['snake_case', snaked(EDITED)],
])('an image in %s is read with all that belongs to it', (_, document) => {
  expect(answered(document)).toEqual({
    kind: 'image',
    image: { bytes: PIXEL(2), mimeType: 'image/jpeg' },
    drafts: [{ bytes: PIXEL(1), mimeType: 'image/jpeg' }],
    text: 'Here it is',
    status: 200,
    usage: USAGE,
    costMicroUsd: 3301,
    charged: 'yes',
    notices: [],
  })
})

test('ten images: the last is final, nine are drafts', () => {
  const answer = answered(said(Array.from({ length: 10 }, (_, index) => imagePart(index))))
  expect(answer).toMatchObject({ kind: 'image', image: { bytes: PIXEL(9) } })
  expect(answer.kind === 'image' && answer.drafts.map(({ bytes }) => bytes[2])).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8,
  ])
})

test('a thought is not delivered while there is an image, not spoken, and final where it is alone', () => {
  const thought = imagePart(7, { thought: true })
  const words = { text: 'I ponder', thought: true }
  const both = answered(said([words, imagePart(1), thought]))
  expect(both).toMatchObject({ image: { bytes: PIXEL(1) }, drafts: [{ bytes: PIXEL(7) }], text: '' })
  expect(answered(said([words, thought]))).toMatchObject({
    kind: 'image',
    image: { bytes: PIXEL(7) },
    drafts: [],
  })
  expect(answered(said([thought], { finishReason: 'IMAGE_SAFETY' }))).toMatchObject({
    kind: 'refusal',
    outcome: 'blocked',
  })
})

const part = (data: string) => ({ inline_data: { mime_type: 'image/png', data } })

test('URL-safe base64 without padding is an image; base64 with a hole is none, but was billed', () => {
  const safe = PIXEL(0xff).toString('base64url')
  expect(safe).toMatch(/[-_]/)
  expect(answered(said([part(safe)]))).toMatchObject({ kind: 'image', image: { bytes: PIXEL(0xff) } })
  const damaged = answered(said([imagePart(1), part('_____!')]))
  expect(damaged).toMatchObject({ kind: 'image', charged: 'yes', image: { bytes: new Uint8Array() } })
})

test('a stream is read as one answer', () => {
  const body = streamed(
    { candidates: [{ content: { parts: [{ text: 'One ' }] } }], usageMetadata: { promptTokenCount: 615 } },
    { candidates: [{ content: { parts: [imagePart(3)] } }] },
    {
      candidates: [{ content: { parts: [{ text: 'two' }] }, finishReason: 'STOP' }],
      usageMetadata: USAGE_METADATA,
    },
  )
  const answer = spelledOut(classify({ status: 200, headers: {}, body: Buffer.from(body) }, CONTEXT))
  expect(answer).toMatchObject({ kind: 'image', image: { bytes: PIXEL(3) }, text: 'One two', usage: USAGE })
})

test('an error in mid-stream is a fault of unknown cost, whatever came before', () => {
  const error = { error: { code: 503, status: 'UNAVAILABLE', message: 'The model is overloaded.' } }
  const body = streamed(said([imagePart(1)]), error)
  const answer = classify({ status: 200, headers: {}, body: Buffer.from(body) }, CONTEXT)
  expect(answer).toMatchObject({
    fault: { code: 'upstream_overloaded', charged: 'unknown', upstream: { status: 503 } },
  })
})

const FINISHED: readonly [reason: string, outcome: string, advice: RegExp][] = [
  ['SAFETY', 'blocked', /safety filter/],
  ['IMAGE_SAFETY', 'blocked', /safety filter/],
  ['PROHIBITED_CONTENT', 'blocked', /usage policy/],
  ['IMAGE_PROHIBITED_CONTENT', 'blocked', /usage policy/],
  ['RECITATION', 'blocked', /existing work/],
  ['IMAGE_RECITATION', 'blocked', /existing work/],
  ['BLOCKLIST', 'blocked', /other words/],
  ['SPII', 'blocked', /personal data/],
  ['MODEL_ARMOR', 'blocked', /Model Armor/],
  ['SOME_NEW_IMAGE_SAFETY_REASON', 'blocked', /refused the request/],
  ['NO_IMAGE', 'no_image', /Say more exactly/],
  ['MAX_TOKENS', 'no_image', /Shorten/],
  ['LANGUAGE', 'no_image', /English/],
  ['OTHER', 'no_image', /Try again/],
  ['IMAGE_OTHER', 'no_image', /Try again/],
  ['FINISH_REASON_UNSPECIFIED', 'no_image', /Try again/],
  ['MALFORMED_RESPONSE', 'no_image', /Try again/],
  ['MALFORMED_FUNCTION_CALL', 'no_image', /use a tool/],
  ['UNEXPECTED_TOOL_CALL', 'no_image', /use a tool/],
  ['TOO_MANY_TOOL_CALLS', 'no_image', /use a tool/],
  ['CONTINUATION', 'no_image', /Try again/],
  ['constructor', 'no_image', /Try again/],
]

test.each(FINISHED)('finishReason %s is %s', (reason, outcome, advice) => {
  for (const content of [
    {},
    { content: {} },
    { content: { parts: null } },
    { content: { parts: [{ text: 'No.' }] } },
  ]) {
    const answer = answered({
      candidates: [{ ...content, finishReason: reason, finishMessage: 'Because.', index: 0 }],
    })
    const text = 'content' in content && content.content.parts?.length === 1 ? 'No.' : ''
    expect(answer).toMatchObject({ kind: 'refusal', outcome, reason, text, status: 200, charged: 'unknown' })
    expect(answer).toHaveProperty('message', expect.stringMatching(advice))
    expect(answer).toHaveProperty('message', expect.stringContaining(`(${reason}: “Because.”)`))
  }
})

test.each([
  'SAFETY',
  'OTHER',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'IMAGE_SAFETY',
  'MODEL_ARMOR',
  'JAILBREAK',
  'BRAND_NEW',
])('promptFeedback %s is blocked', (reason) => {
  const answer = answered({ promptFeedback: { blockReason: reason, blockReasonMessage: 'Reasons' } })
  expect(answer).toMatchObject({ kind: 'refusal', outcome: 'blocked', reason, usage: null, costMicroUsd: 0 })
  expect(answer).toHaveProperty('message', expect.stringMatching(/Reasons/))
})

test('a normal end without an image says whether the model spoke', () => {
  expect(answered(said([{ text: 'Which one?' }]))).toMatchObject({
    outcome: 'no_image',
    reason: 'STOP',
    text: 'Which one?',
    message: expect.stringMatching(/words only/),
  })
  expect(answered(said([{ text: '' }]))).toMatchObject({
    reason: 'STOP',
    message: expect.stringMatching(/made no image/),
  })
  expect(answered({ candidates: [{ content: { parts: [{ text: 'Hm' }] } }] })).toMatchObject({
    reason: 'TEXT_ONLY',
    text: 'Hm',
  })
})

test.each([
  {},
  { candidates: [] },
  { candidates: null },
  { candidates: [null] },
  { candidates: [{ index: 0 }] },
])('%j is no image', (document) => {
  expect(answered(document)).toMatchObject({ kind: 'refusal', outcome: 'no_image', reason: 'EMPTY' })
})

test('an empty error is none', () => {
  expect(answered({ ...EDITED, error: null })).toMatchObject({ kind: 'image' })
})

test('a refusal that made images on the way was charged, one that only thought may have been', () => {
  const refused = { candidates: [{ finishReason: 'IMAGE_SAFETY' }] }
  expect(answered({ ...refused, usageMetadata: USAGE_METADATA })).toMatchObject({
    charged: 'yes',
    costMicroUsd: 3301,
  })
  const counts = {
    promptTokenCount: 8,
    candidatesTokenCount: 40,
    thoughtsTokenCount: 40,
    totalTokenCount: 48,
  }
  expect(answered({ ...refused, usageMetadata: counts })).toMatchObject({
    charged: 'unknown',
    usage: { inputTextTokens: 8, outputTextTokens: 0, thoughtTokens: 40, totalTokens: 48 },
  })
})

test('an answer without counts, or of a model without a price, says that its cost is not counted', () => {
  expect(answered(said([imagePart(1)]))).toMatchObject({
    usage: null,
    costMicroUsd: 0,
    notices: [{ code: 'price_unknown' }],
  })
  const body = Buffer.from(JSON.stringify(EDITED))
  const unpriced = classify({ status: 200, headers: {}, body }, { ...CONTEXT, costMicroUsd: () => null })
  expect(unpriced).toMatchObject({ usage: USAGE, costMicroUsd: 0, notices: [{ code: 'price_unknown' }] })
})

test('counts are read as numbers or digits, and nonsense as nothing', () => {
  const counts = {
    promptTokenCount: '10',
    candidatesTokenCount: -5,
    thoughtsTokenCount: 1e300,
    totalTokenCount: 'many',
  }
  const answer = answered({ ...said([imagePart(1)]), usageMetadata: counts })
  expect(answer).toMatchObject({
    usage: { inputTextTokens: 10, outputTextTokens: 0, thoughtTokens: 0, totalTokens: 10 },
  })
})

test.each<[string, string, string]>([
  ['cut', '{"candidates":[{"content":{"parts":[{"inli', 'upstream_interrupted'],
  ['a cut stream', `${streamed(said([imagePart(1)]))}data: {"candi`, 'upstream_interrupted'],
  ['a page', '<html><title>Sign in</title>', 'upstream_unreadable'],
  ['words', 'OK', 'upstream_unreadable'],
  ['empty', '', 'upstream_unreadable'],
  ['a number', '[42]', 'upstream_unreadable'],
  ['other JSON', '{"totalTokens":258}', 'upstream_unreadable'],
])('a success that is %s is a fault of unknown cost', (_, body, code) => {
  const answer = classify({ status: 200, headers: {}, body: Buffer.from(body) }, CONTEXT)
  expect(answer).toMatchObject({
    kind: 'fault',
    fault: { code, charged: 'unknown', upstream: { status: 200 } },
  })
})

test('what Imagen answers is read too', () => {
  const bytesBase64Encoded = PIXEL(4).toString('base64')
  const filtered = { raiFilteredReason: 'Filtered out. Support codes: 1' }
  expect(answered({ predictions: [{ bytesBase64Encoded, mimeType: 'image/png' }, filtered] })).toMatchObject({
    kind: 'image',
    image: { bytes: PIXEL(4), mimeType: 'image/png' },
  })
  expect(answered({ predictions: [filtered] })).toMatchObject({ outcome: 'blocked', reason: 'FILTERED' })
  expect(answered({ predictions: [{ gcsUri: 'gs://b/o' }, filtered] })).toMatchObject({
    outcome: 'no_image',
    reason: 'STORED_ELSEWHERE',
  })
})
