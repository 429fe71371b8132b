import type { EditRequest, EncodedImage } from '../contract/request.ts'
import type { Thumbprint } from '../image/compare.ts'
import type { PhotoFacts } from '../image/photo.ts'

/** A picture of the request, looked at and found good. */
export interface SourceImage {
  readonly image: EncodedImage
  readonly facts: PhotoFacts
}

/** A request after `prepare`: everything known that does not depend on a target. */
export interface Spec {
  readonly request: EditRequest
  /** All text parts, a line each. */
  readonly instruction: string
  readonly images: readonly SourceImage[]
  /** Of the first image, to hold the answer against; `null` where there is none. */
  readonly source: Thumbprint | null
  /** An 8-bit greyscale PNG, white = edit. */
  readonly mask: Uint8Array | null
}
