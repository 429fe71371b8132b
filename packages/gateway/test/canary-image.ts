import sharp from 'sharp'

/** What only the owner of a photo knows, as EXIF has it. */
export interface CanaryExif {
  readonly owner: string
  readonly latitude: number
  readonly longitude: number
}

/** Denominators that are no power of ten, so that the very bytes of a position are like no others. */
const DENOMINATORS = [60_793_241, 65_382_017, 71_166_539] as const

/** A JPEG whose EXIF tells whose it is and where it was taken. */
export async function canaryImage(exif: CanaryExif): Promise<Buffer> {
  const { data } = await sharp({
    create: {
      width: 320,
      height: 240,
      channels: 3,
      background: '#806040',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .jpeg()
    .toBuffer({ resolveWithObject: true })
  const payload = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiffOf(exif)])
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([data.subarray(0, 2), head, payload, data.subarray(2)])
}

/** What to look for: the owner's name, the position in digits, and as EXIF writes it in either order of bytes. */
export function exifSecrets({ owner, latitude, longitude }: CanaryExif): readonly Buffer[] {
  const positions = [latitude, longitude]
  return [
    Buffer.from(owner),
    ...positions.map((degrees) => Buffer.from(degrees.toFixed(6))),
    ...positions.flatMap((degrees) => {
      const words = rationalsOf(degrees)
      return [uint32s(words, 'LE'), uint32s(words, 'BE')]
    }),
  ]
}

function rationalsOf(degrees: number): readonly number[] {
  const minutes = (degrees % 1) * 60
  const parts = [Math.floor(degrees), Math.floor(minutes), (minutes % 1) * 60]
  return DENOMINATORS.flatMap((denominator, i) => [Math.round((parts[i] ?? 0) * denominator), denominator])
}

function uint32s(values: readonly number[], order: 'LE' | 'BE'): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) {
    if (order === 'LE') bytes.writeUInt32LE(value, i * 4)
    else bytes.writeUInt32BE(value, i * 4)
  }
  return bytes
}

const ASCII = 2
const LONG = 4
const RATIONAL = 5
interface Entry {
  readonly tag: number
  readonly type: typeof ASCII | typeof LONG | typeof RATIONAL
  readonly value: Buffer
}

/** EXIF 2.32 in the smallest form: the first directory, which names the owner, and that of GPS. */
function tiffOf({ owner, latitude, longitude }: CanaryExif): Buffer {
  const header = Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0])
  const artist: Entry = { tag: 0x013b, type: ASCII, value: Buffer.from(`${owner}\0`) }
  const first = (gpsAt: number) =>
    directory(header.length, [artist, { tag: 0x8825, type: LONG, value: uint32s([gpsAt], 'LE') }])
  const gpsAt = header.length + first(0).length
  const gps = directory(gpsAt, [
    { tag: 1, type: ASCII, value: Buffer.from('N\0') },
    { tag: 2, type: RATIONAL, value: uint32s(rationalsOf(latitude), 'LE') },
    { tag: 3, type: ASCII, value: Buffer.from('E\0') },
    { tag: 4, type: RATIONAL, value: uint32s(rationalsOf(longitude), 'LE') },
  ])
  return Buffer.concat([header, first(gpsAt), gps])
}

function directory(at: number, entries: readonly Entry[]): Buffer {
  const table = Buffer.alloc(2 + 12 * entries.length + 4)
  table.writeUInt16LE(entries.length, 0)
  const apart: Buffer[] = []
  let apartAt = at + table.length
  for (const [i, { tag, type, value }] of entries.entries()) {
    const offset = 2 + 12 * i
    table.writeUInt16LE(tag, offset)
    table.writeUInt16LE(type, offset + 2)
    table.writeUInt32LE(value.length / { [ASCII]: 1, [LONG]: 4, [RATIONAL]: 8 }[type], offset + 4)
    // Up to four bytes stand in the table itself; others behind it, on an even offset.
    if (value.length <= 4) value.copy(table, offset + 8)
    else {
      table.writeUInt32LE(apartAt, offset + 8)
      const even = Buffer.concat([value, Buffer.alloc(value.length % 2)])
      apart.push(even)
      apartAt += even.length
    }
  }
  return Buffer.concat([table, ...apart])
}
