import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { GoogleGenAI } from '@google/genai'
import { fetch } from 'undici'
import { encodeBase64 } from '../../wire/base64.ts'
import { createSkeletonReader } from '../../wire/skeleton.ts'
import { createSlabPool } from '../../wire/slabs.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { Asked, Turn, TurnMaker, TurnPart } from '../asked.ts'
import type { Call } from '../call.ts'
import { type CallServer, startCallServer } from '../identity/call-server.fixture.ts'
import { modelFor } from '../model-list.ts'
import type { Reply } from '../reply.ts'
import { routeOf } from '../routes.ts'
import type { StoreLimits } from './interaction-store.ts'
import { createInteractions, type Interactions } from './interactions.ts'
import { interactionError } from './interaction-error.ts'

export const PHOTO = readFileSync(new URL('../../../../../examples/photos/rocket.jpg', import.meta.url))
export const PNG = readFileSync(new URL('../../../../../examples/photos/chelsea.png', import.meta.url))
export const MODEL = 'gemini-nano-banana-2.1'
export const EDIT = { model: MODEL, input: 'Blur the background' }
export const CONTEXT = {
  surface: 'ai-studio',
  apiVersion: 'v1',
  modelId: MODEL,
  project: '',
  location: '',
} as const

export function client({ origin }: Pick<Stage, 'origin'>): GoogleGenAI {
  return new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: origin } })
}
export const SIGNATURE = 'c2lnbmVk'
export const NOW_MS = Date.parse('2026-11-22T12:00:00Z')

const USAGE = {
  inputTextTokens: 4,
  inputImageTokens: 1120,
  outputTextTokens: 6,
  outputImageTokens: 1120,
  thoughtTokens: 70,
  totalTokens: 2320,
}

export const text = (words: string, thought = false): TurnPart => ({ kind: 'text', text: words, thought })

export function image(bytes: Uint8Array = PHOTO, mimeType = 'image/jpeg'): TurnPart {
  return {
    kind: 'image',
    base64: encodeBase64(bytes),
    sha256: hash('sha256', bytes),
    byteLength: bytes.byteLength,
    mimeType,
    thought: false,
    signature: SIGNATURE,
  }
}

export function turn(change: Partial<Turn> = {}): Turn {
  return { parts: [image()], finishReason: 'STOP', usage: USAGE, responseId: 'r', ...change }
}

const usual: TurnMaker = async () => turn()

/** What an answer may hold; a test reads what it expects. */
export interface Answer {
  readonly id: string
  readonly status: string
  readonly steps: readonly unknown[]
  readonly error: { readonly code: string; readonly message: string }
}

export interface Stage extends CallServer {
  readonly asked: readonly Asked[]
  readonly interactions: Interactions
  /** What the model does from now on. */
  answer(made: Turn | TurnMaker): void
  advance(ms: number): void
}

/** The interactions alone on a real socket, with a model of fixed pictures behind them. */
export async function startStage({
  surface = 'ai-studio',
  limits,
  wrap = (call) => call,
}: {
  readonly surface?: 'ai-studio' | 'vertex'
  readonly limits?: StoreLimits
  readonly wrap?: (call: Call) => Call
} = {}): Promise<Stage> {
  const asked: Asked[] = []
  let nowMs = NOW_MS
  let make: TurnMaker = usual
  const interactions = createInteractions({
    clock: { now: () => nowMs, monotonicMs: () => nowMs },
    makeTurn: (question, call) => {
      asked.push(question)
      return make(question, call)
    },
    modelFor: (id, call) => modelFor(id, call, nowMs),
    files: async (uri) => {
      if (uri === 'files/chelsea') return { bytes: PNG, mimeType: 'image/png' }
      throw new ApiError(403, `You do not have permission to access the File ${uri} or it may not exist.`)
    },
    ...(limits && { limits }),
  })
  const pool = createSlabPool({ maxBytes: 2 ** 28 })
  const server = await startCallServer(async (call) => {
    const place = { project: '', location: surface === 'vertex' ? 'global' : '' }
    const lease = await pool.reserve(2 ** 24, call.signal)
    const json = async () => {
      const reader = createSkeletonReader({ lease })
      for (const piece of await call.bytes()) reader.push(piece)
      lease.trim()
      return reader.end().value
    }
    try {
      return await reply(wrap({ ...call, place, json }), interactions)
    } finally {
      // As the server does: what is kept has to do without the body.
      lease.release()
    }
  }, surface)
  return {
    ...server,
    asked,
    interactions,
    answer: (made) => {
      make = typeof made === 'function' ? made : async () => made
    },
    advance: (ms) => {
      nowMs += ms
    },
  }
}

async function reply(call: Call, interactions: Interactions): Promise<Reply> {
  const { target } = routeOf(call.method, call.path, call.query)
  try {
    switch (target.to) {
      case 'create-interaction':
        return await interactions.create(call, ownerOf(call))
      case 'get-interaction':
        return await interactions.get(call, target.interactionId, ownerOf(call))
      case 'delete-interaction':
        return await interactions.delete(target.interactionId, ownerOf(call))
      case 'cancel-interaction':
        return await interactions.cancel(target.interactionId, ownerOf(call))
      default:
        throw new Error(`${call.path} is no interaction`)
    }
  } catch (thrown) {
    if (thrown instanceof ApiError) return interactionError(thrown)
    throw thrown
  }
}

export const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** A request as text and answer as JSON, without any library between. */
export async function post(stage: Stage, sent: unknown, path = '/v1/interactions') {
  const response = await fetch(`${stage.origin}${path}`, { method: 'POST', body: JSON.stringify(sent) })
  const body: Answer = JSON.parse(await response.text())
  return { status: response.status, body }
}

export async function get(stage: Stage, path: string) {
  const response = await fetch(`${stage.origin}/v1/interactions/${path}`)
  const body: Answer = JSON.parse(await response.text())
  return { status: response.status, body }
}

/** Requests without a key are of the same owner as the client of most tests. */
function ownerOf({ headers }: Call): string {
  return String(headers['x-goog-api-key'] ?? 'key')
}
