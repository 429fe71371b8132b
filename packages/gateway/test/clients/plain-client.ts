import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import sharp from 'sharp'
import type { RunningEmulator } from '../../src/emulator/options.ts'
import { ask, edit, GENERATE, KEY, MODEL, type Told } from '../emulator-client.ts'

/** One request with a photo to edit, and anything more. */
export function generate(emulator: RunningEmulator, more: object = {}): Promise<Told> {
  return ask(emulator, GENERATE, { body: edit(more) })
}

export function atVertex(emulator: RunningEmulator, location: string, body: object): Promise<Told> {
  const path = `/v1/projects/p/locations/${location}/publishers/google/models/${MODEL}:generateContent`
  return ask(emulator, path, {
    body,
    headers: { authorization: 'Bearer ya29.of-a-user', 'x-goog-api-key': '' },
  })
}

export function inline(bytes: Uint8Array, mimeType = 'image/jpeg') {
  return { inlineData: { mimeType, data: Buffer.from(bytes).toString('base64') } }
}

export function isImage(part: object): boolean {
  return 'inlineData' in part
}

export function imagesOf({ json }: Told): readonly Buffer[] {
  const parts = json.candidates[0].content.parts.filter(isImage)
  return parts.map(({ inlineData }) => Buffer.from(inlineData.data, 'base64'))
}

export async function sizeOf(told: Told): Promise<{ readonly width: number; readonly height: number }> {
  const { width, height } = await sharp(imagesOf(told)[0]).metadata()
  return { width, height }
}

/** How long the body of a 429 says to wait. */
export function waitMsOf({ json }: Told): number {
  const info = json.error.details.find((detail: object) => 'retryDelay' in detail)
  return Number.parseFloat(info?.retryDelay ?? '') * 1000
}

export function sha256(bytes: Uint8Array = new Uint8Array()): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function pixelsOf(image: Uint8Array | undefined): Promise<Buffer> {
  return sharp(image).raw().toBuffer()
}

/** 128 pixels square, in colour and without alpha: so that pictures of any size can be compared. */
export function small(image: Uint8Array | undefined): Promise<Buffer> {
  return sharp(image).resize(128, 128, { fit: 'fill' }).removeAlpha().png().toBuffer()
}

/** Mean over all samples, of 255. */
export async function difference(one: Uint8Array, other: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all([pixelsOf(one), pixelsOf(other)])
  expect(a.length).toBe(b.length)
  return a.reduce((sum, sample, index) => sum + Math.abs(sample - (b[index] ?? 0)), 0) / a.length
}

/** How far the model's picture is from the edit that was meant. */
export async function farFromTruth(emulator: RunningEmulator): Promise<number> {
  const told = await ask(emulator, GENERATE, { body: edit({}, 'make it black and white') })
  const truth = emulator.truthOf(told.headers.get('x-emulator-call') ?? '')
  return difference(await small(imagesOf(told)[0]), await small(truth?.edit))
}

/** A PNG of more than the 7 MB that Vertex AI takes. */
export function heavy(): Promise<Buffer> {
  return sharp({ create: { width: 1600, height: 1600, channels: 3, background: 'teal' } })
    .png({ compressionLevel: 0 })
    .toBuffer()
}

/** A client that reads so many bytes at most, and then hangs up. */
export async function givingUpAt(
  maxBytes: number,
  { url }: RunningEmulator,
  path: string,
): Promise<'gave up' | 'read it all'> {
  const { body } = await fetch(url + path, {
    method: 'POST',
    headers: { 'x-goog-api-key': KEY, 'content-type': 'application/json' },
    body: JSON.stringify(edit()),
  })
  let bytes = 0
  for await (const chunk of body ?? []) if ((bytes += chunk.length) > maxBytes) return 'gave up'
  return 'read it all'
}
