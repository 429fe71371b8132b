import { fileURLToPath } from 'node:url'
import OpenAI, { toFile } from 'openai'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EmulatorOptions } from '../../src/emulator/options.ts'
import { startEmulator } from '../../src/emulator.ts'
import type { GatewayConfig } from '../../src/config/gateway-config.ts'
import { aiStudio, gatewayWith } from '../gateway-client.ts'
import { stayHome } from './network.ts'

stayHome()

const FILE = fileURLToPath(new URL('../../../../examples/photos/rocket.jpg', import.meta.url))
/** Without metadata, which is nobody's business upstream. */
const PHOTO = await sharp(FILE).jpeg().toBuffer()
const PROMPT = 'make it brighter'

/** Where nothing may be tried again: what came is what the test is about. */
async function client(options: EmulatorOptions = {}, config: Partial<GatewayConfig> = {}) {
  const emulator = await startEmulator({ pictures: 'canned', ...options })
  onTestFinished(() => emulator.close())
  const gateway = await gatewayWith({ targets: [aiStudio(emulator.url)], ...config })
  onTestFinished(async () => void (await gateway.close()))
  const openai = new OpenAI({ apiKey: 'any', baseURL: `${gateway.url}/v1`, maxRetries: 0 })
  return { emulator, openai, gateway, calls: () => emulator.state().calls }
}

const photo = (name = 'photo.jpg') => toFile(PHOTO, name)

async function pictureOf(base64: string | undefined) {
  const { width, height, format } = await sharp(Buffer.from(base64 ?? '', 'base64')).metadata()
  return { size: `${width}x${height}`, format }
}

describe('images.edit', () => {
  test('one file: the very photo arrives, and the answer says what was made', async () => {
    const { openai, calls } = await client()
    const { data: answer, response } = await openai.images
      .edit({ model: 'gpt-image-2', image: await photo(), prompt: PROMPT, size: '1536x1024' })
      .withResponse()
    expect(answer).toMatchObject({
      background: 'opaque',
      quality: 'medium',
      size: '1264x848',
      output_format: 'jpeg',
      usage: { input_tokens_details: { image_tokens: 1120 }, output_tokens: expect.any(Number) },
    })
    expect(answer.created).toBeGreaterThan(1.7e9)
    expect(await pictureOf(answer.data?.[0]?.b64_json)).toEqual({ size: '1264x848', format: 'jpeg' })
    const { usage } = answer
    expect(usage!.input_tokens + usage!.output_tokens).toBe(usage!.total_tokens)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'plantain-outcome': 'edited',
      'plantain-model': 'gemini-nano-banana-2.1',
      'plantain-notice': 'model_alias',
      'plantain-cost-micro-usd': expect.stringMatching(/^[1-9]\d+$/),
      'x-request-id': expect.stringMatching(/^req_/),
    })
    expect(calls()).toMatchObject([
      {
        model: 'gemini-nano-banana-2.1',
        images: [{ bytes: PHOTO.length, mimeType: 'image/jpeg' }],
      },
    ])
  })
})
