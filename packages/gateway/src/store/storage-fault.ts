import { PlantainError } from '../contract/error.ts'

/** No space, no quota, or a file larger than the system lets it become. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** What the disk says, in our words. */
export async function disk<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (thrown) {
    throw storageFault(thrown)
  }
}

/** An error of the system's as one of ours, with what names paths as its cause, for the logs; any other as it is. */
export function storageFault(thrown: unknown): unknown {
  const code = errnoOf(thrown)
  if (code === null || PlantainError.is(thrown)) return thrown
  return FULL.has(code) ? diskFull(code, thrown) : diskFailed(code, thrown)
}

/** `null`: it is no error of the system's. */
export function errnoOf(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null
}

function diskFull(code: string, cause: unknown): PlantainError {
  return new PlantainError(
    'storage_full',
    `The disk of the gateway’s store is full (${code}). Make room on it, or have less kept and for a shorter time.`,
    { cause },
  )
}

function diskFailed(code: string, cause: unknown): PlantainError {
  return new PlantainError(
    'storage_failed',
    `The disk of the gateway’s store does not work as it should (${code}). Look at the disk and at who owns the directory.`,
    { cause },
  )
}
