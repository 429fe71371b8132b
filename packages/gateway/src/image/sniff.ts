/** Formats that can be edited. */
export const IMAGE_TYPES = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
  'image/heic',
] as const
export type ImageType = (typeof IMAGE_TYPES)[number]

export type Sniffed =
  | { readonly kind: 'image'; readonly type: ImageType }
  /** `looksLike` is a word for the user: what the bytes seem to be. */
  | { readonly kind: 'other'; readonly looksLike: string }

/**
 * Tells a format by its magic bytes; names and labels are never trusted.
 * Only the first 512 bytes are looked at.
 */
export function sniff(bytes: Uint8Array): Sniffed {
  const head = Buffer.from(bytes.subarray(0, 512)).toString('latin1')
  const type = imageType(head)
  return type ? { kind: 'image', type } : { kind: 'other', looksLike: otherType(head) }
}

function imageType(head: string): ImageType | undefined {
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp'
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif'
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'image/tiff'
  if (head.slice(4, 8) === 'ftyp') return isoImageType(head)
  return undefined
}

/** ISO base media files name their kind in the major brand and, where that is generic, in the compatible ones. */
function isoImageType(head: string): ImageType | undefined {
  const boxBytes = head.charCodeAt(2) * 256 + head.charCodeAt(3)
  const brands: readonly string[] = head.slice(8, Math.max(16, boxBytes)).match(/.{4}/gs) ?? []
  if (brands.includes('avif') || brands.includes('avis')) return 'image/avif'
  if (brands.some((brand) => /^(?:hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand))) return 'image/heic'
  return undefined
}

function otherType(head: string): string {
  const start = head.replace(/^(?:\xef\xbb\xbf)?\s+/, '').toLowerCase()
  if (start.startsWith('<svg') || (start.startsWith('<?xml') && start.includes('<svg')))
    return 'an SVG drawing'
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'a web page'
  if (start.startsWith('%pdf')) return 'a PDF'
  if (head.startsWith('BM')) return 'a BMP picture'
  if (head.startsWith('\0\0\x01\0')) return 'an icon file'
  if (head.startsWith('8BPS')) return 'a Photoshop file'
  if (head.startsWith('\xff\x0a') || head.startsWith('\0\0\0\x0cJXL ')) return 'a JPEG XL picture'
  if (head.startsWith('PK\x03\x04')) return 'a ZIP archive'
  if (head.slice(4, 8) === 'ftyp') return 'a video'
  if (head.length > 0 && /^[\t\n\r\x20-\x7e\x80-\xff]*$/.test(head)) return 'text'
  return 'unknown data'
}
