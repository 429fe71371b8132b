import { type BlobPage, pageLimit, type PageWanted } from './blobs.ts'

export interface IndexEntry {
  readonly byteLength: number
  readonly expiresAtMs: number | null
}

/** Which blobs there are, by what their keys begin with. */
export interface BlobIndex {
  /** Gives back what was there before. */
  set(key: string, entry: IndexEntry): IndexEntry | undefined
  get(key: string): IndexEntry | undefined
  delete(key: string): IndexEntry | undefined
  page(prefix: string, wanted: PageWanted, nowMs: number): BlobPage
  expired(nowMs: number): readonly string[]
}

export function createBlobIndex(): BlobIndex {
  /** By the first segment, so that listing one kind does not walk over all the others. */
  const kinds = new Map<string, Map<string, IndexEntry>>()
  /** No entry expires before: most of the time nobody has to look. */
  let soonestMs = Infinity

  return {
    set: (key, entry) => {
      const entries = kinds.get(kindOf(key)) ?? new Map<string, IndexEntry>()
      kinds.set(kindOf(key), entries)
      const before = entries.get(key)
      entries.set(key, entry)
      soonestMs = Math.min(soonestMs, entry.expiresAtMs ?? Infinity)
      return before
    },
    get: (key) => kinds.get(kindOf(key))?.get(key),
    delete: (key) => {
      const entries = kinds.get(kindOf(key))
      const before = entries?.get(key)
      entries?.delete(key)
      return before
    },
    page: (prefix, wanted, nowMs) => {
      const limit = pageLimit(wanted)
      const { after = '' } = wanted
      const found: string[] = []
      const entries = kinds.get(kindOf(prefix)) ?? new Map<string, IndexEntry>()
      for (const [key, entry] of entries) {
        if (key > after && key.startsWith(prefix) && !hasExpired(entry, nowMs)) found.push(key)
      }
      // Keys are ASCII: this order is that of their bytes, as object stores have it.
      const page = found.toSorted().slice(0, limit)
      return {
        entries: page.map((key) => ({ key, byteLength: entries.get(key)?.byteLength ?? 0 })),
        next: found.length > page.length ? (page.at(-1) ?? null) : null,
      }
    },
    expired: (nowMs) => {
      if (nowMs < soonestMs) return []
      const over: string[] = []
      soonestMs = Infinity
      for (const entries of kinds.values()) {
        for (const [key, entry] of entries) {
          if (hasExpired(entry, nowMs)) over.push(key)
          else soonestMs = Math.min(soonestMs, entry.expiresAtMs ?? Infinity)
        }
      }
      return over
    },
  }
}

export function hasExpired({ expiresAtMs }: Pick<IndexEntry, 'expiresAtMs'>, nowMs: number): boolean {
  return expiresAtMs !== null && expiresAtMs <= nowMs
}

function kindOf(key: string): string {
  return key.slice(0, key.indexOf('/'))
}
