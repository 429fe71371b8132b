import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { fetch } from 'undici'
import type { Surface } from '../../models/model.ts'
import { encodeBase64 } from '../../wire/base64.ts'
import { readSkeleton } from '../../wire/skeleton.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { Asked, Turn, TurnPart } from '../asked.ts'
import { type CallServer, startCallServer } from '../identity/call-server.fixture.ts'
import { routeOf } from '../routes.ts'
import type { Retired } from './imagen-model.ts'
import { createPredict } from './predict.ts'

export const PHOTO = readFileSync(new URL('../../../../../examples/photos/chelsea.png', import.meta.url))
export const { width: WIDTH, height: HEIGHT } = await sharp(PHOTO).metadata()
export const MADE = readFileSync(new URL('../../../../../examples/photos/rocket.jpg', import.meta.url))
const USAGE = {
  inputTextTokens: 0,
  inputImageTokens: 0,
  outputTextTokens: 0,
  outputImageTokens: 0,
  thoughtTokens: 0,
  totalTokens: 0,
}

export const asked: Asked[] = []
export const segmented: string[] = []
export const usual = ({ count }: Asked): Partial<Turn> => ({
  parts: Array.from({ length: count }, () => made()),
})
/** What the model does; a test that changes it puts it back. */
export const model: { answer: (question: Asked) => Partial<Turn> } = { answer: usual }

export function made(): TurnPart {
  const base64 = encodeBase64(MADE)
  return {
    kind: 'image',
    base64,
    sha256: '',
    byteLength: MADE.byteLength,
    mimeType: 'image/jpeg',
    thought: false,
    signature: null,
  }
}

export interface PredictServer extends CallServer {
  readonly surface: Surface
}

/** `:predict` alone on a real socket, with a model of fixed pictures behind it. */
export async function serve(surface: Surface, retired: Retired = 'serve'): Promise<PredictServer> {
  const handlers = createPredict({
    clock: { now: () => Date.parse('2026-11-22'), monotonicMs: () => 0 },
    makeTurn: async (question) => {
      asked.push(question)
      return { parts: [], finishReason: 'STOP', usage: USAGE, responseId: 'r1', ...model.answer(question) }
    },
    files: async (uri) => {
      if (uri === 'gs://bucket/cat.png') return { bytes: PHOTO, mimeType: 'image/png' }
      throw new ApiError(404, `No object ${uri}.`)
    },
    segmentMask: async (_, mode) => {
      segmented.push(mode)
      return mode === 'semantic' ? null : box({ left: 10, top: 10, side: 40 })
    },
    retired,
  })
  const server = await startCallServer(async (call) => {
    const { target } = routeOf(call.method, call.path, call.query)
    if (target.to !== 'predict') throw new Error(call.path)
    const { project, location } = target
    const json = async () => readSkeleton(await call.bytes()).value
    return handlers.predict({ ...call, json, place: { project, location } }, target.modelId)
  }, surface)
  return { ...server, surface }
}

/** A mask as people paint it: white on black. */
export async function box({
  left,
  top,
  side,
  shade = 255,
  width = WIDTH,
  height = HEIGHT,
}: {
  left: number
  top: number
  side: number
  shade?: number
  width?: number
  height?: number
}): Promise<Buffer> {
  const background = { r: shade, g: shade, b: shade }
  const white = await sharp({ create: { width: side, height: side, channels: 3, background } })
    .png()
    .toBuffer()
  return sharp({ create: { width, height, channels: 3, background: 'black' } })
    .composite([{ input: white, left, top }])
    .png()
    .toBuffer()
}

export const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
export const EDITOR = 'imagen-3.0-capability-001'

interface Answer {
  readonly predictions: readonly unknown[]
  readonly error: { readonly status: string; readonly message: string }
}

export async function send({ origin, surface }: PredictServer, sent: unknown, modelId: string) {
  const google = `publishers/google/models/${modelId.replace('@', '%40')}`
  const path =
    surface === 'ai-studio' ? `v1beta/models/${modelId}` : `v1/projects/p/locations/us-central1/${google}`
  const response = await fetch(`${origin}/${path}:predict?%24alt=json%3Benum-encoding%3Dint`, {
    method: 'POST',
    body: JSON.stringify(sent),
  })
  const body: Answer = JSON.parse(await response.text())
  return { status: response.status, body }
}

export const raw = {
  referenceType: 'REFERENCE_TYPE_RAW',
  referenceId: 1,
  referenceImage: { bytesBase64Encoded: base64(PHOTO) },
}
export const maskOf = (bytes: Uint8Array, config: object = {}) => ({
  referenceType: 'REFERENCE_TYPE_MASK',
  referenceId: 2,
  referenceImage: { bytesBase64Encoded: base64(bytes) },
  maskImageConfig: { maskMode: 'MASK_MODE_USER_PROVIDED', ...config },
})
