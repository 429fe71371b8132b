import type { FileHandle } from 'node:fs/promises'
import { isJsonObject } from '../contract/json-object.ts'
import type { BlobAbout, StoredBlob } from './blobs.ts'

export type BlobFacts = Pick<StoredBlob, 'byteLength' | 'contentType' | 'metadata' | 'expiresAtMs'>

/**
 * A blob is one file: its bytes, then what is known of it as JSON, that JSON's length in four bytes, and this mark.
 * Behind the bytes, since some of it is known only once they have come; in the same file, since two files cannot be
 * put in place at once.
 */
const MARK = Buffer.from('PLB1')
const TAIL_BYTES = 4 + MARK.length
/** `mustBeAbout` keeps the JSON well below. */
const MAX_FOOTER_BYTES = 4096

export function encodeFooter(
  byteLength: number,
  { contentType, metadata = {}, expiresAtMs }: BlobAbout,
): Buffer {
  const json = Buffer.from(JSON.stringify({ byteLength, contentType, metadata, expiresAtMs }))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(json.length)
  return Buffer.concat([json, length, MARK])
}

/** `null`: the file is no blob, or only a part of one. */
export async function readFooter(file: FileHandle, fileBytes: number): Promise<BlobFacts | null> {
  const end = Buffer.alloc(Math.min(fileBytes, MAX_FOOTER_BYTES))
  const { bytesRead } = await file.read(end, 0, end.length, fileBytes - end.length)
  if (bytesRead < end.length || end.length < TAIL_BYTES || !end.subarray(-MARK.length).equals(MARK))
    return null
  const jsonBytes = end.readUInt32BE(end.length - TAIL_BYTES)
  const from = end.length - TAIL_BYTES - jsonBytes
  if (from < 0) return null
  const facts = factsIn(end.subarray(from, -TAIL_BYTES))
  return facts?.byteLength === fileBytes - TAIL_BYTES - jsonBytes ? facts : null
}

function factsIn(json: Buffer): BlobFacts | null {
  try {
    const read: unknown = JSON.parse(json.toString())
    if (!isJsonObject(read) || typeof read['byteLength'] !== 'number') return null
    const { byteLength, contentType, metadata, expiresAtMs } = read
    return {
      byteLength,
      contentType: typeof contentType === 'string' ? contentType : null,
      metadata: isJsonObject(metadata) ? textsOf(metadata) : {},
      expiresAtMs: typeof expiresAtMs === 'number' ? expiresAtMs : null,
    }
  } catch {
    return null
  }
}

function textsOf(object: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(object)
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
