import OpenAI, { toFile } from 'openai'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'
import type { GatewayConfig } from '../../src/config/gateway-config.ts'
import type { EmulatorOptions } from '../../src/emulator/options.ts'
import { startEmulator } from '../../src/emulator.ts'
import type { Log } from '../../src/observe/log.ts'
import { aiStudio, gatewayWith, SETTINGS, SILENT } from '../gateway-client.ts'

/** Without metadata, so that it goes out as it came in. */
export const PHOTO = await sharp(new URL('../../../../examples/photos/rocket.jpg', import.meta.url).pathname)
  .resize(320, 240, { fit: 'cover' })
  .jpeg()
  .toBuffer()

/** Alpha of the photo's size, transparent in a square of 100 pixels. */
export const MASK = await sharp({
  create: { width: 320, height: 240, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 1 } },
})
  .composite([
    {
      input: { create: { width: 100, height: 100, channels: 4, background: '#000' } },
      left: 60,
      top: 40,
      blend: 'dest-out',
    },
  ])
  .png()
  .toBuffer()

export const PROMPT = 'make it brighter'

export interface OpenAiStageOptions {
  readonly emulator?: EmulatorOptions
  readonly gateway?: Partial<GatewayConfig>
  readonly apiKey?: string
  /** How often the client may try again; 0 unless said otherwise. */
  readonly maxRetries?: number
}

/** OpenAI's own client before a gateway before the emulator, each attempt asked once of it. */
export async function openAiStage(options: OpenAiStageOptions = {}) {
  const emulator = await startEmulator({ pictures: 'canned', ...options.emulator })
  onTestFinished(() => emulator.close())
  let requests = 0
  const log: Log = { ...SILENT, write: () => void (requests += 1) }
  const gateway = await gatewayWith(
    {
      targets: [aiStudio(emulator.url)],
      routing: { ...SETTINGS.routing, attempts: 1 },
      ...options.gateway,
    },
    { log },
  )
  onTestFinished(async () => void (await gateway.close()))
  const { apiKey = 'any', maxRetries = 0 } = options
  const openai = new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries })
  return {
    url: gateway.url,
    openai,
    /** What the emulator was asked. */
    calls: () => emulator.state().calls,
    emulator,
    /** How often the gateway was. */
    requests: () => requests,
  }
}

export const photo = (name = 'photo.jpg') => toFile(PHOTO, name)

export async function pictureOf(base64: string | undefined) {
  const { width, height, format } = await sharp(Buffer.from(base64 ?? '', 'base64')).metadata()
  return { size: `${width}x${height}`, format }
}
