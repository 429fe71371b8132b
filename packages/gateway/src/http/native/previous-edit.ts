import { PlantainError } from '../../contract/error.ts'
import { heldImage, type InputPart } from '../../contract/request.ts'
import type { BodyReader } from '../body/json-body.ts'
import type { Exchange } from '../exchange.ts'
import type { StoredImage } from '../stored-image.ts'

/** An earlier edit, for one that goes on from there. */
export interface PreviousEdit {
  /** The last of its images; `null`: it has none. */
  readonly image: StoredImage | null
  readonly model: string | null
  readonly target: string | null
}

export interface PreviousEdits {
  /** What an earlier edit came to; `null`: it is not kept, or is somebody else's. */
  readonly previous: (editId: string, keyId: string) => Promise<PreviousEdit | null>
}

type GoneBefore = Omit<PreviousEdit, 'image'> & { readonly input: readonly InputPart[] }

/** What an edit goes on from. Throws where that is not kept or holds no image. */
export async function goneBefore(
  editId: string | undefined,
  { caller, defer }: Pick<Exchange, 'caller' | 'defer'>,
  { previous, bodies }: PreviousEdits & { readonly bodies: BodyReader },
): Promise<GoneBefore | null> {
  if (editId === undefined) return null
  const found = await previous(editId, caller.keyId)
  if (found === null) throw new PlantainError('not_found', NO_PREVIOUS)
  const { image, ...made } = found
  if (image === null) throw new PlantainError('invalid_request', 'The edit in previousEdit made no image.')
  bodies.hold(image.byteLength, defer)
  return { ...made, input: [{ kind: 'image', image: heldImage(await image.bytes()) }] }
}

const NO_PREVIOUS =
  'The edit in previousEdit is not kept, or not any more: results are kept for a while only, each for the key that asked for it. Send its image.'
