import { type EncodedImage, heldImage } from '../contract/request.ts'
import type { BodyReader } from './body/json-body.ts'
import type { Exchange } from './exchange.ts'

/** A file that was uploaded here, to be edited. */
export interface StoredImage {
  readonly byteLength: number
  bytes(): Promise<Uint8Array>
}

export interface StoredImages {
  /** By the address an edit names a file by; `null`: it is none of ours, or not the caller's. */
  readonly resolveFile: (uri: string, keyId: string) => Promise<StoredImage | null>
  readonly bodies: BodyReader
}

/** A file in memory, which is taken out of the budget until the exchange ends; `null`: see `resolveFile`. */
export async function heldFile(
  uri: string,
  { caller, defer }: Pick<Exchange, 'caller' | 'defer'>,
  { resolveFile, bodies }: StoredImages,
): Promise<EncodedImage | null> {
  const file = await resolveFile(uri, caller.keyId)
  if (file === null) return null
  bodies.hold(file.byteLength, defer)
  return heldImage(await file.bytes())
}
