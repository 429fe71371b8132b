import type { AspectRatio } from '../contract/request.ts'

/** What every Gemini image model since 2.5 offers. */
export const TEN_RATIOS = [
  '1:1',
  '2:3',
  '3:2',
  '3:4',
  '4:3',
  '4:5',
  '5:4',
  '9:16',
  '16:9',
  '21:9',
] as const satisfies readonly AspectRatio[]

/** Those and the four long strips that came with 3.1. */
export const FOURTEEN_RATIOS = [
  ...TEN_RATIOS,
  '1:4',
  '4:1',
  '1:8',
  '8:1',
] as const satisfies readonly AspectRatio[]

/** What Imagen 3 and 4 took. */
export const IMAGEN_RATIOS = ['1:1', '3:4', '4:3', '9:16', '16:9'] as const satisfies readonly AspectRatio[]
