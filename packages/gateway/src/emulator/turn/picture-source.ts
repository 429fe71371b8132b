import type { Asked } from '../asked.ts'
import type { PictureWish } from '../faults/effect.ts'
import type { FindMask } from '../pictures/find-mask.task.ts'
import type { Truth } from '../pictures/picture.ts'

/** One picture to be made. */
export interface PictureOrder {
  readonly asked: Asked
  readonly wish: PictureWish
  readonly seed: number
  readonly mimeType: 'image/png' | 'image/jpeg'
}

export interface MadePicture {
  readonly bytes: Uint8Array
  readonly mimeType: string
  /** What was really changed; `null` where no pixel was looked at. */
  readonly truth: Truth | null
  readonly understood?: readonly string[]
}

/** Where a model's pictures come from. */
export interface Studio {
  make(order: PictureOrder, signal: AbortSignal): Promise<MadePicture>
  /** A mask of what is asked for, white on black; `null`: there is nothing of the kind. */
  findMask: (photo: Uint8Array, mode: FindMask['mode'], signal: AbortSignal) => Promise<Uint8Array | null>
  close(): Promise<void>
}

/** What is kept of a picture for whoever asks for the truth about it. */
export interface KeptTruth extends Truth {
  readonly understood: readonly string[]
}
