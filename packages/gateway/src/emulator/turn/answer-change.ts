import { hash } from 'node:crypto'
import type { Seeded } from '../../image/seeded.ts'
import { encodeBase64 } from '../../wire/base64.ts'
import type { Turn, TurnPart } from '../asked.ts'
import { drawnBytes } from '../drawn-bytes.ts'
import type { AnswerChange } from '../faults/effect.ts'

type ImageTurnPart = Extract<TurnPart, { kind: 'image' }>

/** Undecodable bytes need no size; so many look like an image to anyone who only counts. */
const NOISE_BYTES = 20_000

/** What spoils a finished turn, one change after the other. Drafts and duplicates are images, and made earlier. */
export function spoiled(turn: Turn, changes: readonly AnswerChange[], random: Seeded): Turn {
  return changes.reduce((changed, change) => apply(changed, change, random), turn)
}

function apply(turn: Turn, change: AnswerChange, random: Seeded): Turn {
  switch (change) {
    case 'wrong-mime':
      return withImages(turn, (image) => ({ ...image, mimeType: OTHER_LABEL[image.mimeType] ?? 'image/png' }))
    case 'undecodable':
      return withImages(turn, (image) => ({ ...image, ...carried(drawnBytes(random, NOISE_BYTES)) }))
    case 'truncated-base64':
      return withImages(turn, (image) => ({ ...image, base64: cut(image.base64) }))
    case 'thought-only':
      return withImages(turn, (image) => ({ ...image, thought: true }))
    case 'no-signature':
      return withImages(turn, (image) => ({ ...image, signature: null }))
    case 'no-usage':
      return { ...turn, hidesUsage: true }
    default:
      return turn
  }
}

type Carried = Pick<ImageTurnPart, 'base64' | 'sha256' | 'byteLength'>

/** A canned picture is the same bytes each time: to encode and hash them anew is a third of what an answer costs. */
const CARRIED = new WeakMap<Uint8Array, Carried>()

/** Image bytes as a part carries them; they may not change from then on. */
export function carried(bytes: Uint8Array): Carried {
  const known = CARRIED.get(bytes)
  if (known !== undefined) return known
  const made = { base64: encodeBase64(bytes), sha256: hash('sha256', bytes), byteLength: bytes.length }
  CARRIED.set(bytes, made)
  return made
}

function withImages(turn: Turn, change: (image: ImageTurnPart) => ImageTurnPart): Turn {
  return { ...turn, parts: turn.parts.map((part) => (part.kind === 'image' ? change(part) : part)) }
}

const OTHER_LABEL: Readonly<Record<string, string>> = { 'image/jpeg': 'image/png', 'image/png': 'image/jpeg' }

/** One symbol into a group of four: 6 bits that no decoder can make a byte of. */
function cut(base64: Uint8Array): Uint8Array {
  return base64.subarray(0, Math.max(4, Math.floor(base64.length / 2 / 4) * 4) + 1)
}
