import { sniff } from '../../image/sniff.ts'
import { invalidArgument } from '../../wire/api-error.ts'
import type { AskedImage } from '../asked.ts'
import type { Call } from '../call.ts'
import { readBase64 } from '../strict/base64-value.ts'
import type { Picture } from './predict-schema.ts'

export type OpenFile = (uri: string, call: Call) => Promise<AskedImage>

/** Documented for Imagen: nothing else is taken. */
const TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg'])

/** The bytes of an image of the request. `path` is where it stands. Throws `ApiError` 400. */
export async function readPicture(
  picture: Picture | undefined,
  path: string,
  { call, files }: { readonly call: Call; readonly files: OpenFile },
): Promise<AskedImage> {
  const { bytesBase64Encoded: inline, gcsUri, mimeType } = picture ?? {}
  if ((inline === undefined) === (gcsUri === undefined)) {
    const both = inline === undefined ? 'holds no image' : 'holds two images'
    throw invalidArgument(
      `The value at '${path}' ${both}. Give either 'bytesBase64Encoded' or 'gcsUri'.`,
      path,
    )
  }
  const bytes = inline === undefined ? (await files(gcsUri ?? '', call)).bytes : readBase64(inline)?.bytes()
  if (bytes === undefined)
    throw invalidArgument(`The value at '${path}.bytesBase64Encoded' is not valid base64.`, path)
  const sniffed = sniff(bytes)
  if (sniffed.kind === 'other' || !TYPES.has(sniffed.type)) {
    const is = sniffed.kind === 'image' ? sniffed.type : sniffed.looksLike
    throw invalidArgument(`The image at '${path}' must be image/png or image/jpeg, and is ${is}.`, path)
  }
  return { bytes, mimeType: mimeType ?? sniffed.type }
}
