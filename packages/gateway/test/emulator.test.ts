import { createHash } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { startEmulator } from '../src/emulator.ts'
import type { RunningEmulator } from '../src/emulator/options.ts'
import { MIXES } from '../src/emulator/pictures/drift.ts'
import { costMicroUsd } from '../src/models/price.ts'
import { findModel } from '../src/models/registry.ts'
import { readUsage } from '../src/wire/usage.ts'
import {
  type Answer,
  type AnswerPart,
  ask,
  edit,
  emulatorFor,
  GENERATE,
  KEY,
  MODEL,
  overSocket,
  PHOTO,
  rawRequest,
  STREAM,
} from './emulator-client.ts'

const imagesOf = ({ candidates }: Answer) => candidates[0].content.parts.filter((part) => part.inlineData)
const imageOf = (answer: Answer) => imagesOf(answer)[0]!
const decoded = (part: AnswerPart) => Buffer.from(part.inlineData.data, 'base64')

const onProject = (location: string) =>
  `/v1/projects/p/locations/${location}/publishers/google/models/${MODEL}:generateContent`

async function answerBySeed(seed: number): Promise<Answer> {
  return (await ask(await emulatorFor({ seed }), GENERATE, { body: edit() })).json
}

const withPersona = (persona: string) => rawRequest(GENERATE, edit(), { 'x-emulator-persona': persona })

describe('generateContent', () => {
  test.each([
    `/v1/models/${MODEL}:generateContent`,
    `/v1beta/models/${MODEL}:generateContent`,
    `/v1beta1/models/${MODEL}:generateContent`,
    `/models/${MODEL}:generateContent`,
    `/v1beta1/publishers/google/models/${MODEL}:generateContent`,
    `/v1beta/models/${MODEL}:generateContent?alt=json&%24prettyPrint=false`,
  ])('%s', async (path) => {
    const emulator = await emulatorFor()
    const { status, json, headers } = await ask(emulator, path, { body: edit() })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json; charset=UTF-8')
    const { candidates, usageMetadata, modelVersion, responseId } = json
    expect(candidates).toHaveLength(1)
    expect(candidates[0]).toMatchObject({ finishReason: 'STOP', index: 0, content: { role: 'model' } })
    expect(modelVersion).toBe(MODEL)
    expect(responseId).toMatch(/^[\w-]{22}$/)
    const image = imageOf(json)
    expect(image.inlineData.mimeType).toBe(path.includes('publishers') ? 'image/png' : 'image/jpeg')
    expect(image.thoughtSignature).toMatch(/^[A-Za-z0-9+/]{40,}={0,2}$/)
    expect(usageMetadata.candidatesTokensDetails).toEqual([{ modality: 'IMAGE', tokenCount: 1120 }])
    expect(usageMetadata.totalTokenCount).toBe(
      usageMetadata.promptTokenCount +
        usageMetadata.candidatesTokenCount +
        (usageMetadata.thoughtsTokenCount ?? 0),
    )
  })

  test('a project path with a token, in “global” only', async () => {
    const emulator = await emulatorFor()
    const headers = { authorization: 'Bearer ya29.test', 'x-goog-api-key': '' }
    const { status, json } = await ask(emulator, onProject('global'), { body: edit(), headers })
    expect(status).toBe(200)
    expect(json.createTime).toMatch(/^\d{4}-/)
    expect(json.usageMetadata.trafficType).toBe('ON_DEMAND')
    const regional = await ask(emulator, onProject('us-central1'), { body: edit(), headers })
    expect(regional.status).toBe(404)
    expect(regional.json.error.message).toContain(
      `Publisher Model \`projects/p/locations/us-central1/publishers/google/models/${MODEL}\` was not found`,
    )
  })

  test('every ratio and size has the pixels of the table', async () => {
    const emulator = await emulatorFor()
    const model = findModel(MODEL)!
    for (const aspectRatio of model.aspectRatios!) {
      for (const imageSize of ['1K', '2K'] as const) {
        const body = edit({ generationConfig: { imageConfig: { aspectRatio, imageSize } } })
        const { json } = await ask(emulator, GENERATE, { body })
        const { width, height } = await sharp(decoded(imageOf(json))).metadata()
        expect({ width, height }, `${aspectRatio} ${imageSize}`).toEqual(
          model.pixels![aspectRatio]![imageSize],
        )
      }
    }
  })

  test('a text model talks, and gives no picture to whoever asks for one', async () => {
    const emulator = await emulatorFor()
    const { status, json } = await ask(emulator, '/v1beta/models/gemini-2.5-flash:generateContent', {
      body: edit(),
    })
    expect(status).toBe(200)
    expect(json.candidates[0].content.parts).toHaveLength(1)
    expect(json.candidates[0].content.parts[0].text).toContain('one image')
    expect(emulator.state().totals).toMatchObject({ imagesBilled: 0, costMicroUsd: 0 })
  })

  test('events of a stream end with a blank line; each is a whole response; the last has the reason', async () => {
    const emulator = await emulatorFor()
    const { headers, text } = await ask(emulator, `${STREAM}?alt=sse`, { body: edit() })
    expect(headers.get('content-type')).toBe('text/event-stream')
    expect(text.endsWith('\r\n\r\n')).toBe(true)
    const events = text
      .trimEnd()
      .split('\r\n\r\n')
      .map((event) => JSON.parse(event.replace(/^data: /, '')))
    expect(events).toHaveLength(2)
    expect(events.map((event) => event.candidates[0].finishReason)).toEqual([undefined, 'STOP'])
    expect(
      events.flatMap((event) => event.candidates[0].content.parts).filter((part) => part.inlineData),
    ).toHaveLength(1)
  })

  test('without alt=sse a stream is one JSON array, errors included', async () => {
    const emulator = await emulatorFor()
    const { headers, json } = await ask(emulator, STREAM, { body: edit() })
    expect(headers.get('content-type')).toContain('application/json')
    expect(json).toHaveLength(2)
    const refused = await ask(emulator, STREAM, { body: edit(), persona: '503' })
    expect(refused.status).toBe(503)
    expect(refused.json).toMatchObject([{ error: { code: 503, status: 'UNAVAILABLE' } }])
  })

  test('the seed replays; another does not', async () => {
    expect(await answerBySeed(7)).toEqual(await answerBySeed(7))
    expect(await answerBySeed(7)).not.toEqual(await answerBySeed(8))
  })
})

