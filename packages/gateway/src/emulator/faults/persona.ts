import { ASPECT_RATIOS, type AspectRatio } from '../../contract/request.ts'
import type { Seeded } from '../../image/seeded.ts'
import { BLOCK_REASONS, FINISH_REASONS } from '../reasons.ts'
import { isMixName, MIXES } from '../pictures/drift.ts'
import { keyLeaked } from '../identity/credential-error.ts'
import { readDuration } from './duration.ts'
import type { AnswerChange, Effect, ErrorContext, PictureWish, Refusal, Transport } from './effect.ts'
import * as errors from './errors.ts'
import type { ApiError } from '../../wire/api-error.ts'
import type { Reach } from './where.ts'

/** A named way in which Google fails. */
export interface Persona {
  readonly name: string
  /** How its parameter looks; `null`: it takes none. */
  readonly takes: string | null
  readonly about: string
  /** All that its parameter may be, where that is a word of Google's. */
  readonly values?: readonly string[]
  /** Missing: calls that ask a model for something. */
  readonly reach?: Reach
  /** `undefined`: the parameter cannot be read. */
  readonly effect: (parameter: string | undefined) => Effect | undefined
}

/** Every persona there is; the command line, the documentation and the tests list it from here. */
export const PERSONAS: readonly Persona[] = [
  // The model answers something else. HTTP 200.
  refusal('text-only', 'the model talks and makes no image', { kind: 'text' }),
  refusal('no-image', 'finishReason NO_IMAGE, nothing else', { kind: 'finish', reason: 'NO_IMAGE' }),
  refusal('image-safety', 'finishReason IMAGE_SAFETY with its message', {
    kind: 'finish',
    reason: 'IMAGE_SAFETY',
  }),
  {
    name: 'finish',
    takes: 'REASON',
    about: 'no image, with any finishReason: SAFETY, RECITATION, MAX_TOKENS, IMAGE_OTHER, …',
    values: FINISH_REASONS,
    effect: (text) => {
      const reason = FINISH_REASONS.find((known) => known === text)
      return reason && { stage: 'refusal', refusal: { kind: 'finish', reason } }
    },
  },
  {
    name: 'blocked',
    takes: '[REASON]',
    about: 'the prompt is blocked: promptFeedback, no candidate (PROHIBITED_CONTENT)',
    values: BLOCK_REASONS,
    effect: (text = 'PROHIBITED_CONTENT') => {
      const reason = BLOCK_REASONS.find((known) => known === text)
      return reason && { stage: 'refusal', refusal: { kind: 'blocked', reason } }
    },
  },
  refusal('empty', 'no candidates and no reason', { kind: 'empty' }),

  // The picture is not what was asked.
  picture('unchanged', 'the photo comes back rendered anew and not edited', { unchanged: true }),
  picture('smaller', 'half the side the model promises', { scale: 0.5 }),
  {
    name: 'wrong-ratio',
    takes: '[W:H]',
    about: 'another ratio than asked (1:1)',
    values: ASPECT_RATIOS,
    effect: (text = '1:1') => (isRatio(text) ? { stage: 'picture', wish: { ratio: text } } : undefined),
  },
  {
    name: 'drift',
    takes: 'MIX',
    about: `how far the rest of the frame drifts: ${Object.keys(MIXES).join(', ')}`,
    values: Object.keys(MIXES),
    effect: (text = '') => (isMixName(text) ? { stage: 'picture', wish: { drift: text } } : undefined),
  },

  // The answer is written down wrongly.
  drafts('drafts', 'interim images before the final one, looking like results (2)', false),
  drafts('thought-drafts', 'interim images marked as thoughts (2)', true),
  answer('thought-only', 'the only image is marked as a thought'),
  answer('duplicate', 'the same pixels twice, in different bytes, both billed'),
  answer('wrong-mime', 'the label names the other format'),
  answer('undecodable', 'bytes that no decoder reads, labelled as an image'),
  answer('truncated-base64', 'base64 that ends in the middle of a group'),
  answer('no-usage', 'no usageMetadata'),
  answer('no-signature', 'images without their thoughtSignature'),

  // Errors, in Google's words.
  {
    name: '429-minute',
    takes: '[DURATION]',
    about: 'quota per minute, with RetryInfo of so long (34.4s)',
    effect: (text = '34.4s') => {
      const waitMs = readDuration(text)
      return waitMs === undefined ? undefined : failing((context) => errors.perMinute(context, waitMs))
    },
  },
  error('429-day', 'quota per day; names a wait all the same', errors.perDay),
  error('429-zero', 'a free key: limit: 0', errors.limitZero),
  error('429-bare', 'exhausted, without details', errors.bareExhausted),
  error('429-prepay', 'prepaid credit used up', errors.prepaidUsedUp),
  error('500', 'internal error', errors.internal),
  error('503', 'high demand', errors.highDemand),
  error('503-overloaded', 'the older wording', errors.overloaded),
  error('504', "Google's own deadline", errors.deadlineExceeded),
  {
    ...error('bad-location', 'the country is not supported', errors.unsupportedLocation),
    reach: 'any with a key',
  },
  {
    ...error('api-disabled', 'the API is not enabled in the project', errors.serviceDisabled),
    reach: 'any with a key',
  },
  error('iam-denied', 'aiplatform.endpoints.predict is missing', errors.mayNotPredict),
  { ...error('key-leaked', 'the key was reported as leaked', keyLeaked), reach: 'any with a key' },
  { ...error('model-gone', 'the model is not there', errors.modelGone), reach: 'of a model' },
  {
    name: 'stream-error',
    takes: null,
    about: 'a stream breaks off with an error event (503)',
    effect: () => ({ stage: 'stream', error: errors.highDemand }),
  },
  page('html-413', 'a web page: request too large', 413),
  page('html-502', 'a web page: bad gateway', 502),

  // Time and the socket.
  {
    name: 'latency',
    takes: 'DURATION | FROM..TO | lognormal:MEDIAN:SIGMA | exponential:MEAN',
    about: 'time until the answer begins',
    effect: (text) => {
      const ms = text === undefined ? undefined : readLatency(text)
      return ms && { stage: 'delay', ms }
    },
  },
  transport('stall', 'nothing more after this share (0.5), the connection stays', (stallAt) => ({ stallAt })),
  transport('reset', 'connection reset after this share (0.5)', (resetAt) => ({ resetAt })),
  transport('close', 'connection closed after this share (0.5)', (closeAt) => ({ closeAt })),
  {
    name: 'half-open',
    takes: null,
    about: 'the request is read and never answered',
    effect: () => ({ stage: 'send', transport: { stallAt: 0 } }),
  },
  {
    name: 'drip',
    takes: '[BYTES]',
    about: 'so many bytes a second (20000)',
    effect: (text = '20000') => {
      const bytesPerSecond = Number(text)
      const fits = Number.isSafeInteger(bytesPerSecond) && bytesPerSecond > 0
      return fits ? { stage: 'send', transport: { bytesPerSecond } } : undefined
    },
  },
  {
    name: 'quota',
    takes: 'N/min | N/day | Ntokens/min',
    about: 'a limit per key and model that really counts',
    effect: (text = '') => {
      const [, amount, tokens, span] = /^(\d{1,12})(tokens)?\/(min|day)$/.exec(text) ?? []
      if (amount === undefined) return undefined
      const quota = {
        amount: Number(amount),
        of: tokens === undefined ? 'requests' : 'tokens',
        per: span === 'day' ? 'day' : 'minute',
      } as const
      return { stage: 'quota', quota }
    },
  },
]

