/** A decoded picture: 8-bit sRGB, interleaved RGBA, straight (not premultiplied) alpha, row-major, no padding. */
export interface Raster {
  readonly width: number
  readonly height: number
  /** `width * height * 4` bytes. */
  readonly data: Uint8Array
}

/** One byte a pixel: an alpha matte or a mask; 0 is outside, 255 fully inside. */
export interface Plane {
  readonly width: number
  readonly height: number
  /** `width * height` bytes. */
  readonly data: Uint8Array
}

export interface Size {
  readonly width: number
  readonly height: number
}

export function blankRaster({ width, height }: Size): Raster {
  return { width, height, data: new Uint8Array(width * height * 4) }
}

export function blankPlane({ width, height }: Size): Plane {
  return { width, height, data: new Uint8Array(width * height) }
}

export function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height
}
