import type { Answer, Provider } from '../contract/provider.ts'
import { type ErrorCode, fault, type FaultDetails } from '../contract/error.ts'
import type { Judged } from './route.ts'
import { type RouteParts, type Steps } from './route.ts'
import { createRouteState } from './state.ts'
import type { Candidate, RouteTarget } from './target.ts'

/** Time that passes only while somebody waits for it. */
export function waitingClock() {
  let ms = 0
  return {
    clock: { now: () => 1_790_000_000_000 + ms, monotonicMs: () => ms },
    sleep: (forMs: number) => {
      ms += forMs
      return Promise.resolve()
    },
    pass: (byMs: number) => {
      ms += byMs
    },
    nowMs: () => ms,
  }
}

/** What a target answers to its nth attempt: an edit, or a failure. */
export type Play = (nth: number) => Answer

export const EDITED: Answer = {
  kind: 'image',
  image: { byteLength: 0, bytes: () => new Uint8Array(), pieces: () => [], mimeType: 'image/png' },
  drafts: [],
  text: '',
  status: 200,
  usage: null,
  costMicroUsd: 33_600,
  charged: 'yes',
  notices: [],
}

export function failing(code: ErrorCode, details: FaultDetails = {}): Answer {
  return { kind: 'fault', fault: fault(code, `It is ${code}.`, details) }
}

export interface Seen {
  readonly key: string
  readonly model: string
  readonly atMs: number
  readonly imagesOnly: boolean
}

/** Targets that play a part, by their keys, and what they saw. */
export function stage(plays: Readonly<Record<string, readonly Play[]>>, random = () => 0.5) {
  const time = waitingClock()
  const seen: Seen[] = []
  const providerOf = (name: string, play: Play): Provider => {
    let nth = 0
    return {
      kind: 'ai-studio',
      target: name,
      dialect: null,
      limits: () => {
        throw new Error('nobody asks')
      },
      send: async ({ model, imagesOnly = false }) => {
        seen.push({ key: name, model, atMs: time.nowMs(), imagesOnly })
        return play(nth++)
      },
    }
  }
  const targets = Object.entries(plays).map(([name, keys]): RouteTarget => ({
    name,
    kind: 'ai-studio',
    location: null,
    keys: keys.map((play, at) => {
      const key = keys.length === 1 ? name : `${name}#${at + 1}`
      return { name: key, provider: providerOf(key, play), environment: null }
    }),
  }))
  const candidates = targets.map((target, tier): Candidate => ({
    target,
    model: 'm',
    tier,
    weight: 1,
    degraded: false,
    notices: [],
  }))
  const parts: RouteParts = {
    clock: time.clock,
    sleep: time.sleep,
    random,
    state: createRouteState(),
    keysOf: ({ keys }) => keys,
    policy: { attempts: 4, ambiguous: 'retry', noImage: 'retry' },
  }
  return { time, seen, targets, candidates, parts }
}

/** Takes every image for an edit. */
export const STEPS: Steps<Judged> = {
  fit: async ({ model }, { imagesOnly }) => ({
    kind: 'fitted',
    request: { model, input: [], ...(imagesOnly && { imagesOnly }) },
    notices: [],
  }),
  judge: async (_, answer) => {
    if (answer.kind === 'image') return { outcome: 'edited', fault: null }
    if (answer.kind === 'fault') return { outcome: 'failed', fault: answer.fault }
    const { outcome, message, charged } = answer
    return {
      outcome,
      fault: fault(outcome === 'blocked' ? 'image_blocked' : 'no_image', message, { charged }),
    }
  },
  refuse: (why) => ({ outcome: 'failed', fault: why }),
  attemptLog: { begin: async () => 'att_1', end: async () => {} },
}

export const REFUSAL: Answer = {
  kind: 'refusal',
  outcome: 'no_image',
  reason: 'STOP',
  safety: [],
  message: 'Words only.',
  text: 'Which photo?',
  status: 200,
  usage: null,
  costMicroUsd: 100,
  charged: 'unknown',
  notices: [],
}
