import { fourLetters } from './bare.ts'
import type { ImageType } from './sniff.ts'

/** What the header of a picture says where it says it plainly: 8 bits a channel, upright, of a colour space that all have. */
export interface QuickHeader {
  readonly width: number
  readonly height: number
  readonly hasAlpha: boolean
}

/**
 * Reads the commonest headers without a decoder, which takes a hundred times as long to be asked. `null` wherever
 * anything is said that this does not know, such as an orientation: then the decoder has to be asked.
 */
export function quickHeader(bytes: Uint8Array, type: ImageType): QuickHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (type === 'image/jpeg') return jpegHeader(view)
  return type === 'image/png' ? pngHeader(view) : null
}

/** ISO/IEC 10918-1 annex B: segments of a marker and a length that counts its own two bytes, up to the first scan. */
function jpegHeader(view: DataView): QuickHeader | null {
  let header: QuickHeader | null = null
  let at = 2
  while (at + 4 <= view.byteLength) {
    const code = view.getUint8(at + 1)
    if (view.getUint8(at) !== 0xff || !isKnownSegment(code)) return null
    if (code === 0xda) return header
    const length = view.getUint16(at + 2)
    if (isFrame(code)) {
      // Two frames are none, and a frame of one or three channels has 11 or 17 bytes.
      if (header !== null || length < 11 || at + 2 + length > view.byteLength) return null
      header = frameOf(view, at + 4)
      if (header === null) return null
    }
    at += 2 + length
  }
  return null
}

/** EXIF (E1) may hold an orientation and XMP another; the rest of the application segments changes neither size nor channels. */
function isKnownSegment(code: number): boolean {
  return code === 0xfe || (code >= 0xe0 && code <= 0xef && code !== 0xe1) || (code >= 0xc0 && code <= 0xdd)
}

/** Baseline, extended and progressive: what every decoder reads. */
function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xc2
}

function frameOf(view: DataView, at: number): QuickHeader | null {
  const [precision, height, width, channels] = [
    view.getUint8(at),
    view.getUint16(at + 1),
    view.getUint16(at + 3),
    view.getUint8(at + 5),
  ]
  // A height of 0 is said behind the first scan; four channels are CMYK.
  if (precision !== 8 || height === 0 || width === 0 || (channels !== 1 && channels !== 3)) return null
  return { width, height, hasAlpha: false }
}

/** PNG specification, §5.3: chunks of a length, a type, data and a check sum, up to the first of the pixels. */
function pngHeader(view: DataView): QuickHeader | null {
  if (view.byteLength < 33 || view.getUint32(8) !== 13 || fourLetters(view, 12) !== 'IHDR') return null
  const [width, height, depth, colour] = [
    view.getUint32(16),
    view.getUint32(20),
    view.getUint8(24),
    view.getUint8(25),
  ]
  // Palettes say more in chunks of their own.
  if (depth !== 8 || width === 0 || height === 0 || !CHANNELS.has(colour)) return null
  for (let at = 33; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const type = fourLetters(view, at + 4)
    if (type === 'IDAT') return { width, height, hasAlpha: colour >= 4 }
    if (type === 'tRNS' || type === 'eXIf' || type === 'acTL') return null
  }
  return null
}

/** Grey and colour, each without alpha and with. */
const CHANNELS: ReadonlySet<number> = new Set([0, 2, 4, 6])
