/** Something to look for: a piece of a secret as one way of writing it down has it. */
export interface Needle {
  readonly secret: string
  readonly encoding: Encoding
  readonly bytes: Buffer
}

export type Encoding = 'plain' | 'form' | 'utf-16' | 'hex' | 'base64' | 'base64url'

/** A piece this long gives a secret away; shorter ones are found in any text. */
const PIECE_BYTES = 12
/** As many characters of base64 as 12 bytes make. */
const PIECE_CHARS = 16

/** Every piece of a secret, in every way of writing bytes that changes them throughout. Escapes, which do not, are undone in the haystack. */
export function needlesOf(secret: string, value: Buffer): readonly Needle[] {
  const found = new Map<string, Needle>()
  const add = (encoding: Encoding, texts: readonly Buffer[]) => {
    for (const bytes of texts) {
      const key = bytes.toString('latin1')
      // Alphabets agree in most pieces: the first that was named names them.
      if (!found.has(key)) found.set(key, { secret, encoding, bytes })
    }
  }
  const pieces = piecesOf(value, PIECE_BYTES)
  add('plain', pieces)
  // Forms write a space so; their other escapes are those of URLs.
  add(
    'form',
    pieces.map((piece) => Buffer.from(piece.toString('latin1').replaceAll(' ', '+'), 'latin1')),
  )
  add(
    'utf-16',
    pieces.map((piece) => Buffer.from(piece.toString('latin1'), 'utf16le')),
  )
  add(
    'hex',
    pieces.flatMap((piece) => {
      const hex = piece.toString('hex')
      return [Buffer.from(hex), Buffer.from(hex.toUpperCase())]
    }),
  )
  for (const phase of [0, 1, 2]) {
    const base64 = base64Core(value, phase)
    add('base64', piecesOf(Buffer.from(base64), PIECE_CHARS))
    const url = base64.replaceAll('+', '-').replaceAll('/', '_')
    add('base64url', piecesOf(Buffer.from(url), PIECE_CHARS))
  }
  return [...found.values()]
}

/** The characters that are the secret's alone, wherever it begins within a group of three bytes. */
function base64Core(value: Buffer, phase: number): string {
  const text = Buffer.concat([Buffer.alloc(phase), value]).toString('base64')
  return text.slice(Math.ceil((phase * 8) / 6), Math.floor(((phase + value.length) * 8) / 6))
}

function piecesOf(value: Buffer, length: number): readonly Buffer[] {
  if (value.length <= length) return [value]
  return Array.from({ length: value.length - length + 1 }, (_, at) => value.subarray(at, at + length))
}

export interface Sighting {
  readonly needle: Needle
  readonly at: number
}

/** Finds all needles in one pass; each secret in each encoding is told once. */
export interface Finder {
  find(bytes: Uint8Array): readonly Sighting[]
}

const FILTER_BITS = 20

/** A table of which four bytes a needle may begin with, so that nearly every position is passed over at one look. */
export function createFinder(needles: readonly Needle[]): Finder {
  const filter = new Uint8Array(1 << FILTER_BITS)
  const byHead = Map.groupBy(needles, ({ bytes }) => bytes.readUInt32BE(0))
  for (const head of byHead.keys()) filter[slotOf(head)] = 1
  return {
    find: (bytes) => {
      const sightings = new Map<string, Sighting>()
      let head = 0
      for (let i = 0; i < bytes.length; i += 1) {
        head = ((head << 8) | bytes[i]!) >>> 0
        if (i < 3 || filter[slotOf(head)] === 0) continue
        const at = i - 3
        for (const needle of byHead.get(head) ?? []) {
          const name = `${needle.secret} ${needle.encoding}`
          if (!sightings.has(name) && startsAt(bytes, at, needle.bytes)) sightings.set(name, { needle, at })
        }
      }
      return [...sightings.values()]
    },
  }
}

function slotOf(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> (32 - FILTER_BITS)
}

function startsAt(bytes: Uint8Array, at: number, needle: Buffer): boolean {
  if (at + needle.length > bytes.length) return false
  for (let i = 4; i < needle.length; i += 1) if (bytes[at + i] !== needle[i]) return false
  return true
}