describe('what is not there', () => {
  test.each([
    ['POST', `/v1beta/models/${MODEL}:batchGenerateContent`, 501],
    ['GET', '/v1beta/cachedContents', 501],
    ['POST', '/v1beta/openai/images/generations', 501],
  ])('%s %s is %i in Google’s envelope', async (method, path, status) => {
    const emulator = await emulatorFor()
    const told = await ask(emulator, path, { method })
    expect(told.status).toBe(status)
    expect(told.json.error).toEqual({
      code: 501,
      message: 'Operation is not implemented, or supported, or enabled.',
      status: 'UNIMPLEMENTED',
    })
  })

  test('an address of nothing is a page, and a wrong verb too', async () => {
    const emulator = await emulatorFor()
    for (const [method, path] of [
      ['GET', '/v1beta/nothing'],
      ['GET', GENERATE],
      ['DELETE', '/v1beta/models'],
    ] as const) {
      const { status, headers, text } = await ask(emulator, path, { method })
      expect(status).toBe(404)
      expect(headers.get('content-type')).toContain('text/html')
      expect(text).toContain('Error 404 (Not Found)')
    }
  })

  test('an unknown model, and one whose time is over by the emulator’s clock', async () => {
    const old = '/v1beta/models/gemini-2.5-flash-image:generateContent'
    const now = await emulatorFor({ date: '2026-11-22' })
    for (const path of [old, '/v1beta/models/gemini-9:generateContent']) {
      const { status, json } = await ask(now, path, { body: edit() })
      expect(status).toBe(404)
      expect(json.error.message).toMatch(/is not found for API version v1beta, or is not supported/)
    }
    const then = await emulatorFor({ date: '2026-09-01' })
    expect((await ask(then, old, { body: edit() })).status).toBe(200)
    then.advanceClock(60 * 86_400_000)
    expect((await ask(then, old, { body: edit() })).status).toBe(404)
  })

  test.each(['', '{', '{"contents":}', '[]', '"x"', 'null', '{"contents":[{"parts":[{"text":"a\u0001"}]}]}'])(
    'a body that is %j is 400',
    async (body) => {
      const emulator = await emulatorFor()
      const { status, json } = await ask(emulator, GENERATE, { body })
      expect(status).toBe(400)
      expect(json.error.status).toBe('INVALID_ARGUMENT')
      expect(emulator.state().crashes).toBe(0)
    },
  )
})

test('what is longer than the model reads is 400; counting it is not', async () => {
  const emulator = await emulatorFor()
  const pro = '/v1beta/models/gemini-3-pro-image'
  const fits = edit({}, 'a'.repeat(4 * (65_536 - 560)))
  expect((await ask(emulator, `${pro}:generateContent`, { body: fits })).status).toBe(200)
  const body = edit({}, 'a'.repeat(4 * (65_536 - 560) + 1))
  const told = await ask(emulator, `${pro}:generateContent`, { body })
  expect(told).toMatchObject({ status: 400, json: { error: { status: 'INVALID_ARGUMENT' } } })
  expect(told.json.error.message).toBe(
    'The input token count (65537) exceeds the maximum number of tokens allowed (65536).',
  )
  expect(emulator.state().totals.imagesBilled).toBe(1)
  expect((await ask(emulator, `${pro}:countTokens`, { body: { contents: body.contents } })).status).toBe(200)
})

