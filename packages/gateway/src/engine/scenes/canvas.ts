import type { Size } from '../../image/raster.ts'
import { linear } from '../../image/srgb.ts'

/** A picture in linear light while it is being painted: RGB interleaved, 1 is white paper, a sun may be 40. */
export interface Canvas {
  readonly width: number
  readonly height: number
  /** `width * height * 3` values. */
  readonly light: Float32Array
  /** Pixels in one unit of scene geometry: √(width · height), so that a scene looks alike in every ratio. */
  readonly unit: number
}

/** A colour in linear light. */
export type Light3 = readonly [red: number, green: number, blue: number]

/** The canvas a picture of `size` is painted on: at most `maxPixels`, as a scene out of focus needs no more. */
export function canvasFor(size: Size, maxPixels: number): Canvas {
  const shrink = Math.min(1, Math.sqrt(maxPixels / (size.width * size.height)))
  return blankCanvas({
    width: Math.max(1, Math.round(size.width * shrink)),
    height: Math.max(1, Math.round(size.height * shrink)),
  })
}

export function blankCanvas({ width, height }: Size): Canvas {
  return { width, height, light: new Float32Array(width * height * 3), unit: Math.sqrt(width * height) }
}

/** Linear light of a colour as it would be picked on a screen, for palettes. */
export function picked(red: number, green: number, blue: number): Light3 {
  return [linear(red), linear(green), linear(blue)]
}

export function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)))
  return t * t * (3 - 2 * t)
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share
}

/** Lays `colour` over the pixel that starts at `at`, covering it by `share`. */
export function cover(canvas: Canvas, at: number, colour: Light3, share: number): void {
  const { light } = canvas
  light[at] = mix(light[at]!, colour[0], share)
  light[at + 1] = mix(light[at + 1]!, colour[1], share)
  light[at + 2] = mix(light[at + 2]!, colour[2], share)
}

/** A table of colours along 0 … 1, smooth between its stops: cheaper per pixel than mixing stops again. */
export interface Ramp {
  readonly steps: number
  readonly light: Float32Array
}

export function ramp(stops: readonly (readonly [at: number, colour: Light3])[], steps = 512): Ramp {
  const light = new Float32Array((steps + 1) * 3)
  for (let step = 0; step <= steps; step++) {
    const at = step / steps
    let next = stops.findIndex(([position]) => position >= at)
    if (next < 0) next = stops.length - 1
    const [toAt, to] = stops[next]!
    const [fromAt, from] = stops[Math.max(0, next - 1)]!
    const share = toAt > fromAt ? smoothstep(0, 1, (at - fromAt) / (toAt - fromAt)) : 1
    // Half smooth, half straight: fully eased stops show as bands of their own.
    const straight = toAt > fromAt ? Math.min(1, Math.max(0, (at - fromAt) / (toAt - fromAt))) : 1
    for (let c = 0; c < 3; c++) light[step * 3 + c] = mix(from[c]!, to[c]!, (share + straight) / 2)
  }
  return { steps, light }
}

/** Offset of the colour at 0 … 1 in a ramp's `light`. */
export function rampAt({ steps }: Ramp, at: number): number {
  return Math.round(Math.min(1, Math.max(0, at)) * steps) * 3
}
