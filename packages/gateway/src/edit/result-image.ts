import type { AnswerImage } from '../contract/provider.ts'
import type { EncodedImage } from '../contract/request.ts'
import type { ResultImage } from '../contract/result.ts'
import type { PhotoFacts } from '../image/photo.ts'

/** An image of a result, its bytes not yet decoded. */
export function resultImage(
  image: EncodedImage & Pick<AnswerImage, 'signature'>,
  {
    type,
    width,
    height,
    sha256,
  }: Pick<PhotoFacts, 'width' | 'height'> & { readonly type: string; readonly sha256: string },
): ResultImage {
  let held: Uint8Array | undefined
  return {
    // Whoever forwards the answer as it came never asks.
    get bytes() {
      return (held ??= image.bytes())
    },
    byteLength: image.byteLength,
    base64: image.base64,
    mimeType: type,
    width,
    height,
    sha256,
    ...(image.signature !== undefined && { signature: image.signature }),
  }
}
