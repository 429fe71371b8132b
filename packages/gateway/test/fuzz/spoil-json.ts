import type { Dice } from './dice.ts'
import { ODD_BYTES, ODD_KEYS, ODD_VALUES } from './odd.ts'

type Entries = readonly (readonly [string, unknown])[]

/** A document with one thing in it changed, as text: what JSON cannot say twice or so deep is written by hand. */
export function spoiledJson(document: unknown, dice: Dice): string {
  const text = JSON.stringify(changed(document, dice)) ?? 'undefined'
  return written(text, dice)
}

function changed(value: unknown, dice: Dice): unknown {
  const inside = Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 0
  // Deeper as a rule, so that leaves are reached as often as what holds them.
  if (inside === 0 || dice.chance(0.15)) return replaced(value, dice)
  if (Array.isArray(value)) return changedList(value, dice)
  return Object.fromEntries(changedEntries(Object.entries(value as object), dice))
}

function changedList(list: readonly unknown[], dice: Dice): readonly unknown[] {
  const at = dice.int(list.length)
  if (dice.chance(0.1)) return list.toSpliced(at, 1)
  if (dice.chance(0.1)) return list.toSpliced(at, 0, list[at])
  if (dice.chance(0.03)) return Array.from({ length: dice.pick([2, 17, 500]) }, () => list[at])
  return list.with(at, changed(list[at], dice))
}

function changedEntries(entries: Entries, dice: Dice): Entries {
  const at = dice.int(entries.length)
  const [key, value] = entries[at] ?? ['', null]
  if (dice.chance(0.1)) return entries.toSpliced(at, 1)
  if (dice.chance(0.06)) return entries.toSpliced(at, 1, [dice.pick(ODD_KEYS), value])
  if (dice.chance(0.06)) return [...entries, [dice.pick(ODD_KEYS), dice.pick(ODD_VALUES)]]
  if (dice.chance(0.06)) return [...entries, [otherCase(key), value]]
  return entries.with(at, [key, changed(value, dice)])
}

function replaced(value: unknown, dice: Dice): unknown {
  if (typeof value === 'string' && dice.chance(0.5)) return spoiledText(value, dice)
  if (typeof value === 'number' && dice.chance(0.3)) return String(value)
  if (dice.chance(0.1)) return [value]
  if (dice.chance(0.1)) return { [dice.pick(ODD_KEYS)]: value }
  return dice.pick(ODD_VALUES)
}

/** Base64 as a rule: long ones are. */
function spoiledText(text: string, dice: Dice): string {
  const at = dice.int(text.length + 1)
  switch (dice.int(9)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return `${text.slice(0, at)}${dice.pick(['\n', '\r\n', ' ', '=', '%', '\u0000', '🌊', '-', '_', '\uD83D'])}${text.slice(at)}`
    case 2:
      return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
    case 3:
      return `data:image/png;base64,${text}`
    case 4:
      return text.toUpperCase()
    case 5:
      return text + text
    case 6:
      return [...text].toReversed().join('')
    default: {
      // The bytes it stands for, so that decoders of pictures get their share.
      const bytes = Buffer.from(text, 'base64')
      return (dice.chance(0.7) ? spoiledBytes(bytes, dice) : dice.bytes(dice.int(200))).toString('base64')
    }
  }
}

function written(text: string, dice: Dice): string {
  if (dice.chance(0.02)) return text.replace(/"([a-z_A-Z]+)":/, (found) => `${found}1,${found}`)
  if (dice.chance(0.02)) return ` \r\n\t${text.replaceAll(':', ' :\n ')}\n\n`
  if (dice.chance(0.02)) return text.replaceAll('/', '\\/')
  if (!dice.chance(0.05)) return text
  const depth = dice.pick([20, 2000, 200_000])
  const [open, close] = dice.pick<readonly [string, string]>([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"parts":', '}]'],
  ])
  const deep = `${open.repeat(depth)}1${dice.chance(0.8) ? close.repeat(depth) : ''}`
  const scalars = [...text.matchAll(/(?<=[:[,])(?:"[^"\\]{0,80}"|-?\d+|true|null)(?=[,\]}])/g)]
  if (scalars.length === 0) return deep
  const found = dice.pick(scalars)
  return `${text.slice(0, found.index)}${deep}${text.slice(found.index + found[0].length)}`
}

/** Bytes of any kind with a few of them changed. */
export function spoiledBytes(bytes: Buffer, dice: Dice): Buffer {
  const at = dice.int(bytes.length + 1)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (dice.int(6)) {
    case 0:
      return before
    case 1:
      return after
    case 2:
      return Buffer.concat([before, Buffer.from(dice.pick(ODD_BYTES)), after])
    case 3:
      return Buffer.concat([before, dice.bytes(1 + dice.int(4)), after])
    case 4:
      return Buffer.concat([before, after.subarray(dice.int(after.length + 1))])
    default: {
      const flipped = Buffer.from(bytes)
      for (let left = 1 + dice.int(8); left > 0 && flipped.length > 0; left--) {
        const place = dice.int(flipped.length)
        flipped[place] = (flipped[place] ?? 0) ^ (1 << dice.int(8))
      }
      return flipped
    }
  }
}

function otherCase(key: string): string {
  return key.includes('_')
    ? key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  // What `rawJSON` made has no prototype, and is a scalar.
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== null
}
