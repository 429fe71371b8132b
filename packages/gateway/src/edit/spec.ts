import type { Fault } from '../contract/error.ts'
import type { EditRequest, EncodedImage, Preserve } from '../contract/request.ts'
import type { Thumbprint } from '../image/compare.ts'
import type { Gate } from '../image/gate.ts'
import type { ImageLimits } from '../image/limits.ts'
import type { Pool } from '../image/pool.ts'
import type { PhotoFacts } from '../image/photo.ts'

/** How pictures are looked at, those of requests and those of answers. */
export interface Inspection {
  readonly imageLimits: ImageLimits
  /**
   * `pixels`: every picture is decoded and the answer held against the photo. `headers`: formats, sizes and hashes only,
   * for a fraction of the time; whether anything changed is then not known.
   */
  readonly verify: 'pixels' | 'headers'
  /** Bounds the images hashed at once: all of them together must leave the process its turns. */
  readonly hashing: Gate
  /** Bounds the pixels decoded at once. */
  readonly pixels: Gate
  /** Bounds the subjects that are looked for at once, and so their pixels: each takes seconds. */
  readonly finding: Gate
  /** Where work on pixels runs that is more than decoding. */
  readonly pool: Pool
  /** Where subjects are looked for: nothing that takes milliseconds waits behind that. */
  readonly segmenter: Pool
}

/** A picture of the request, looked at. */
export type SourceImage = {
  readonly image: EncodedImage
  /** Of the encoded bytes, hex; `null` where there are none. */
  readonly sha256: string | null
} & (
  | { readonly facts: PhotoFacts; readonly unreadable: null }
  /** Only of a request that is forwarded in its own dialect: whether it will do is the target's to say. */
  | { readonly facts: null; readonly unreadable: Fault }
)

/** A request after `prepare`: everything known that does not depend on a target. */
export interface Spec {
  readonly request: EditRequest
  /** All text parts of the last turn, a line each. */
  readonly instruction: string
  readonly images: readonly SourceImage[]
  /** Which of them is edited: the first, but in a conversation; `null` where there is none. */
  readonly photo: SourceImage | null
  /** Of the photo, to hold the answer against. */
  readonly source: Thumbprint | null
  /** An 8-bit greyscale PNG, white = edit. */
  readonly mask: Uint8Array | null
  readonly preserve: Preserve
  /** Which of the results that were asked for this is to be, counted from 0. */
  readonly variant: number
}
