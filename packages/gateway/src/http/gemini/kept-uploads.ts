import { createHash } from 'node:crypto'
import { isJsonObject } from '../../contract/json-object.ts'
import type { Blobs } from '../../store/blobs.ts'
import type { UploadRecord } from '../../wire/files/uploads.ts'

/** An upload as it is written down, so that it outlives the process it began in. */
export interface KeptUpload {
  readonly record: UploadRecord
  /** Where its bytes go. */
  readonly key: string
}

export interface KeptUploads {
  remember(upload: KeptUpload, expiresAtMs: number): Promise<void>
  recall(id: string): Promise<KeptUpload | null>
  forget(id: string): Promise<void>
}

export function keptUploads(blobs: Blobs): KeptUploads {
  return {
    remember: ({ record: { id, ...record }, key }, expiresAtMs) =>
      blobs.put(keyOf(id), Buffer.from(JSON.stringify({ record, key })), { expiresAtMs }),
    recall: async (id) => {
      const blob = await blobs.get(keyOf(id))
      if (blob === null) return null
      const { record, key }: KeptUpload = mustBeKept(JSON.parse(Buffer.from(await blob.bytes()).toString()))
      return { record: { ...record, id }, key }
    },
    forget: (id) => blobs.delete(keyOf(id)),
  }
}

/** An id is a credential: whoever reads the store must not be able to go on with its upload. */
function keyOf(id: string): string {
  return `uploads/${createHash('sha256').update(id).digest('hex')}`
}

/** We wrote it; a store that gives something else back is broken. */
function mustBeKept(value: unknown): KeptUpload {
  if (isKept(value)) return value
  throw new TypeError('What was kept of an upload cannot be read.')
}

function isKept(value: unknown): value is KeptUpload {
  return isJsonObject(value) && isJsonObject(value['record']) && typeof value['key'] === 'string'
}
