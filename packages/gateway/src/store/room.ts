import { PlantainError } from '../contract/error.ts'

export interface RoomLimits {
  readonly maxBytes: number
  readonly maxEntries: number
}

/** How much a store holds of how much it may hold. */
export interface Room {
  /** Sets so much aside; what has expired goes first. @throws PlantainError `storage_full` */
  take(bytes: number, entries?: number): Promise<void>
  give(bytes: number, entries?: number): void
  /** Takes note of what is there already, whatever the limits. */
  count(bytes: number, entries: number): void
}

/** @param evict Deletes what has expired, and gives its room back. */
export function createRoom({ maxBytes, maxEntries }: RoomLimits, evict: () => Promise<unknown>): Room {
  let heldBytes = 0
  let heldEntries = 0
  const fits = (bytes: number, entries: number) =>
    heldBytes + bytes <= maxBytes && heldEntries + entries <= maxEntries
  const count = (bytes: number, entries: number) => {
    heldBytes += bytes
    heldEntries += entries
  }
  return {
    take: async (bytes, entries = 0) => {
      if (!fits(bytes, entries)) await evict()
      // Looked at again, since others took while this one waited.
      if (!fits(bytes, entries)) throw full(maxBytes, maxEntries)
      count(bytes, entries)
    },
    give: (bytes, entries = 0) => count(-bytes, -entries),
    count,
  }
}

function full(maxBytes: number, maxEntries: number): PlantainError {
  return new PlantainError(
    'storage_full',
    `The store is full: it may hold ${maxBytes} bytes in ${maxEntries} entries. Delete something, wait until something expires, or allow it more.`,
  )
}
