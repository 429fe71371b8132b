import type { BlockReason, FinishReason } from '../reasons.ts'
import type { ApiError } from '../../wire/api-error.ts'
import type { ApiVersion } from '../address.ts'
import type { Seeded } from '../../image/seeded.ts'
import type { Surface } from '../../models/model.ts'
import type { AspectRatio } from '../../contract/request.ts'
import type { MixName } from '../pictures/drift.ts'
import type { Quota } from './quota.ts'

/** What an error's text speaks of. */
export interface ErrorContext {
  readonly surface: Surface
  readonly apiVersion: ApiVersion
  readonly modelId: string
  readonly project: string
  readonly location: string
  /** How long the fault will last from now on, where that is set. */
  readonly leftMs?: number
}

export type ErrorMaker = (context: ErrorContext) => ApiError

/** A refusal in place of an image; HTTP stays 200. */
export type Refusal =
  | { readonly kind: 'finish'; readonly reason: FinishReason }
  | { readonly kind: 'blocked'; readonly reason: BlockReason }
  /** The model just talks. */
  | { readonly kind: 'text' }
  /** `candidates` is missing, and nothing says why. */
  | { readonly kind: 'empty' }

/** How the model's picture departs from what was asked. */
export interface PictureWish {
  readonly unchanged?: true
  readonly ratio?: AspectRatio
  /** Of the side the model's table gives. */
  readonly scale?: number
  readonly drift?: MixName
}

/** What happens to a finished answer before it is written down. */
export const ANSWER_CHANGES = [
  'wrong-mime',
  'undecodable',
  'truncated-base64',
  'duplicate',
  'thought-only',
  'no-usage',
  'no-signature',
] as const
export type AnswerChange =
  | (typeof ANSWER_CHANGES)[number]
  | { readonly drafts: number; readonly marked: boolean }

/** What happens to the bytes on the socket. Shares are of the whole answer, 0 to 1. */
export interface Transport {
  /** Nothing more comes, and the connection stays. 0: not even a status line. */
  readonly stallAt?: number
  /** The connection is reset (RST). */
  readonly resetAt?: number
  /** The connection is closed in order (FIN), the announced length unfulfilled. */
  readonly closeAt?: number
  readonly bytesPerSecond?: number
}

/** One thing that goes wrong, by the moment at which it does. */
export type Effect =
  | { readonly stage: 'delay'; readonly ms: (random: Seeded) => number }
  /** A page of the front end or a proxy, before anybody looks at the request. */
  | { readonly stage: 'page'; readonly status: 413 | 502 }
  /** After the request was understood, before the model sees it. */
  | { readonly stage: 'error'; readonly error: ErrorMaker }
  | { readonly stage: 'quota'; readonly quota: Quota }
  | { readonly stage: 'picture'; readonly wish: PictureWish }
  | { readonly stage: 'refusal'; readonly refusal: Refusal }
  | { readonly stage: 'answer'; readonly change: AnswerChange }
  /** An event in the middle of a stream; unary answers know nothing of it. */
  | { readonly stage: 'stream'; readonly error: ErrorMaker }
  | { readonly stage: 'send'; readonly transport: Transport }
