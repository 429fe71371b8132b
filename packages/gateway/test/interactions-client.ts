import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'
import type { GatewayConfig } from '../src/config/gateway-config.ts'
import { startEmulator } from '../src/emulator.ts'
import type { EmulatorOptions } from '../src/emulator/options.ts'
import { aiStudio, gatewayWith } from './gateway-client.ts'
import { type Play, startScriptedServer } from './scripted-server.ts'

export const photo = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url))
export const data = photo.toString('base64')
export const MODEL = 'gemini-nano-banana-2.1'
export const WORDS = 'make it brighter'
export const TEXT = { type: 'text', text: WORDS }
export const IMAGE = { type: 'image', mime_type: 'image/jpeg', data }
export const BLOB = { data, mimeType: 'image/jpeg' }

export async function local() {
  const gateway = await gatewayWith()
  onTestFinished(async () => void (await gateway.close()))
  return gateway
}

export async function beforeGoogle(options: EmulatorOptions = {}, config: Partial<GatewayConfig> = {}) {
  const emulator = await startEmulator({ pictures: 'canned', ...options })
  onTestFinished(() => emulator.close())
  const gateway = await gatewayWith({ targets: [aiStudio(emulator.url)], ...config })
  onTestFinished(async () => void (await gateway.close()))
  return { emulator, url: gateway.url }
}

/** Google as somebody who writes down what it is asked. */
export async function beforeScript(play: Play) {
  const server = await startScriptedServer(() => play)
  onTestFinished(() => server.close())
  const gateway = await gatewayWith({ targets: [aiStudio(server.origin)] })
  onTestFinished(async () => void (await gateway.close()))
  return { url: gateway.url, asked: () => server.seen.map(({ body }) => JSON.parse(body.toString())) }
}

export function post(
  url: string,
  body: unknown,
  { path = '/v1/interactions', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

export const jsonOf = async (response: Response) => JSON.parse(await response.text())
export const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#c08040' } })
  .png()
  .toBuffer()
export const PICTURE = { inlineData: { mimeType: 'image/png', data: png.toString('base64') } }
export const answering = (...parts: object[]): Play => ({
  json: { candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }] },
})
