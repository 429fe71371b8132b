import type { StoredBlob } from '../../store/blobs.ts'
import type { Reply } from '../exchange.ts'

export function imagePath(editId: string, index: number): string {
  return `/v1/edits/${editId}/images/${index}`
}

/** How what an image of a result can be is called where it is saved. */
const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
}

/**
 * The bytes of a stored image. They came from a model: whatever they are, no browser is to take them for a page of this
 * origin, to run anything in them, or to leave them in a cache that others share.
 */
export function imageReply(
  image: StoredBlob,
  { name, nowMs }: { readonly name: string; readonly nowMs: number },
): Reply {
  const ending = ENDINGS[image.contentType ?? '']
  const leftMs = Math.max(0, (image.expiresAtMs ?? nowMs) - nowMs)
  return {
    status: 200,
    headers: {
      'content-type': ending === undefined ? 'application/octet-stream' : (image.contentType ?? ''),
      'content-length': String(image.byteLength),
      'content-disposition':
        ending === undefined ? `attachment; filename="${name}"` : `inline; filename="${name}.${ending}"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': `private, max-age=${Math.floor(leftMs / 1000)}`,
    },
    body: image.stream(),
  }
}
