import type { Asked, AskedImage, TurnPart } from '../asked.ts'

/** What earlier turns leave to the next: enough to edit on and to count, so that no chain has to be walked. */
export interface Memory {
  /** The picture seen or made last, which a turn without one of its own edits. */
  readonly lastImage: { readonly byteLength: number; readonly open: () => AskedImage } | null
  readonly images: number
  readonly chars: number
}

export const NO_MEMORY: Memory = { lastImage: null, images: 0, chars: 0 }

/** What is known after a turn, or with no parts after the question alone. */
export function memoryAfter(parts: readonly TurnPart[], asked: Asked): Memory {
  const images = parts.flatMap((part) => (part.kind === 'image' && !part.thought ? [part] : []))
  const texts = parts.flatMap((part) => (part.kind === 'text' && !part.thought ? [part.text.length] : []))
  return {
    lastImage: lastImage(images.at(-1), asked.images.at(-1)),
    images: asked.inputImages + images.length,
    chars: asked.inputChars + texts.reduce((sum, length) => sum + length, 0),
  }
}

type MadeImage = Extract<TurnPart, { kind: 'image' }>

function lastImage(made: MadeImage | undefined, seen: AskedImage | undefined): Memory['lastImage'] {
  if (made !== undefined) return { byteLength: made.base64.byteLength, open: () => decoded(made) }
  return seen === undefined ? null : { byteLength: seen.bytes.byteLength, open: () => seen }
}

function decoded({ base64, mimeType }: MadeImage): AskedImage {
  const ascii = Buffer.from(base64.buffer, base64.byteOffset, base64.byteLength).toString('latin1')
  return { bytes: Buffer.from(ascii, 'base64'), mimeType }
}
