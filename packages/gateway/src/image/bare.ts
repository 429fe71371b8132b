import type { ImageType } from './sniff.ts'

/**
 * Whether a file holds its picture and nothing else: no metadata of any kind, no private block, nothing behind the
 * end. Blocks are held against a list of those that pixels need, so what nobody has heard of counts as private.
 */
export function isBare(bytes: Uint8Array, type: ImageType): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (type) {
    case 'image/jpeg':
      return isBareJpeg(view)
    case 'image/png':
      return isBarePng(view)
    case 'image/webp':
      return isBareWebp(view)
    case 'image/gif':
    case 'image/tiff':
    case 'image/avif':
    case 'image/heic':
      return false
  }
}

/** ISO/IEC 10918-1 table B.1: markers are FF and a code; a segment's length counts its own two bytes. */
function isBareJpeg(view: DataView): boolean {
  let at = 2
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return false
    const code = view.getUint8(at + 1)
    // Coded data has no length. It runs to the end marker, which has to be the file's last two bytes.
    if (code === 0xda) return endsAtEnd(view, at)
    const length = view.getUint16(at + 2)
    if (!isCoding(code) || (code === 0xe0 && length > BARE_JFIF)) return false
    at += 2 + length
  }
  return false
}

/** JFIF's own segment; a longer one holds a thumbnail, which may show what was cropped away. */
const BARE_JFIF = 16

/** JFIF (E0) and Adobe's colour transform (EE) are needed to show the colours right; frames and tables are C0 to DD. */
function isCoding(code: number): boolean {
  return code === 0xe0 || code === 0xee || (code >= 0xc0 && code <= 0xdd && code !== 0xd8 && code !== 0xd9)
}

/** A progressive file has several scans; between them a comment or an application block could hide. */
function endsAtEnd(view: DataView, from: number): boolean {
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength)
  for (let at = bytes.indexOf(0xff, from + 2); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    // A marker may have any number of FF before its code.
    const code = bytes[at + 1] ?? 0
    if (code === 0xd9) return at === bytes.length - 2
    if (code === 0xfe || (code >= 0xe0 && code <= 0xef)) return false
  }
  return false
}

const PNG_PIXELS = new Set([
  'IHDR',
  'PLTE',
  'tRNS',
  'IDAT',
  'IEND',
  'sRGB',
  'gAMA',
  'cHRM',
  'sBIT',
  'bKGD',
  'pHYs',
])

/** PNG specification, chunk layout: length, type, data, check sum. */
function isBarePng(view: DataView): boolean {
  let at = 8
  while (at + 12 <= view.byteLength) {
    const type = fourLetters(view, at + 4)
    if (!PNG_PIXELS.has(type)) return false
    at += 12 + view.getUint32(at)
    if (type === 'IEND') return at === view.byteLength
  }
  return false
}

const WEBP_PIXELS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH'])

/** RIFF: chunks of a type, a length and data padded to an even number of bytes. */
function isBareWebp(view: DataView): boolean {
  let at = 12
  while (at + 8 <= view.byteLength) {
    if (!WEBP_PIXELS.has(fourLetters(view, at))) return false
    const length = view.getUint32(at + 4, true)
    at += 8 + length + (length % 2)
  }
  return at === view.byteLength
}

export function fourLetters(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)))
}