/** As it stands in a list of faults: `finish=REASON`, `blocked[=REASON]`, `503`. */
export function writtenOf({ name, takes }: Pick<Persona, 'name' | 'takes'>): string {
  if (takes === null) return name
  return takes.startsWith('[') ? `${name}[=${takes.slice(1, -1)}]` : `${name}=${takes}`
}

function refusal(name: string, about: string, refused: Refusal): Persona {
  return { name, takes: null, about, effect: () => ({ stage: 'refusal', refusal: refused }) }
}

function picture(name: string, about: string, wish: PictureWish): Persona {
  return { name, takes: null, about, effect: () => ({ stage: 'picture', wish }) }
}

function answer(name: Extract<AnswerChange, string>, about: string): Persona {
  return { name, takes: null, about, effect: () => ({ stage: 'answer', change: name }) }
}

function drafts(name: string, about: string, marked: boolean): Persona {
  return {
    name,
    takes: '[COUNT]',
    about,
    effect: (text = '2') =>
      /^[1-9]$/.test(text) ? { stage: 'answer', change: { drafts: Number(text), marked } } : undefined,
  }
}

function error(name: string, about: string, made: (context: ErrorContext) => ApiError): Persona {
  return { name, takes: null, about, effect: () => failing(made) }
}

function failing(made: (context: ErrorContext) => ApiError): Effect {
  return { stage: 'error', error: made }
}

function page(name: string, about: string, status: 413 | 502): Persona {
  return { name, takes: null, about, effect: () => ({ stage: 'page', status }) }
}

function transport(name: string, about: string, made: (share: number) => Transport): Persona {
  return {
    name,
    takes: '[SHARE]',
    about,
    effect: (text = '0.5') => {
      const share = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
      return share >= 0 && share <= 1 ? { stage: 'send', transport: made(share) } : undefined
    },
  }
}

function isRatio(text: string): text is AspectRatio {
  return ASPECT_RATIOS.some((ratio) => ratio === text)
}

function readLatency(text: string): ((random: Seeded) => number) | undefined {
  const fixed = readDuration(text)
  if (fixed !== undefined) return () => fixed
  const [from, to] = text.split('..').map(readDuration)
  if (from !== undefined && to !== undefined && to >= from) return (random) => from + random() * (to - from)
  const [name, first = '', second = ''] = text.split(':')
  const scale = readDuration(first)
  if (scale === undefined) return undefined
  if (name === 'exponential') return (random) => -scale * Math.log(1 - random())
  const sigma = Number(second)
  if (name !== 'lognormal' || !(sigma > 0 && sigma < 5)) return undefined
  return (random) => scale * Math.exp(sigma * normal(random))
}

/** Box and Muller's: two even draws make a normal one. */
function normal(random: Seeded): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
