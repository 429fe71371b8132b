import { crc32 } from 'node:zlib'

const JPEG = Buffer.from([0xff, 0xd8])
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47])
/** Signature and IHDR: ancillary chunks may follow them. */
const PNG_HEAD_BYTES = 33

/** The same picture in other bytes: a comment is put in where the format has a place for it. */
export function commented(image: Uint8Array, text: string): Uint8Array {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength)
  if (bytes.subarray(0, 2).equals(JPEG)) {
    const comment = Buffer.from(text)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(comment.length + 2)
    return Buffer.concat([JPEG, Buffer.from([0xff, 0xfe]), length, comment, bytes.subarray(2)])
  }
  if (bytes.subarray(0, 4).equals(PNG)) {
    const head = bytes.subarray(0, PNG_HEAD_BYTES)
    return Buffer.concat([head, textChunk(text), bytes.subarray(PNG_HEAD_BYTES)])
  }
  return image
}

function textChunk(text: string): Buffer {
  const content = Buffer.from(`tEXtComment\0${text}`, 'latin1')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length - 4)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(content))
  return Buffer.concat([length, content, sum])
}
