import { type EditRequest, heldImage } from '../contract/request.ts'
import type { ImageLimits } from '../image/limits.ts'
import { inspectPhoto } from '../image/photo.ts'
import type { EditOptions } from './edit-options.ts'
import { readInput } from './inputs.ts'
import { shown } from './words.ts'

/** Pictures that go along with every photo. */
export interface Extras {
  readonly mask: Uint8Array | null
  readonly background: Uint8Array | null
}

/** Reads and looks at them once, before anything begins. Throws an input fault that names the file. */
export async function readExtras({ mask, background }: EditOptions, limits: ImageLimits): Promise<Extras> {
  return {
    mask: mask === undefined ? null : await readPicture(mask, `The mask ${shown(mask)}`, limits),
    background:
      background === undefined
        ? null
        : await readPicture(background, `The background ${shown(background)}`, limits),
  }
}

async function readPicture(path: string, name: string, limits: ImageLimits): Promise<Uint8Array> {
  const bytes = await readInput(path, limits.maxBytes)
  await inspectPhoto(bytes, limits, name)
  return bytes
}

/** The instruction with what `--background` adds to it: the picture becomes the second image. */
export function wholeInstruction(instruction: string, background: string | undefined): string {
  if (background === undefined) return instruction
  const said = instruction.trim().replace(/[^.!?]$/, '$&.')
  return `${said} Use the second image as the background.`.trim()
}

export function requestFor(
  photo: Uint8Array,
  { mask, background }: Extras,
  { instruction, options }: { readonly instruction: string; readonly options: EditOptions },
): EditRequest {
  const { model, shape, preserve, count, seed, timeoutMs, acceptAny } = options
  return {
    input: [
      { kind: 'text', text: instruction },
      { kind: 'image', image: heldImage(photo) },
      ...(background ? [{ kind: 'image' as const, image: heldImage(background) }] : []),
    ],
    output: shape,
    ...(mask && { mask }),
    ...(preserve !== undefined && { preserve }),
    ...(count > 1 && { count }),
    ...(model !== undefined && { model }),
    ...(seed !== undefined && { seed }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(acceptAny && { accept: 'any' as const }),
  }
}
