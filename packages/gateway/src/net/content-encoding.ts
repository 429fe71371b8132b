import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'

const DECODERS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
} as const

/**
 * Undoes a `Content-Encoding`. The bound holds while decompressing, so that a small body cannot unfold without
 * end; a compressed body without its end is `garbled`, even where HTTP says that it is whole.
 */
export async function decodeContent(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer | 'too-large' | 'garbled'> {
  // Encodings are named in the order they were applied.
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .toReversed()
  let decoded = body
  for (const name of names) {
    if (name === '' || name === 'identity' || decoded.length === 0) continue
    if (!isKnown(name)) return 'garbled'
    try {
      decoded = await DECODERS[name](decoded, { maxOutputLength: maxBytes })
    } catch (error) {
      return error instanceof RangeError ? 'too-large' : 'garbled'
    }
  }
  return decoded
}

function isKnown(name: string): name is keyof typeof DECODERS {
  return Object.hasOwn(DECODERS, name)
}
