import {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from 'openai'
import { describe, expect, test } from 'vitest'
import { hashOf, newGatewayKey } from '../../src/auth/gateway-key.ts'
import { realSystem } from '../../src/system.ts'
import { KEYLESS, SETTINGS } from '../gateway-client.ts'
import { stayHome } from './network.ts'
import { type OpenAiStageOptions, openAiStage, photo, PROMPT } from './openai-stage.ts'

stayHome()

async function refusal(options: OpenAiStageOptions, asked: object = {}) {
  const { openai, requests, calls } = await openAiStage(options)
  try {
    await openai.images.edit({ image: await photo(), prompt: PROMPT, ...asked })
  } catch (thrown) {
    if (thrown instanceof APIError) return { error: thrown, requests: requests(), calls: calls().length }
    throw thrown
  }
  throw new Error('it was not refused')
}

/** What goes wrong at Google, the class of OpenAI's client it comes as, and whether that may try again. */
const FAULTS = [
  ['image-safety', UnprocessableEntityError, 422, 'image_blocked', 'false'],
  ['blocked', UnprocessableEntityError, 422, 'image_blocked', 'false'],
  ['text-only', InternalServerError, 502, 'no_image', 'false'],
  ['undecodable', InternalServerError, 502, 'upstream_unreadable', 'false'],
  ['reset', InternalServerError, 502, 'upstream_interrupted', 'false'],
  ['500', InternalServerError, 502, 'upstream_error', 'true'],
  ['503', InternalServerError, 503, 'upstream_overloaded', 'true'],
  ['429-minute', RateLimitError, 429, 'rate_limit_exceeded', 'true'],
  ['429-day', RateLimitError, 429, 'insufficient_quota', 'false'],
  ['429-zero', RateLimitError, 429, 'insufficient_quota', 'false'],
  ['model-gone', NotFoundError, 404, 'model_unavailable', 'false'],
  ['bad-location', BadRequestError, 400, 'region_unavailable', 'false'],
  ['key-leaked', InternalServerError, 502, 'target_misconfigured', 'false'],
  ['iam-denied', InternalServerError, 502, 'target_misconfigured', 'false'],
] as const

describe('what goes wrong at Google comes as OpenAI’s own error', () => {
  test.each(FAULTS)('%s', async (personas, type, status, code, again) => {
    const { error } = await refusal({ emulator: { personas } })
    expect(error).toBeInstanceOf(type)
    expect(error).toMatchObject({
      status,
      code,
      type: expect.any(String),
      message: expect.stringMatching(/\w/),
    })
    expect(error.requestID).toMatch(/^req_/)
    const headers = Object.fromEntries(error.headers ?? [])
    expect(headers).toMatchObject({
      'x-should-retry': again,
      'plantain-edit-id': expect.stringMatching(/^edit_/),
      'plantain-outcome': expect.any(String),
    })
    expect(error.error).toMatchObject({ plantain: { id: headers['plantain-edit-id'], attempts: [{}] } })
  })

  test('a refusal says why, and how Google rated it', async () => {
    const { error } = await refusal({ emulator: { personas: 'image-safety' } })
    expect(error.error).toMatchObject({ finishReason: 'IMAGE_SAFETY', safetyRatings: expect.any(Array) })
  })

  test('how long to wait, to the millisecond', async () => {
    const { error } = await refusal({ emulator: { personas: '429-minute=12.3s' } })
    const headers = Object.fromEntries(error.headers ?? [])
    expect(Number(headers['retry-after-ms'])).toBeGreaterThan(12_000)
    expect(headers['retry-after']).toBe('13')
  })
})

describe('the client tries again by itself', () => {
  test('where nothing was paid for: the same edit, once more', async () => {
    const { openai, requests, calls } = await openAiStage({ emulator: { personas: '503@1x' }, maxRetries: 2 })
    const answer = await openai.images.edit({ image: await photo(), prompt: PROMPT })
    expect(answer.data).toHaveLength(1)
    expect([requests(), calls().length]).toEqual([2, 2])
  })

  test.each(['reset', 'text-only', 'undecodable'])(
    'and not where that could be paid for twice: %s',
    async (personas) => {
      const { requests, calls } = await refusal({ emulator: { personas }, maxRetries: 2 })
      expect([requests, calls]).toEqual([1, 1])
    },
  )

  test.each(['429-day', 'image-safety', 'key-leaked'])('nor where it does not help: %s', async (personas) => {
    const { requests } = await refusal({ emulator: { personas }, maxRetries: 2 })
    expect(requests).toBe(1)
  })
})

describe('what the gateway itself refuses', () => {
  const key = newGatewayKey({ random: realSystem.random }).reveal()
  const keyed = (more: Partial<typeof KEYLESS> = {}) => ({
    keys: [{ hash: hashOf(key), caller: { ...KEYLESS, keyId: 'one', ...more } }],
  })

  test('another key', async () => {
    const apiKey = newGatewayKey({ random: realSystem.random }).reveal()
    const { error } = await refusal({ apiKey, gateway: keyed() })
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' })
    expect(error.message).not.toContain(apiKey)
  })

  test.each([
    ['a model by its name', { model: 'nano-banana-pro' }],
    ['the default by the name of another', { model: 'gpt-image-2' }],
    ['the default by none', {}],
  ])('a key that may not use %s', async (_, asked) => {
    const models = ['gemini-3.1-flash-image']
    const { error, calls } = await refusal({ apiKey: key, gateway: keyed({ models }) }, asked)
    expect(error).toBeInstanceOf(PermissionDeniedError)
    expect([error.status, error.code, calls]).toEqual([403, 'not_allowed', 0])
  })

  test('more requests than a key may', async () => {
    const limits = { ...KEYLESS.limits, requestsPerMinute: 1 }
    const { openai } = await openAiStage({ apiKey: key, gateway: keyed({ limits }) })
    await openai.images.generate({ prompt: 'a rocket' })
    const asked = openai.images.generate({ prompt: 'a rocket' })
    await expect(asked).rejects.toBeInstanceOf(RateLimitError)
    await expect(asked).rejects.toMatchObject({ code: 'too_many_requests' })
  })

  test('a body that is too large', async () => {
    const limits = { ...SETTINGS.limits, requestBytes: 5000 }
    const { error } = await refusal({ gateway: { limits } })
    expect([error.status, error.code]).toEqual([413, 'request_too_large'])
  })

  test('variations, which are known and not built', async () => {
    const { openai } = await openAiStage({ maxRetries: 2 })
    const asked = openai.images.createVariation({ image: await photo() })
    await expect(asked).rejects.toBeInstanceOf(InternalServerError)
    await expect(asked).rejects.toMatchObject({ status: 501, code: 'not_implemented' })
  })
})
