import type { Size } from './raster.ts'

/** One number a pixel, row-major. */
export interface FloatPlane {
  readonly width: number
  readonly height: number
  /** `width * height` numbers. */
  readonly data: Float32Array
}

export function blankFloatPlane({ width, height }: Size): FloatPlane {
  return { width, height, data: new Float32Array(width * height) }
}
