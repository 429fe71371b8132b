import type { EditRequest } from '../contract/request.ts'
import type { EditOptions } from './edit-options.ts'

export type EditWishes = Pick<EditRequest, 'output' | 'preserve' | 'count' | 'accept' | 'seed' | 'cache'>

/** What options say of the edit itself; the rest of them is about its answer, or about whose it is. */
export function wishesOf(options: EditOptions): EditWishes {
  const { seed, cache, accept, preserve, output: { count } = {} } = options
  return {
    ...outputOf(options),
    ...(preserve !== undefined && { preserve }),
    ...(count !== undefined && { count }),
    ...(accept !== undefined && { accept }),
    ...(seed !== undefined && { seed }),
    ...(cache !== undefined && { cache }),
  }
}

function outputOf({ output }: EditOptions): Pick<EditRequest, 'output'> {
  const { aspectRatio, imageSize, mimeType, quality } = output ?? {}
  const wanted = {
    ...(aspectRatio && { aspectRatio }),
    ...(imageSize && { imageSize }),
    ...(mimeType && { mimeType }),
    ...(quality !== undefined && { quality }),
  }
  return Object.keys(wanted).length === 0 ? {} : { output: wanted }
}
