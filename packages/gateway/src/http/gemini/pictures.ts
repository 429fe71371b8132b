import type { ImagePart, InputPart } from '../../contract/request.ts'
import type { WireImage } from '../../contract/wire.ts'
import type { GeminiDocument } from '../../wire/gemini-document.ts'

/** A picture of a request, and where it stands in the document. */
export interface Pictured {
  readonly part: ImagePart
  readonly wire: WireImage
}

/** What a document holds and its stored files, as one input: the first picture is what is edited. */
export function inOrder(
  { input, images, asked }: GeminiDocument,
  stored: readonly Pictured[],
): { readonly input: readonly InputPart[]; readonly pictures: readonly Pictured[] } {
  const inline = input.filter(isImage).flatMap((part, at) => {
    const wire = images[at]
    return wire === undefined ? [] : [{ part, wire }]
  })
  const last = Number(asked?.path[1])
  // By turn, the last one first, and in a turn as they stand.
  const pictures = [...inline, ...stored].toSorted(
    (a, b) =>
      Number(turnOf(a) !== last) - Number(turnOf(b) !== last) ||
      turnOf(b) - turnOf(a) ||
      Number(a.wire.path[3]) - Number(b.wire.path[3]),
  )
  return { input: [...input.filter((part) => !isImage(part)), ...pictures.map(({ part }) => part)], pictures }
}

function isImage(part: InputPart): part is ImagePart {
  return part.kind === 'image'
}

/** `contents`, the number of the turn, `parts`, the number of the part. */
function turnOf({ wire: { path } }: Pictured): number {
  return Number(path[1])
}
