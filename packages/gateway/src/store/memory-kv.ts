import { PlantainError } from '../contract/error.ts'
import type { Clock } from '../contract/system.ts'
import { type Kv, type KvOptions, mustBeKvCall } from './kv.ts'

export interface MemoryKvOptions {
  readonly clock: Clock
  /** 100,000. */
  readonly maxEntries?: number
  /** Of keys and values together, as UTF-8. 64 MB. */
  readonly maxBytes?: number
}

interface Entry {
  readonly value: string
  readonly expiresAtMs: number
  readonly bytes: number
}

/** For one process, which forgets with it. */
export function memoryKv({ clock, maxEntries = 100_000, maxBytes = 64_000_000 }: MemoryKvOptions): Kv {
  const entries = new Map<string, Entry>()
  let heldBytes = 0
  /** No entry expires before: a full store is searched only when that may find something. */
  let soonestMs = Infinity

  const drop = (key: string, entry: Entry) => {
    entries.delete(key)
    heldBytes -= entry.bytes
  }
  const living = (key: string): Entry | undefined => {
    const entry = entries.get(key)
    if (entry === undefined || entry.expiresAtMs > clock.now()) return entry
    drop(key, entry)
  }
  const dropExpired = () => {
    const nowMs = clock.now()
    if (nowMs < soonestMs) return
    soonestMs = Infinity
    for (const [key, entry] of entries) {
      if (entry.expiresAtMs <= nowMs) drop(key, entry)
      else soonestMs = Math.min(soonestMs, entry.expiresAtMs)
    }
  }
  const write = (key: string, value: string, expiresAtMs: number) => {
    const bytes = Buffer.byteLength(key) + Buffer.byteLength(value)
    const before = living(key)
    const fits = () =>
      entries.size + (before ? 0 : 1) <= maxEntries && heldBytes + bytes - (before?.bytes ?? 0) <= maxBytes
    if (!fits()) dropExpired()
    if (!fits()) throw full(maxEntries, maxBytes)
    entries.set(key, { value, expiresAtMs, bytes })
    heldBytes += bytes - (before?.bytes ?? 0)
    soonestMs = Math.min(soonestMs, expiresAtMs)
  }
  const expiryOf = ({ ttlMs = Infinity }: KvOptions) => clock.now() + ttlMs

  return {
    get: async (key) => {
      mustBeKvCall(key)
      return living(key)?.value ?? null
    },
    set: async (key, value, options = {}) => {
      mustBeKvCall(key, options)
      write(key, value, expiryOf(options))
    },
    setIfAbsent: async (key, value, options = {}) => {
      mustBeKvCall(key, options)
      if (living(key) !== undefined) return false
      write(key, value, expiryOf(options))
      return true
    },
    increment: async (key, { by = 1, ...options } = {}) => {
      mustBeKvCall(key, options)
      const counter = living(key)
      const next = counted(counter?.value ?? '0') + by
      if (!Number.isSafeInteger(next)) throw new RangeError('The counter would leave the safe integers.')
      write(key, String(next), counter?.expiresAtMs ?? expiryOf(options))
      return next
    },
    delete: async (key) => {
      mustBeKvCall(key)
      const entry = living(key)
      if (entry !== undefined) drop(key, entry)
      return entry !== undefined
    },
  }
}

function counted(value: string): number {
  if (/^(?:0|-?[1-9]\d{0,15})$/.test(value)) return Number(value)
  throw new RangeError('What is stored there is no counter.')
}

function full(maxEntries: number, maxBytes: number): PlantainError {
  return new PlantainError(
    'storage_full',
    `The key-value store is full: it may hold ${maxEntries} entries and ${maxBytes} bytes. It takes more once some of them have expired; allow it more if that happens again.`,
  )
}
