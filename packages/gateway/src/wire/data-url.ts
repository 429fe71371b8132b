import type { EncodedImage } from '../contract/request.ts'
import { JsonBlob } from './json-blob.ts'
import { blobImage, textImage } from './wire-image.ts'

/** Of the longest media type with parameters that anybody writes. */
const MOST_HEAD_BYTES = 256

/** The picture of a data URL in base64; `null` where the text is none. A long one stays where it lies. */
export function dataUrlImage(text: string | JsonBlob): EncodedImage | null {
  if (typeof text === 'string') {
    const head = headOf(text.slice(0, MOST_HEAD_BYTES))
    return head === null ? null : textImage(text.slice(head))
  }
  const pieces = text.raw()
  const start = Buffer.concat(pieces, Math.min(MOST_HEAD_BYTES, text.byteLength)).toString('latin1')
  const head = headOf(start)
  return head === null ? null : blobImage(new JsonBlob(behind(pieces, head)))
}

/** How long everything before the base64 is; a slash may be escaped, as PHP does it. */
function headOf(start: string): number | null {
  return /^data:[\w.+/;=\\ -]*;base64,/i.exec(start)?.[0].length ?? null
}

function behind(pieces: readonly Uint8Array[], taken: number): readonly Uint8Array[] {
  let left = taken
  return pieces.flatMap((piece) => {
    const from = Math.min(left, piece.byteLength)
    left -= from
    return from === piece.byteLength ? [] : [piece.subarray(from)]
  })
}
