import type { Mix, MixName } from '../pictures/drift.ts'
import type { Studio } from './picture-source.ts'

export interface StudioOptions {
  /** `engine` edits; `canned` looks at nothing and always answers the same picture. */
  readonly pictures: 'engine' | 'canned'
  /** Exact size of a canned picture; missing: as small as it gets. */
  readonly cannedBytes?: number
  readonly drift: MixName | Mix
}

/** Loads what makes pictures when the first is asked for, so that an emulator is there at once. */
export function createStudio({ pictures, cannedBytes, drift }: StudioOptions): Studio {
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
    findMask: async (photo, mode) => (await open()).findMask(photo, mode),
    close: async () => (await opened)?.close(),
  }
}
