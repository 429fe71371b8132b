import { newId } from '../contract/id.ts'
import type { System } from '../contract/system.ts'
import type { Blobs, Draft, StoredBlob } from './blobs.ts'

/** A file whose bytes are all there. */
export interface ShelvedFile {
  /** As its owner calls it; others may have one of the same. */
  readonly id: string
  readonly owner: string
  readonly displayName: string | null
  /** As its owner labelled it. */
  readonly mimeType: string
  /** What its first bytes say it is; `null`: they do not say. */
  readonly sniffedType: string | null
  readonly byteLength: number
  /** Base64 of the digest's bytes. */
  readonly sha256: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
  /** Grows with every file: what pages go by. */
  readonly order: number
  /** Of its bytes. */
  readonly key: string
}

/** Where the bytes of a file to be are written. */
export interface ShelfDraft {
  readonly key: string
  readonly draft: Draft
}

export type FileToKeep = Pick<
  ShelvedFile,
  'id' | 'owner' | 'displayName' | 'mimeType' | 'sniffedType' | 'sha256'
>

/** Files that callers stored, each seen by its owner alone, until their time is over. */
export interface FileShelf {
  find(id: string, owner: string): ShelvedFile | null
  has(id: string, owner: string): boolean
  /** The latest first. */
  list(owner: string): readonly ShelvedFile[]
  /** Of everybody without an owner. */
  bytesOf(owner?: string): number
  countOf(owner: string): number
  begin(owner: string, expiresAtMs: number): Promise<ShelfDraft>
  /** As far as it came before, in an earlier process too; `null`: it is a file already. */
  resume(key: string, expiresAtMs: number): Promise<ShelfDraft | null>
  keep(from: ShelfDraft, file: FileToKeep): Promise<ShelvedFile>
  /** `null`: it has gone meanwhile. */
  open(file: ShelvedFile): Promise<StoredBlob | null>
  remove(file: ShelvedFile): Promise<void>
}

export interface FileShelfOptions extends System {
  readonly blobs: Blobs
  readonly lifeMs: number
}

const KIND = 'files'

/** The shelf of one process, which remembers what is on it; at its opening it looks at all there is. */
export async function openFileShelf({ blobs, clock, random, lifeMs }: FileShelfOptions): Promise<FileShelf> {
  const owners = new Map<string, Map<string, ShelvedFile>>()
  /** The next to expire first. */
  const queue = new Set<ShelvedFile>()
  const heldBytes = new Map<string, number>()
  let totalBytes = 0
  let lastOrder = 0

  const count = ({ owner, byteLength }: ShelvedFile, sign: 1 | -1) => {
    totalBytes += sign * byteLength
    const bytes = (heldBytes.get(owner) ?? 0) + sign * byteLength
    if (owners.has(owner)) heldBytes.set(owner, bytes)
    else heldBytes.delete(owner)
  }
  const add = (file: ShelvedFile) => {
    const files = owners.get(file.owner) ?? new Map<string, ShelvedFile>()
    owners.set(file.owner, files)
    files.set(file.id, file)
    queue.add(file)
    lastOrder = Math.max(lastOrder, file.order)
    count(file, 1)
  }
  const forget = (file: ShelvedFile) => {
    if (!queue.delete(file)) return
    const files = owners.get(file.owner)
    files?.delete(file.id)
    if (files?.size === 0) owners.delete(file.owner)
    count(file, -1)
  }
  /** The store deletes what has expired; here it is only let go. */
  const expire = () => {
    const nowMs = clock.now()
    for (const file of queue) {
      if (file.expiresAtMs > nowMs) return
      forget(file)
    }
  }
  const find = (id: string, owner: string) => {
    expire()
    return owners.get(owner)?.get(id) ?? null
  }

  for (const file of await stored(blobs)) add(file)

  return {
    find,
    has: (id, owner) => find(id, owner) !== null,
    list: (owner) => {
      expire()
      return [...(owners.get(owner)?.values() ?? [])].toReversed()
    },
    bytesOf: (owner) => {
      expire()
      return owner === undefined ? totalBytes : (heldBytes.get(owner) ?? 0)
    },
    countOf: (owner) => {
      expire()
      return owners.get(owner)?.size ?? 0
    },
    begin: async (owner, expiresAtMs) => {
      const key = `${KIND}/${owner}/${newId('file', { clock, random })}`
      return { key, draft: await blobs.draft(key, { expiresAtMs }) }
    },
    resume: async (key, expiresAtMs) =>
      (await blobs.get(key)) === null ? { key, draft: await blobs.draft(key, { expiresAtMs }) } : null,
    keep: async ({ key, draft }, toKeep) => {
      const createdAtMs = clock.now()
      const file: ShelvedFile = {
        ...toKeep,
        displayName: toKeep.displayName === null ? null : printable(toKeep.displayName),
        key,
        byteLength: draft.byteLength,
        createdAtMs,
        expiresAtMs: createdAtMs + lifeMs,
        // By time, so that it goes on after a restart, and a thousand in a millisecond.
        order: Math.max(lastOrder + 1, createdAtMs * 1000),
      }
      lastOrder = file.order
      const metadata = metadataOf(file)
      await draft.commit({ contentType: file.mimeType, metadata, expiresAtMs: file.expiresAtMs })
      add(file)
      return file
    },
    open: (file) => blobs.get(file.key),
    remove: async (file) => {
      await blobs.delete(file.key)
      forget(file)
    },
  }
}

/** What takes six bytes where it is written down, and is seen nowhere. */
function printable(name: string): string {
  return name.toWellFormed().replaceAll(/\p{Cc}/gu, ' ')
}

function metadataOf(file: ShelvedFile): Record<string, string> {
  const { id, displayName, sniffedType, sha256, createdAtMs, order } = file
  return {
    id,
    ...(displayName !== null && { displayName }),
    ...(sniffedType !== null && { sniffedType }),
    sha256,
    createdAtMs: String(createdAtMs),
    order: String(order),
  }
}

/** All there are, the next to expire first. */
async function stored(blobs: Blobs): Promise<readonly ShelvedFile[]> {
  const files: ShelvedFile[] = []
  for (let after: string | null = ''; after !== null;) {
    const page = await blobs.list(`${KIND}/`, { limit: 1000, ...(after !== '' && { after }) })
    for (const { key } of page.entries) {
      const blob = await blobs.get(key)
      const file = blob === null ? null : shelvedIn(key, blob)
      if (file !== null) files.push(file)
    }
    after = page.next
  }
  return files.toSorted((a, b) => a.expiresAtMs - b.expiresAtMs || a.order - b.order)
}

function shelvedIn(key: string, blob: StoredBlob): ShelvedFile | null {
  const { id, displayName = null, sniffedType = null, sha256, createdAtMs, order } = blob.metadata
  const [, owner] = key.split('/')
  if (id === undefined || sha256 === undefined || owner === undefined || blob.expiresAtMs === null)
    return null
  return {
    id,
    owner,
    displayName,
    mimeType: blob.contentType ?? 'application/octet-stream',
    sniffedType,
    byteLength: blob.byteLength,
    sha256,
    createdAtMs: Number(createdAtMs),
    expiresAtMs: blob.expiresAtMs,
    order: Number(order),
    key,
  }
}
