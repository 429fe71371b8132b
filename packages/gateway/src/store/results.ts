import { isId } from '../contract/id.ts'
import { isJsonObject } from '../contract/json-object.ts'
import type { EditResult, ImageFacts, ResultDocument } from '../contract/result.ts'
import type { Clock } from '../contract/system.ts'
import type { Blobs, StoredBlob } from './blobs.ts'
import { ownerOf } from './owner.ts'

/** What is kept with a result, to give it out again as it was asked for. */
export interface Keeping {
  /** Whose it is: nobody else finds it. */
  readonly keyId: string
  /** Whether its images are given out as links. */
  readonly asLinks: boolean
  /** What the caller wrote on it. */
  readonly metadata: Readonly<Record<string, string>> | null
}

export interface KeptResult extends Omit<Keeping, 'keyId'> {
  readonly document: ResultDocument<ImageFacts>
  readonly expiresAtMs: number
}

/** Results of edits, for as long as their callers may come back for them. */
export interface Results {
  /** Resolves with `null` where nothing is kept. Rejects with `PlantainError` where the store is full or does not work. */
  keep(result: EditResult, keeping: Keeping): Promise<KeptResult | null>
  /** `null`: there never was one of that id, or it is somebody else's, deleted, or its time is over. */
  find(editId: string, keyId: string): Promise<KeptResult | null>
  /** An image by its place, 0 being the first, for whoever may see it. */
  image(editId: string, index: number): Promise<StoredBlob | null>
  /** Whether there was one to delete. */
  delete(editId: string, keyId: string): Promise<boolean>
}

export interface ResultsOptions {
  readonly blobs: Blobs
  readonly clock: Clock
  /** 0: nothing is kept. */
  readonly keepMs: number
}

export function createResults({ blobs, clock, keepMs }: ResultsOptions): Results {
  const find: Results['find'] = async (editId, keyId) => {
    const blob = isId('edit', editId) ? await blobs.get(documentKey(editId, keyId)) : null
    if (blob === null) return null
    const kept = mustBeKept(JSON.parse(Buffer.from(await blob.bytes()).toString()))
    return { ...kept, expiresAtMs: blob.expiresAtMs ?? Infinity }
  }
  const deleteImages = async (editId: string, count: number) => {
    for (let index = 0; index < count; index++) await blobs.delete(imageKey(editId, index))
  }

  return {
    find,
    keep: async (result, { keyId, asLinks, metadata }) => {
      if (keepMs <= 0) return null
      const expiresAtMs = clock.now() + keepMs
      const { id, images } = result
      try {
        // The document comes last: where it is found, its images are there.
        for (const [index, { bytes, mimeType }] of images.entries()) {
          await blobs.put(imageKey(id, index), bytes, { contentType: mimeType, expiresAtMs })
        }
        const kept = { document: withoutBytes(result), asLinks, metadata }
        const body = Buffer.from(JSON.stringify(kept))
        await blobs.put(documentKey(id, keyId), body, { contentType: 'application/json', expiresAtMs })
        return { ...kept, expiresAtMs }
      } catch (thrown) {
        // What cannot be deleted now goes with its time.
        await deleteImages(id, images.length).catch(() => {})
        throw thrown
      }
    },
    image: async (editId, index) =>
      isId('edit', editId) && Number.isSafeInteger(index) && index >= 0
        ? blobs.get(imageKey(editId, index))
        : null,
    delete: async (editId, keyId) => {
      const kept = await find(editId, keyId)
      if (kept === null) return false
      // First: without it nobody finds the images but by a link.
      await blobs.delete(documentKey(editId, keyId))
      await deleteImages(editId, kept.document.images.length)
      return true
    },
  }
}

function withoutBytes({
  images,
  drafts: _drafts,
  sources: _sources,
  wire: _wire,
  ...rest
}: EditResult): ResultDocument<ImageFacts> {
  return {
    ...rest,
    images: images.map(({ mimeType, width, height, sha256 }) => ({ mimeType, width, height, sha256 })),
  }
}

/** The owner is part of it, so that somebody else's id and one that never was are looked for alike. */
function documentKey(editId: string, keyId: string): string {
  return `results/${ownerOf(keyId)}/${editId}`
}

function imageKey(editId: string, index: number): string {
  return `result-images/${editId}/${index}`
}

/** We wrote it; a store that gives something else back is broken. */
function mustBeKept(value: unknown): Omit<KeptResult, 'expiresAtMs'> {
  if (isKept(value)) return value
  throw new TypeError('What was kept of a result cannot be read.')
}

function isKept(value: unknown): value is Omit<KeptResult, 'expiresAtMs'> {
  return isJsonObject(value) && isJsonObject(value['document']) && Array.isArray(value['document']['images'])
}
