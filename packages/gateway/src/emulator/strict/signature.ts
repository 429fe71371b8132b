import { hash } from 'node:crypto'
import type { Model } from '../../models/model.ts'
import { invalidArgument } from '../../wire/api-error.ts'
import type { AskedImage } from '../asked.ts'
import type { Part } from './content-message.ts'

export interface SignatureCheck {
  readonly model: Model | null
  /**
   * Whether the emulator signed this very image so.
   * The signature is standard base64, padded, however it was sent; the hash is hex, of the image's bytes.
   */
  readonly knowsSignature: (signature: string, imageSha256: string) => boolean
}

/** An image of a turn of the model; positions count from 0. */
export interface ModelImage {
  readonly part: Part
  readonly image: AskedImage
  readonly turn: number
  readonly position: number
}

/** @throws ApiError 400 for an image that the model would not know as its own, where the model checks that. */
export function mustBeSigned(
  { part, image, turn, position }: ModelImage,
  { model, knowsSignature }: SignatureCheck,
): void {
  if (!model?.enforcesThoughtSignatures) return
  const signature = part.thoughtSignature
  if (signature === undefined || signature.byteLength === 0) {
    throw invalidArgument(
      `Image part is missing a thought_signature in content position ${turn + 1}, part position ${position + 1}.`,
    )
  }
  if (knowsSignature(signature.base64(), sha256Of(image.bytes))) return
  // As far as known: only the middle of the sentence has been reported.
  throw invalidArgument(`Request contains an invalid thought signature for content at index ${turn}.`)
}

/** A chat may refer to one stored file in every turn. */
const HASHES = new WeakMap<Uint8Array, string>()

function sha256Of(bytes: Uint8Array): string {
  const sha256 = HASHES.get(bytes) ?? hash('sha256', bytes)
  HASHES.set(bytes, sha256)
  return sha256
}
