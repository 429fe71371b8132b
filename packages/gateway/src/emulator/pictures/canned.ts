import { crc32 } from 'node:zlib'
import { LRUCache } from 'lru-cache'

export interface CannedWish {
  readonly width: number
  readonly height: number
  readonly mimeType: 'image/png' | 'image/jpeg'
  /** How long the file is at least. Missing: as short as it gets. */
  readonly byteLength?: number
}

export interface CannedPicture {
  readonly bytes: Uint8Array
  readonly mimeType: CannedWish['mimeType']
}

/** A loop over a few sizes hits; the longest picture that can be asked for (`MOST_CANNED_BYTES`) stays too. */
const HELD_BYTES = 80_000_000

const held = new LRUCache<string, CannedPicture, CannedWish>({
  maxSize: HELD_BYTES,
  sizeCalculation: ({ bytes }) => bytes.length,
  // Callers that ask for the same picture at the same time wait for one making.
  fetchMethod: async (_key, _old, { context }) => make(context),
})

/**
 * A plain grey picture of exactly these pixels that any decoder takes, for load where the picture does not matter: a
 * few milliseconds the first time, then the same bytes again. It has `byteLength` bytes, or more where the picture
 * itself needs them; a PNG that is too short by less than its shortest chunk, which has 12 bytes, gets all of that.
 */
export async function cannedPicture(wish: CannedWish): Promise<CannedPicture> {
  const { width, height, mimeType, byteLength = 0 } = wish
  return held.forceFetch(`${mimeType} ${width}x${height} ${byteLength}`, { context: wish })
}

async function make({ byteLength = 0, ...wish }: CannedWish): Promise<CannedPicture> {
  const shortest = await encoded(wish)
  const { mimeType } = wish
  const missing = byteLength - shortest.length
  if (missing <= 0) return { bytes: shortest, mimeType }
  const padded = mimeType === 'image/png' ? withChunks(shortest, missing) : withComments(shortest, missing)
  return { bytes: padded, mimeType }
}

async function encoded({ width, height, mimeType }: Omit<CannedWish, 'byteLength'>): Promise<Buffer> {
  // An emulator that starts need not wait for libvips.
  const { default: sharp } = await import('sharp')
  const plain = sharp({ create: { width, height, channels: 3, background: '#8a94a0' } })
  if (mimeType === 'image/png')
    return plain.png({ palette: true, colours: 2, compressionLevel: 9 }).toBuffer()
  return plain.jpeg({ quality: 40, mozjpeg: true }).toBuffer()
}

/** What a PNG chunk takes beside its data: length, type, check sum. */
const CHUNK_FRAME = 12
/** Decoders refuse single chunks of some tens of megabytes. */
const LONGEST_CHUNK = 1 << 20

/** Ancillary, private, safe to copy (PNG specification, chunk naming conventions): every decoder skips it. */
const CHUNK_TYPE = 'paDd'
/** Signature and `IHDR`, which has to come first. */
const PNG_HEAD = 8 + CHUNK_FRAME + 13

function withChunks(png: Buffer, missing: number): Buffer {
  return Buffer.concat([png.subarray(0, PNG_HEAD), ...chunks(missing), png.subarray(PNG_HEAD)])
}

function* chunks(missing: number): Generator<Buffer> {
  for (let left = Math.max(missing, CHUNK_FRAME); left > 0;) {
    // What stays for the next has to be nothing, or a whole frame.
    const fits = Math.min(left, LONGEST_CHUNK)
    const length = left - fits > 0 && left - fits < CHUNK_FRAME ? fits - CHUNK_FRAME : fits
    const chunk = Buffer.alloc(length)
    chunk.writeUInt32BE(length - CHUNK_FRAME, 0)
    chunk.write(CHUNK_TYPE, 4, 'latin1')
    chunk.writeUInt32BE(crc32(chunk.subarray(4, length - 4)), length - 4)
    yield chunk
    left -= length
  }
}

/** Marker and length; the length counts itself and is two bytes long. */
const COMMENT_FRAME = 4
const LONGEST_COMMENT = 2 + 0xffff

function withComments(jpeg: Buffer, missing: number): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...comments(missing), jpeg.subarray(2)])
}

function* comments(missing: number): Generator<Buffer> {
  for (let left = missing; left > 0;) {
    const length = Math.min(left, LONGEST_COMMENT)
    // Too few for a comment: any marker may stand behind any number of FF (ISO/IEC 10918-1, B.1.1.2).
    const segment = length < COMMENT_FRAME ? Buffer.alloc(length, 0xff) : Buffer.alloc(length)
    if (length >= COMMENT_FRAME) {
      segment.writeUInt16BE(0xfffe, 0)
      segment.writeUInt16BE(length - 2, 2)
    }
    yield segment
    left -= length
  }
}
