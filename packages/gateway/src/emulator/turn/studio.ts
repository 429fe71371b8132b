import { PlantainError } from '../../contract/error.ts'
import type { Mix, MixName } from '../pictures/drift.ts'
import type { Studio } from './picture-source.ts'

export interface StudioOptions {
  /** `engine` edits; `canned` looks at nothing and always answers the same picture. */
  readonly pictures: 'engine' | 'canned'
  /** How long a canned picture is at least; missing: as short as it gets. */
  readonly cannedBytes?: number
  readonly drift: MixName | Mix
}

/** Longer than any answer of Google's. */
export const MOST_CANNED_BYTES = 64_000_000

/**
 * Loads what makes pictures when the first is asked for, so that an emulator is there at once. Throws `PlantainError`
 * where `cannedBytes` is no whole number up to `MOST_CANNED_BYTES`.
 */
export function createStudio({ pictures, cannedBytes, drift }: StudioOptions): Studio {
  if (cannedBytes !== undefined && !isLength(cannedBytes)) {
    throw new PlantainError(
      'invalid_request',
      `cannedBytes is a whole number from 0 to ${MOST_CANNED_BYTES}, not ${cannedBytes}.`,
    )
  }
  let opened: Promise<Studio> | undefined
  const open = () =>
    (opened ??=
      pictures === 'canned'
        ? import('./canned-pictures.ts').then(({ createCannedPictures }) =>
            createCannedPictures({ ...(cannedBytes !== undefined && { byteLength: cannedBytes }) }),
          )
        : import('./engine-pictures.ts').then(({ createEnginePictures }) => createEnginePictures(drift)))
  return {
    make: async (order, signal) => (await open()).make(order, signal),
    findMask: async (photo, mode, signal) => (await open()).findMask(photo, mode, signal),
    close: async () => (await opened)?.close(),
  }
}

function isLength(bytes: number): boolean {
  return Number.isInteger(bytes) && bytes >= 0 && bytes <= MOST_CANNED_BYTES
}
