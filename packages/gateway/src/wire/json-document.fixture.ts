import type { Seeded } from '../image/seeded.ts'

/** Writes a random JSON text: odd spellings, equal keys, strings that look like what readers put in place of strings. */
export function randomJson(random: Seeded): Buffer {
  return Buffer.from(space(random) + value(random, 0) + space(random))
}

/** Changes a few bytes, such that the text is mostly no JSON any more. */
export function mutated(json: Buffer, random: Seeded): Buffer {
  let bytes = json
  for (let left = 1 + Math.floor(random() * 3); left > 0; left -= 1) {
    const from = Math.floor(random() * (bytes.length + 1))
    const to = Math.min(bytes.length, from + Math.floor(random() ** 3 * 12))
    const inserted = pick(random, [
      () => pick(random, SPLINTERS),
      () => Buffer.of(Math.floor(random() * 256)),
      () => bytes.subarray(to, to + Math.floor(random() * 8)),
      () => Buffer.alloc(0),
    ])()
    const kept = random() < 0.1 ? bytes.length : to
    bytes = Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(kept)])
  }
  return bytes
}

export function pick<T>(random: Seeded, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('There is nothing to pick from.')
  return item
}

const SPLINTERS =
  String.raw`" \ \\ \" \u \u00 \u12G4 \x "\/0" 00000000 "0" ": : , { } [ ] [] {} - . e 01 tru null //`
    .split(' ')
    .concat('\u0000', '\u001F', '\n', '\uFEFF')
    .map((text) => Buffer.from(text))
    // Unfinished and impossible UTF-8.
    .concat([Buffer.of(0xe2, 0x82), Buffer.of(0xff), Buffer.of(0xc0, 0xa2), Buffer.of(0xed, 0xa0, 0x80)])

function value(random: Seeded, depth: number): string {
  const kind = random()
  if (depth > 3 || kind < (depth === 0 ? 0.1 : 0.5))
    return random() < 0.75 ? string(random) : pick(random, SCALARS)
  const count = Math.floor(random() ** 2 * 4 + (depth === 0 ? 1 : 0.2))
  const inside = Array.from({ length: count }, () => {
    const key = kind < 0.75 ? `${space(random)}${keyText(random)}${space(random)}:` : ''
    return `${key}${space(random)}${value(random, depth + 1)}${space(random)}`
  }).join(',')
  return kind < 0.75 ? `{${inside || space(random)}}` : `[${inside || space(random)}]`
}

const SCALARS = '0 -0 12 -1.50 1e5 1E+2 2e-3 1e999 9007199254740993 true false null'.split(' ')

function keyText(random: Seeded): string {
  return random() < 0.2 ? string(random) : pick(random, KEYS)
}

const KEYS = String.raw`"a" "b" "\u0061" "__proto__" "constructor" "" "0" "1" "é" "00000000000000"`.split(' ')

function string(random: Seeded): string {
  const count = Math.floor(random() ** 2 * 6)
  const base64 = random() < 0.4
  const inside = Array.from({ length: count }, () => pick(random, base64 ? SYMBOLS : LETTERS)).join('')
  // Far enough that a scanner leaves off walking and searches.
  const far = random() < 0.03 ? 'x'.repeat(66) : ''
  return `"${far}${inside}${base64 ? pick(random, ['', '=', '==', '\\u003d']) : ''}"`
}

const SYMBOLS = String.raw`QUJD QU Q +/ -_ \/ \r\n \n \u002B \u002f abcdefgh ====`.split(' ').concat(' ')
const LETTERS =
  String.raw`a xyz 0 00 00000000 1 \\ \" \\\" \/ \n \b \t \u0041 \u0000 \ud83d \ude00 \ud83d\ude00`
    .split(' ')
    .concat('é', '☃', '😀', '\uFFFD', '\u007F', '\u2028', '{"a":1}', '[', '],', ' : ')

function space(random: Seeded): string {
  return random() < 0.75 ? '' : pick(random, [' ', '\n', '\t', '\r\n', '  '])
}