describe('personas', () => {
  const refusals: readonly [string, object][] = [
    [
      'text-only',
      { candidates: [{ finishReason: 'STOP', content: { parts: [{ text: expect.any(String) }] } }] },
    ],
    ['no-image', { candidates: [{ finishReason: 'NO_IMAGE', index: 0 }] }],
    [
      'image-safety',
      { candidates: [{ content: {}, finishReason: 'IMAGE_SAFETY', finishMessage: expect.any(String) }] },
    ],
    ['finish=RECITATION', { candidates: [{ content: {}, finishReason: 'RECITATION' }] }],
    ['blocked', { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }],
    ['blocked=SAFETY', { promptFeedback: { blockReason: 'SAFETY' } }],
  ]
  test.each(refusals)('%s is 200 without an image', async (persona, shape) => {
    const emulator = await emulatorFor()
    const { status, json } = await ask(emulator, GENERATE, { body: edit(), persona })
    expect(status).toBe(200)
    expect(json).toMatchObject(shape)
    expect(JSON.stringify(json)).not.toContain('inlineData')
    expect(emulator.state().totals.imagesBilled).toBe(0)
  })

  test('empty has neither candidates nor a reason', async () => {
    const { json } = await ask(await emulatorFor(), GENERATE, { body: edit(), persona: 'empty' })
    expect(Object.keys(json).toSorted()).toEqual(['modelVersion', 'responseId', 'usageMetadata'])
  })

  test('drafts come first, look like results, and are billed', async () => {
    const emulator = await emulatorFor()
    const { json } = await ask(emulator, GENERATE, { body: edit(), persona: 'drafts=2' })
    expect(imagesOf(json)).toHaveLength(3)
    expect(imagesOf(json).every((part) => part.thought === undefined && part.thoughtSignature)).toBe(true)
    expect(new Set(imagesOf(json).map((part) => part.inlineData.data)).size).toBe(3)
    expect(emulator.state().totals.imagesBilled).toBe(3)
    expect(json.usageMetadata.candidatesTokensDetails[0].tokenCount).toBe(3 * 1120)
    const marked = await ask(emulator, GENERATE, { body: edit(), persona: 'thought-drafts=1' })
    expect(imagesOf(marked.json).map((part) => part.thought)).toEqual([true, undefined])
  })

  test('a duplicate has the same pixels in other bytes', async () => {
    const { json } = await ask(await emulatorFor(), GENERATE, { body: edit(), persona: 'duplicate' })
    const [first, second] = imagesOf(json).map(decoded)
    expect(first!.equals(second!)).toBe(false)
    expect((await sharp(first).raw().toBuffer()).equals(await sharp(second).raw().toBuffer())).toBe(true)
  })

  test('wrong-ratio and smaller', async () => {
    const emulator = await emulatorFor()
    const body = edit({ generationConfig: { imageConfig: { aspectRatio: '16:9' } } })
    const square = await ask(emulator, GENERATE, { body, persona: 'wrong-ratio' })
    expect(await sharp(decoded(imageOf(square.json))).metadata()).toMatchObject({ width: 1024, height: 1024 })
    const small = await ask(emulator, GENERATE, { body, persona: 'smaller' })
    expect(await sharp(decoded(imageOf(small.json))).metadata()).toMatchObject({ width: 688, height: 384 })
  })

  test('unchanged is the photo, where pictures are canned', async () => {
    const { json } = await ask(await emulatorFor(), GENERATE, { body: edit(), persona: 'unchanged' })
    expect(imageOf(json).inlineData.data).toBe(PHOTO)
  })

  test('a page comes as late as everything else', async () => {
    const begun = performance.now()
    await ask(await emulatorFor(), GENERATE, { body: edit(), persona: 'html-502, latency=300ms' })
    expect(performance.now() - begun).toBeGreaterThan(295)
  })

  test('wrong-mime, undecodable, truncated-base64, no-usage, no-signature, thought-only', async () => {
    const emulator = await emulatorFor()
    const spoiled = async (persona: string) => (await ask(emulator, GENERATE, { body: edit(), persona })).json
    const wrong = imageOf(await spoiled('wrong-mime'))
    expect(wrong.inlineData.mimeType).toBe('image/png')
    expect((await sharp(decoded(wrong)).metadata()).format).toBe('jpeg')
    await expect(sharp(decoded(imageOf(await spoiled('undecodable')))).metadata()).rejects.toThrow()
    expect(imageOf(await spoiled('truncated-base64')).inlineData.data.length % 4).toBe(1)
    expect((await spoiled('no-usage')).usageMetadata).toBeUndefined()
    expect(imageOf(await spoiled('no-signature')).thoughtSignature).toBeUndefined()
    expect(imageOf(await spoiled('thought-only')).thought).toBe(true)
  })

  const errors: readonly [string, number, string, RegExp][] = [
    ['429-minute', 429, 'RESOURCE_EXHAUSTED', /Please retry in 34\.4s\./],
    ['429-minute=1.5s', 429, 'RESOURCE_EXHAUSTED', /Please retry in 1\.5s\./],
    ['429-day', 429, 'RESOURCE_EXHAUSTED', /limit: 250/],
    ['429-zero', 429, 'RESOURCE_EXHAUSTED', /limit: 0,/],
    ['429-bare', 429, 'RESOURCE_EXHAUSTED', /^Resource has been exhausted \(e\.g\. check quota\)\.$/],
    ['500', 500, 'INTERNAL', /internal error/],
    ['503', 503, 'UNAVAILABLE', /currently experiencing high demand/],
    ['503-overloaded', 503, 'UNAVAILABLE', /^The model is overloaded/],
    ['504', 504, 'DEADLINE_EXCEEDED', /Deadline/],
    ['bad-location', 400, 'FAILED_PRECONDITION', /^User location is not supported/],
    ['api-disabled', 403, 'PERMISSION_DENIED', /has not been used in project/],
    ['iam-denied', 403, 'PERMISSION_DENIED', /^Permission 'aiplatform\.endpoints\.predict' denied/],
    ['key-leaked', 403, 'PERMISSION_DENIED', /reported as leaked/],
    ['model-gone', 404, 'NOT_FOUND', /is not found for API version/],
  ]
  test.each(errors)('%s is %i %s', async (persona, status, rpc, message) => {
    const emulator = await emulatorFor()
    const told = await ask(emulator, GENERATE, { body: edit(), persona })
    expect(told.status).toBe(status)
    expect(told.headers.get('retry-after')).toBeNull()
    expect(told.json.error).toMatchObject({ code: status, status: rpc })
    expect(told.json.error.message).toMatch(message)
    expect(emulator.state().totals).toMatchObject({ imagesBilled: 0, costMicroUsd: 0 })
  })

  test('the details of a 429 are Help, QuotaFailure, RetryInfo, in this order', async () => {
    const { json } = await ask(await emulatorFor(), GENERATE, { body: edit(), persona: '429-minute' })
    expect(json.error.details.map((detail) => detail['@type'])).toEqual([
      'type.googleapis.com/google.rpc.Help',
      'type.googleapis.com/google.rpc.QuotaFailure',
      'type.googleapis.com/google.rpc.RetryInfo',
    ])
    expect(json.error.details[1].violations[0].quotaId).toContain('PerMinute')
    expect(json.error.details[2].retryDelay).toBe('34.4s')
  })

  test.each([
    ['html-413', 413],
    ['html-502', 502],
  ])('%s is a page', async (persona, status) => {
    const told = await ask(await emulatorFor(), GENERATE, { body: edit(), persona })
    expect(told.status).toBe(status)
    expect(told.headers.get('content-type')).toBe('text/html; charset=UTF-8')
  })

  test('a stream breaks off with an error event', async () => {
    const told = await ask(await emulatorFor(), `${STREAM}?alt=sse`, {
      body: edit(),
      persona: 'stream-error',
    })
    expect(told.status).toBe(200)
    const events = told.text.trimEnd().split('\r\n\r\n')
    expect(events.at(-1)).toMatch(/^data: \{"error":\{"code":503/)
  })

  test('latency waits, and a misspelt list says what there is', async () => {
    const emulator = await emulatorFor()
    const begun = performance.now()
    expect((await ask(emulator, GENERATE, { body: edit(), persona: 'latency=300ms' })).status).toBe(200)
    expect(performance.now() - begun).toBeGreaterThan(295)
    const told = await ask(emulator, GENERATE, { body: edit(), persona: 'latncy=1s' })
    expect(told.status).toBe(400)
    expect(told.json.error.message).toContain('There is no persona')
  })

  test('a quota really counts, by key and model, and says how long', async () => {
    const emulator = await emulatorFor({ personas: 'quota=2/min' })
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await ask(emulator, GENERATE, { body: edit() })).status)
    expect(statuses).toEqual([200, 200, 429])
    const other = await ask(emulator, GENERATE, { body: edit(), headers: { 'x-goog-api-key': `${KEY}2` } })
    expect(other.status).toBe(200)
    const told = await ask(emulator, GENERATE, { body: edit() })
    const wait = Number.parseFloat(told.json.error.details[2].retryDelay)
    expect(wait).toBeGreaterThan(20)
    expect(wait).toBeLessThanOrEqual(30)
    emulator.advanceClock(wait * 1000)
    expect((await ask(emulator, GENERATE, { body: edit() })).status).toBe(200)
  })

  test('by option, by admin call, by header: all at once', async () => {
    const emulator = await emulatorFor({ personas: [{ personas: '503@1x', where: { model: MODEL } }] })
    const { json } = await ask(emulator, '/emulator/personas', {
      body: { personas: 'no-usage', where: { surface: 'ai-studio' } },
    })
    expect((await ask(emulator, GENERATE, { body: edit() })).status).toBe(503)
    const second = await ask(emulator, GENERATE, { body: edit(), persona: 'thought-only' })
    expect(second.json.usageMetadata).toBeUndefined()
    expect(imageOf(second.json).thought).toBe(true)
    expect(emulator.state().calls.at(-1)?.personas).toEqual(['no-usage', 'thought-only'])
    const taken = () => ask(emulator, `/emulator/personas/${json.id}`, { method: 'DELETE' })
    expect((await taken()).status).toBe(200)
    expect((await ask(emulator, GENERATE, { body: edit() })).json.usageMetadata).toBeDefined()
    expect((await taken()).status).toBe(404)
  })
})

