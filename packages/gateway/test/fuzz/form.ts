import type { Dice } from './dice.ts'
import type { FormPart } from './draft.ts'
import { ODD_KEYS, ODD_VALUES } from './odd.ts'

/** What forms are parted by. */
export const BOUNDARY = 'edge'

/** A form as it goes out. */
export function formBytes(parts: readonly FormPart[]): Buffer {
  return Buffer.concat([...parts.map(partBytes), Buffer.from(`--${BOUNDARY}--\r\n`)])
}

function partBytes({ name, value }: FormPart): Buffer {
  const file = typeof value === 'string' ? '' : '; filename="a.png"\r\ncontent-type: image/png'
  const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')])
}

/** One thing wrong with its parts: twice, missing, out of order, by another name, of another kind, or of another value. */
export function spoiledParts(parts: readonly FormPart[], dice: Dice): readonly FormPart[] {
  const at = dice.int(parts.length)
  const part = parts[at]
  if (part === undefined) return parts
  switch (dice.int(9)) {
    case 0:
      return parts.toSpliced(at, 1)
    case 1:
      return parts.toSpliced(dice.int(parts.length), 0, part)
    case 2:
      return [...parts].toReversed()
    case 3:
      return parts.with(at, {
        ...part,
        name: dice.pick([part.name.toUpperCase(), `${part.name}[]`, ` ${part.name}`]),
      })
    case 4:
      return parts.with(at, { ...part, name: dice.pick(ODD_KEYS) })
    case 5:
      return parts.with(at, {
        ...part,
        value: typeof part.value === 'string' ? Buffer.from(part.value) : part.value.toString('base64'),
      })
    case 6:
      return [...parts, { name: `plantain[${dice.pick(ODD_KEYS)}]`, value: oddText(dice) }]
    default:
      return parts.with(at, { ...part, value: oddText(dice) })
  }
}

function oddText(dice: Dice): string {
  const value = dice.pick(ODD_VALUES)
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
