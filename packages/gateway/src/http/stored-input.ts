import { PlantainError } from '../contract/error.ts'
import { type EncodedImage, heldImage, type ImagePart, type InputPart } from '../contract/request.ts'
import type { BodyReader } from './body/json-body.ts'
import type { Exchange } from './exchange.ts'
import type { StoredImage } from './stored-image.ts'

/** A part of a request, or the address of a picture that is not in it. */
export type AskedPart =
  | InputPart
  | (Omit<ImagePart, 'kind' | 'image'> & { readonly kind: 'file'; readonly uri: string })

export interface StoredInputParts {
  readonly bodies: BodyReader
  /** A file that was uploaded here, by the address an edit names it by; `null`: it is none of ours, or not the caller's. */
  readonly resolveFile: (uri: string, keyId: string) => Promise<StoredImage | null>
}

/**
 * The parts with what was uploaded here in place of its address. One after the other: none may still be on its way,
 * taking memory, when another has failed.
 */
export async function withStored(
  input: readonly AskedPart[],
  exchange: Pick<Exchange, 'caller' | 'defer'>,
  parts: StoredInputParts,
): Promise<readonly InputPart[]> {
  const all: InputPart[] = []
  for (const part of input) all.push(await resolved(part, exchange, parts))
  return all
}

async function resolved(
  part: AskedPart,
  exchange: Pick<Exchange, 'caller' | 'defer'>,
  parts: StoredInputParts,
): Promise<InputPart> {
  if (part.kind !== 'file') return part
  const { uri, ...said } = part
  const image = await heldFile(uri, exchange, parts)
  if (image !== null) return { ...said, kind: 'image', image }
  throw new PlantainError(
    'invalid_request',
    'A picture is referred to by an address that is no file of this gateway. Upload it (POST /upload/v1beta/files) or send its bytes; pictures are not fetched from elsewhere. What lies at Google (gs://, its Files API) is read by Google itself, for whoever asks by generateContent.',
  )
}

/** A file in memory, taken out of the budget until the exchange ends; `null`: it is none of ours, or not the caller's. */
export async function heldFile(
  uri: string,
  { caller, defer }: Pick<Exchange, 'caller' | 'defer'>,
  { resolveFile, bodies }: StoredInputParts,
): Promise<EncodedImage | null> {
  const file = await resolveFile(uri, caller.keyId)
  if (file === null) return null
  bodies.hold(file.byteLength, defer)
  return heldImage(await file.bytes())
}