describe('the socket', () => {
  test('stall: half of it, and then nothing', async () => {
    const emulator = await emulatorFor({ cannedBytes: 20_000 })
    const { received, end } = await overSocket(emulator, withPersona('stall=0.5'), { forMs: 700 })
    expect(end).toBe('open')
    const whole = Number(/content-length: (\d+)/i.exec(received.toString('latin1'))?.[1])
    const body = received.length - received.indexOf('\r\n\r\n') - 4
    expect(body).toBe(Math.floor(whole / 2))
  })

  test('half-open: not even a status line', async () => {
    const emulator = await emulatorFor()
    const { received, end } = await overSocket(emulator, withPersona('half-open'), { forMs: 500 })
    expect({ bytes: received.length, end }).toEqual({ bytes: 0, end: 'open' })
  })

  test('reset and close, before and in the middle', async () => {
    const emulator = await emulatorFor({ cannedBytes: 20_000 })
    const early = await overSocket(emulator, withPersona('reset=0'))
    expect({ bytes: early.received.length, end: early.end }).toEqual({ bytes: 0, end: 'reset' })
    const reset = await overSocket(emulator, withPersona('reset=0.9'))
    expect(reset.end).toBe('reset')
    const closed = await overSocket(emulator, withPersona('close=0.5'))
    expect(closed.end).toBe('closed')
    expect(closed.received.length).toBeGreaterThan(10_000)
    await emulator.waitFor({ open: 0 }, { timeoutMs: 5000 })
    expect(emulator.state().calls.map(({ end, imagesBilled }) => [end, imagesBilled])).toEqual([
      ['cut', 1],
      ['cut', 1],
      ['cut', 1],
    ])
  })

  test('drip: as fast as it says', async () => {
    const emulator = await emulatorFor({ cannedBytes: 20_000 })
    const begun = performance.now()
    const { status } = await ask(emulator, GENERATE, { body: edit(), persona: 'drip=40000' })
    expect(status).toBe(200)
    const seconds = (performance.now() - begun) / 1000
    expect(seconds).toBeGreaterThan(0.55)
    expect(seconds).toBeLessThan(3)
  })

  test('whoever hangs up while the model works pays all the same', async () => {
    const emulator = await emulatorFor()
    const hasty = ask(emulator, GENERATE, {
      body: edit(),
      persona: 'latency=1h',
      signal: AbortSignal.timeout(300),
    })
    await expect(hasty).rejects.toThrow()
    expect(await emulator.waitFor({ open: 0, images: 1 }, { timeoutMs: 5000 })).toBe(true)
    const [call] = emulator.state().calls
    expect(call).toMatchObject({ end: 'left', imagesBilled: 1 })
    expect(call!.costMicroUsd).toBeGreaterThan(33_000)
  })

  test('closing does not wait for what stalls', async () => {
    const emulator = await startEmulator({ pictures: 'canned' })
    const stalled = ask(emulator, GENERATE, { body: edit(), persona: 'half-open' })
    const failed = expect(stalled).rejects.toThrow()
    await emulator.waitFor({ open: 1, calls: 1 }, { timeoutMs: 5000 })
    const begun = performance.now()
    await emulator.close()
    expect(performance.now() - begun).toBeLessThan(1000)
    await failed
  })

  test('a body in chunks, of unknown length, and one that ends too early', async () => {
    const emulator = await emulatorFor()
    const status = await new Promise((resolve, reject) => {
      const headers = { 'x-goog-api-key': KEY, 'transfer-encoding': 'chunked' }
      const call = httpRequest(emulator.url + GENERATE, { method: 'POST', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      call.on('error', reject)
      for (const piece of JSON.stringify(edit()).match(/[\s\S]{1,5000}/g)!) call.write(piece)
      call.end()
    })
    expect(status).toBe(200)
    const cut = rawRequest(GENERATE, edit()).slice(0, 5000)
    await overSocket(emulator, cut, { forMs: 100 })
    expect(await emulator.waitFor({ open: 0, calls: 2 }, { timeoutMs: 5000 })).toBe(true)
    expect(emulator.state()).toMatchObject({ crashes: 0, totals: { imagesBilled: 1 } })
  })
})

describe('ground truth', () => {
  test('state lists what was asked, with the bill that the answer’s own usage comes to', async () => {
    const emulator = await emulatorFor()
    const body = JSON.stringify(edit())
    const { json, headers } = await ask(emulator, `${GENERATE}?key=${KEY}`, { body })
    const { calls, totals, crashes } = (await ask(emulator, '/emulator/state')).json
    expect(calls).toHaveLength(1)
    const [call] = calls
    expect(headers.get('x-emulator-call')).toBe(call.id)
    expect(call).toMatchObject({
      method: 'POST',
      path: GENERATE,
      to: 'generate',
      surface: 'ai-studio',
      model: MODEL,
      status: 200,
      end: 'answered',
      finishReason: 'STOP',
      imagesBilled: 1,
      requestBytes: Buffer.byteLength(body),
      requestSha256: createHash('sha256').update(body).digest('hex'),
      credential: {
        kind: 'api-key',
        fingerprint: createHash('sha256').update(KEY).digest('hex').slice(0, 12),
      },
    })
    const photo = Buffer.from(PHOTO, 'base64')
    expect(call.images).toEqual([
      {
        sha256: createHash('sha256').update(photo).digest('hex'),
        bytes: photo.length,
        mimeType: 'image/jpeg',
      },
    ])
    const image = decoded(imageOf(json))
    expect(call.answerImages[0]!.sha256).toBe(createHash('sha256').update(image).digest('hex'))
    expect(call.costMicroUsd).toBe(costMicroUsd(findModel(MODEL)!, readUsage(json.usageMetadata)!))
    expect(totals).toEqual({
      calls: 1,
      open: 0,
      generations: 1,
      imagesBilled: 1,
      costMicroUsd: call.costMicroUsd,
    })
    expect(crashes).toBe(0)
    expect(JSON.stringify(emulator.state())).not.toContain(KEY)
  })

  test('sums are exact beyond what is listed; a reset forgets', async () => {
    const emulator = await emulatorFor({ keepCalls: 10 })
    for (let i = 0; i < 30; i++) await ask(emulator, GENERATE, { body: edit() })
    const { calls, totals } = emulator.state()
    expect(calls.length).toBeGreaterThanOrEqual(10)
    expect(calls.length).toBeLessThanOrEqual(11)
    expect(calls.at(-1)?.number).toBe(30)
    expect(totals).toMatchObject({ calls: 30, imagesBilled: 30, open: 0 })
    await ask(emulator, '/emulator/reset', { body: {} })
    expect(emulator.state()).toMatchObject({ calls: [], totals: { calls: 0, costMicroUsd: 0 } })
  })

  test('wait-for answers when it is so, and when it is too late', async () => {
    const emulator = await emulatorFor()
    const waiting = ask(emulator, '/emulator/wait?generations=2&timeoutMs=5000')
    await ask(emulator, GENERATE, { body: edit() })
    await ask(emulator, GENERATE, { body: edit() })
    expect((await waiting).json.met).toBe(true)
    const late = await ask(emulator, '/emulator/wait?calls=99&timeoutMs=50')
    expect(late).toMatchObject({ status: 408, json: { met: false } })
  })

  test.each([
    ['POST', '/emulator/personas', { personas: 5 }],
    ['POST', '/emulator/personas', { personas: 'nope' }],
    ['POST', '/emulator/personas', { personas: '503', where: { colour: 'red' } }],
    ['POST', '/emulator/personas', { personas: '503', where: { constructor: 'red' } }],
    ['POST', '/emulator/personas', { personas: '503', where: { surface: 'mars' } }],
    ['POST', '/emulator/clock', { advanceMs: -1 }],
    ['POST', '/emulator/clock', { advanceMs: 9e12 * 30 }],
    ['POST', '/emulator/credentials', {}],
    ['POST', '/emulator/personas', { personas: '503', were: { surface: 'vertex' } }],
    ['POST', '/emulator/clock', { advanceMs: 1, back: true }],
    ['POST', '/emulator/credentials', { revoke: 'a', until: 'tomorrow' }],
    ['GET', '/emulator/wait?calls=many', undefined],
    ['GET', '/emulator/wait?generation=3', undefined],
    ['GET', '/emulator/wait?timeoutMs=5', undefined],
  ])('%s %s with %j is 400 and says why', async (method, path, body) => {
    const told = await ask(await emulatorFor(), path, { method, body })
    expect(told.status).toBe(400)
    expect(told.json).toEqual({ error: expect.stringMatching(/.{10,}/) })
  })

  test('a revoked key is refused until it is restored', async () => {
    const emulator = await emulatorFor()
    await ask(emulator, '/emulator/credentials', { body: { revoke: KEY } })
    expect((await ask(emulator, GENERATE, { body: edit() })).status).toBe(403)
    await ask(emulator, '/emulator/credentials', { body: { restore: KEY } })
    expect((await ask(emulator, GENERATE, { body: edit() })).status).toBe(200)
  })
})

describe('the network', () => {
  test('listens on loopback unless told', async () => {
    expect((await emulatorFor()).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })

  test('a port that is taken is said, not stumbled over', async () => {
    const { port } = await emulatorFor()
    await expect(startEmulator({ port })).rejects.toThrow(`Port ${port} is taken`)
    await expect(startEmulator({ host: '192.0.2.1' })).rejects.toThrow('is not an address of this machine')
  })

  test('browsers may call Google’s paths, not the emulator’s own', async () => {
    const emulator = await emulatorFor()
    const headers = { origin: 'https://app.example' }
    const preflight = await ask(emulator, GENERATE, { method: 'OPTIONS', headers })
    expect(preflight.status).toBe(200)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-goog-api-key')
    const own = await ask(emulator, '/emulator/state', { headers })
    expect(own.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('more than a surface takes is refused before it is read', async () => {
    const emulator = await emulatorFor()
    const head = rawRequest(GENERATE, {}, { 'content-length': '100000001' })
    const { received } = await overSocket(emulator, head, { forMs: 500 })
    expect(received.toString()).toMatch(/^HTTP\/1\.1 400 /)
    expect(received.toString()).toContain('Request payload size exceeds the limit: 100000000 bytes.')
  })
})

const lucky = async (emulator: RunningEmulator, calls: number, between: () => Promise<unknown>) => {
  const statuses: number[] = []
  for (let i = 0; i < calls; i++) {
    statuses.push((await ask(emulator, GENERATE, { body: edit() })).status)
    await between()
  }
  return statuses
}

describe('mended once, held since', () => {
  test('looking at the state changes nobody’s luck, and a reset begins anew', async () => {
    const options = { seed: 7, personas: '503@50%' }
    const emulator = await emulatorFor(options)
    const alone = await lucky(emulator, 12, async () => {})
    expect(new Set(alone)).toEqual(new Set([200, 503]))
    const watched = await emulatorFor(options)
    expect(await lucky(watched, 12, () => ask(watched, '/emulator/state'))).toEqual(alone)
    await emulator.reset()
    expect(await lucky(emulator, 12, async () => {})).toEqual(alone)
    expect(emulator.state().calls[0]).toMatchObject({ id: 'call-1', number: 1 })
  })

  test('a reset brings the clock back, and ends a wait that it makes true', async () => {
    const emulator = await emulatorFor({ date: '2026-09-01' })
    emulator.advanceClock(1e12)
    const stalled = ask(emulator, GENERATE, { body: edit(), persona: 'half-open' }).catch(() => {})
    await emulator.waitFor({ open: 1, calls: 1 }, { timeoutMs: 5000 })
    const idle = emulator.waitFor({ open: 0 }, { timeoutMs: 5000 })
    await emulator.reset()
    expect(await idle).toBe(true)
    expect(emulator.state().now).toMatch(/^2026-09-01/)
    await emulator.close()
    await stalled
  })

  test.each([
    ['latency=1h, 503', 0],
    ['latency=1h, no-image', 0],
    ['latency=1h, drafts=2', 3],
    ['latency=1h, duplicate', 2],
  ])('hanging up during “%s” pays for %i images', async (persona, images) => {
    const emulator = await emulatorFor()
    const hasty = ask(emulator, GENERATE, { body: edit(), persona, signal: AbortSignal.timeout(150) })
    await expect(hasty).rejects.toThrow()
    await emulator.waitFor({ open: 0, calls: 1 }, { timeoutMs: 5000 })
    expect(emulator.state().totals.imagesBilled).toBe(images)
  })

  test('nobody pays a text model for pictures', async () => {
    const emulator = await emulatorFor()
    const path = '/v1/models/gemini-2.5-flash:generateContent'
    const signal = AbortSignal.timeout(150)
    await expect(ask(emulator, path, { body: edit(), persona: 'latency=1h', signal })).rejects.toThrow()
    await emulator.waitFor({ open: 0, calls: 1 }, { timeoutMs: 5000 })
    expect(emulator.state().totals).toMatchObject({ imagesBilled: 0, costMicroUsd: 0 })
  })

  test('a fault waits for a call that comes before a model', async () => {
    const emulator = await emulatorFor({ personas: 'no-image@1x' })
    await ask(emulator, '/v1/models/gemini-9:generateContent', { body: edit() })
    await ask(emulator, GENERATE, { body: edit(), headers: { 'x-goog-api-key': 'AIza-invalid' } })
    await ask(emulator, GENERATE, { body: { contents: [] } })
    const { json } = await ask(emulator, GENERATE, { body: edit() })
    expect(json.candidates[0].finishReason).toBe('NO_IMAGE')
    expect(emulator.state().calls.map(({ personas }) => personas)).toEqual([[], [], [], ['no-image@1x']])
  })

  test('the model of an interaction, and of an alias, is told apart too', async () => {
    const personas = [{ personas: 'model-gone', where: { model: 'gemini-3-pro-image' } }]
    const emulator = await emulatorFor({ personas })
    const interact = (model: string) =>
      ask(emulator, '/v1/interactions', { body: { model, input: 'a red boat' } })
    expect((await interact('gemini-3-pro-image')).status).toBe(404)
    expect((await interact('nano-banana-pro-preview')).status).toBe(404)
    expect((await interact(MODEL)).status).toBe(200)
    expect(emulator.state().calls.map(({ model }) => model)).toEqual([
      'gemini-3-pro-image',
      'gemini-3-pro-image',
      MODEL,
    ])
  })

  test('what runs in the background is billed although its call is no longer listed', async () => {
    const emulator = await emulatorFor({ keepCalls: 1 })
    const body = { model: MODEL, input: 'a red boat', background: true }
    await ask(emulator, '/v1/interactions', { body, persona: 'latency=300ms' })
    for (let i = 0; i < 3; i++) await ask(emulator, '/v1/models')
    expect(await emulator.waitFor({ images: 1 }, { timeoutMs: 5000 })).toBe(true)
  })

  test('more values than any request has are refused before they are parsed', async () => {
    const emulator = await emulatorFor()
    const body = `{"contents":[${Array(300_000).fill('{}').join(',')}]}`
    const begun = performance.now()
    const { status, json } = await ask(emulator, GENERATE, { body })
    expect(status).toBe(400)
    expect(json.error.message).toContain('more than 250000 values')
    expect(performance.now() - begun).toBeLessThan(1000)
  })

  test('a slow answer holds nobody’s memory, and the emulator itself can always be asked', async () => {
    const emulator = await emulatorFor()
    const padding = Buffer.alloc(60_000_000, 'A').toString()
    const big = () => {
      const contents = [{ parts: [{ text: 'hi' }, { text: padding }] }]
      return ask(emulator, GENERATE, { body: { contents }, persona: 'half-open' }).catch(() => {})
    }
    // Ten of them would be more than all bodies may hold together.
    const stuck = Array.from({ length: 10 }, big)
    await emulator.waitFor({ calls: 10 }, { timeoutMs: 60_000 })
    expect((await ask(emulator, GENERATE, { body: edit() })).status).toBe(200)
    expect((await ask(emulator, '/emulator/personas', { body: { personas: '503' } })).status).toBe(201)
    await emulator.close()
    await Promise.all(stuck)
  })

  test('a form too large is refused, and the connection serves the next request', async () => {
    const emulator = await emulatorFor()
    const form = `grant_type=${'x'.repeat(20_000_000)}`
    const large = `POST /token HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${form.length}\r\n\r\n${form}`
    const next = 'GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n'
    const { received, end } = await overSocket(emulator, large + next)
    expect(received.toString().match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 403'])
    expect(end).toBe('closed')
  })

  test('dripping a large answer takes no more memory than the answer', async () => {
    const emulator = await emulatorFor({ cannedBytes: 6_000_000 })
    const before = process.memoryUsage().rss
    const begun = performance.now()
    const signal = AbortSignal.timeout(1000)
    await expect(ask(emulator, GENERATE, { body: edit(), persona: 'drip=10', signal })).rejects.toThrow()
    expect(performance.now() - begun).toBeLessThan(3000)
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6)
  })

  test('a credential is named by itself and kept as a fingerprint', async () => {
    const emulator = await emulatorFor()
    await ask(emulator, '/emulator/personas', { body: { personas: '503', where: { credential: KEY } } })
    expect(JSON.stringify(emulator.state())).not.toContain(KEY)
    expect((await ask(emulator, GENERATE, { body: edit() })).status).toBe(503)
    const other = { 'x-goog-api-key': `${KEY}2` }
    expect((await ask(emulator, GENERATE, { body: edit(), headers: other })).status).toBe(200)
  })

  test('web pages give the emulator no orders', async () => {
    const emulator = await emulatorFor()
    const body = { personas: '503' }
    const page = { origin: 'https://evil.example' }
    expect((await ask(emulator, '/emulator/personas', { body, headers: page })).status).toBe(403)
    const rebound = rawRequest('/emulator/personas', body, { host: 'evil.example', connection: 'close' })
    expect((await overSocket(emulator, rebound)).received.toString()).toMatch(/^HTTP\/1\.1 403/)
    const own = { origin: emulator.url }
    expect((await ask(emulator, '/emulator/personas', { body, headers: own })).status).toBe(201)
  })

  const mistakes: readonly object[] = [
    { perosnas: '503' },
    { constructor: 1 },
    { personas: ['503'] },
    { personas: [{ personas: '503', where: { modle: 'gemini-3-pro-image' } }] },
    { seed: '1' },
    { seed: -1 },
    { pictures: 'cat' },
    { drift: 'wild' },
    { drift: { shiftPx: [0, 1] } },
    { drift: { ...MIXES.none, jpegQuality: [90, 200] } },
    { drift: { ...MIXES.none, scale: [1.1, 1] } },
    { keys: 'AIza' },
    { keys: [''] },
    { imagen: 'yes' },
    { keepCalls: 0 },
  ]
  test.each(mistakes)('from JavaScript, %j is a mistake that is said', async (options) => {
    await expect(startEmulator(options)).rejects.toMatchObject({ code: 'invalid_request' })
  })

  test('a mix of one’s own is as good as a named one', async () => {
    const { url } = await emulatorFor({ drift: { ...MIXES.none, shiftPx: [3, 3] } })
    expect(url).toContain('http')
  })

  test.each([{ host: '' }, { host: 'example.org' }, { port: -1 }, { port: 70_000 }, { port: 1.5 }])(
    '%j is no place to listen',
    async (options) => {
      await expect(startEmulator(options)).rejects.toMatchObject({ code: 'invalid_request' })
    },
  )
})
