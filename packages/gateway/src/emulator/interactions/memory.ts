import type { Asked, AskedImage, TurnPart } from '../asked.ts'

/** What earlier turns leave to the next: enough to edit on and to count, so that no chain has to be walked. */
export interface Memory {
  /** The picture seen or made last, which a turn without one of its own edits. */
  readonly lastImage: { readonly byteLength: number; readonly open: () => AskedImage } | null
  readonly images: number
  readonly chars: number
}

export const NO_MEMORY: Memory = { lastImage: null, images: 0, chars: 0 }

type Said = Pick<Asked, 'images' | 'inputImages' | 'inputChars'>

/** What is known when all is asked and nothing answered. */
export function memoryOf({ images, inputImages, inputChars }: Said): Memory {
  const seen = images.at(-1)
  return {
    lastImage: seen === undefined ? null : { byteLength: seen.bytes.byteLength, open: () => seen },
    images: inputImages,
    chars: inputChars,
  }
}

/** What is known when the model has answered too. */
export function memoryAfter(parts: readonly TurnPart[], before: Memory): Memory {
  const images = parts.flatMap((part) => (part.kind === 'image' && !part.thought ? [part] : []))
  const texts = parts.flatMap((part) => (part.kind === 'text' && !part.thought ? [part.text.length] : []))
  return {
    lastImage: lastMade(images.at(-1)) ?? before.lastImage,
    images: before.images + images.length,
    chars: before.chars + texts.reduce((sum, length) => sum + length, 0),
  }
}

type MadeImage = Extract<TurnPart, { kind: 'image' }>

/** By itself, so that what opens it holds nothing else: what was seen before may be let go. */
function lastMade(made: MadeImage | undefined): Memory['lastImage'] {
  return made === undefined ? null : { byteLength: made.base64.byteLength, open: () => decoded(made) }
}

function decoded({ base64, mimeType }: MadeImage): AskedImage {
  const ascii = Buffer.from(base64.buffer, base64.byteOffset, base64.byteLength).toString('latin1')
  return { bytes: Buffer.from(ascii, 'base64'), mimeType }
}
