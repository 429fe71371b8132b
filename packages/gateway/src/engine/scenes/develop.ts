import type { Raster, Size } from '../../image/raster.ts'
import type { Seeded } from '../../image/seeded.ts'
import { encoded } from '../../image/srgb.ts'
import { print } from '../print.ts'
import type { Canvas } from './canvas.ts'

/** From linear light to a picture of `size`: highlights roll off as on film, corners darken, grain goes on top. */
export function develop(
  canvas: Canvas,
  size: Size,
  { grain, random }: { grain: number; random: Seeded },
): Raster {
  expose(canvas)
  const { width, height, light } = canvas
  return print({ width, height, values: light }, { ...size, grain, start: random() })
}

/** Tone curve and vignette, in place; afterwards the canvas holds sRGB on the scale of bytes. */
function expose({ width, height, light }: Canvas): void {
  for (let y = 0; y < height; y++) {
    const dy = (y + 0.5) / height - 0.5
    for (let x = 0; x < width; x++) {
      const dx = (x + 0.5) / width - 0.5
      const away = (dx * dx + dy * dy) * 2
      const falloff = 1 - 0.34 * away * away - 0.1 * away
      const at = (y * width + x) * 3
      const strongest = Math.max(light[at]!, light[at + 1]!, light[at + 2]!) * falloff
      // Each channel rolling off alone turns orange into lemon, all together leave a sun grey: half and half.
      // Only what is many times white burns out.
      const keep = 0.6 / (1 + 0.03 * strongest * strongest)
      const together = (keep * falloff * shoulder(strongest)) / Math.max(1e-6, strongest)
      for (let c = 0; c < 3; c++) {
        const value = light[at + c]!
        light[at + c] = encodedFast(value * together + (1 - keep) * shoulder(value * falloff))
      }
    }
  }
}

/** Straight up to 0.6, then ever flatter towards 1: a palette keeps its colours and only highlights give way. */
function shoulder(light: number): number {
  if (light <= 0.6) return light
  const over = light - 0.6
  return 0.6 + (0.4 * over) / (over + 0.4)
}

// Over the square root the curve is nearly straight, so that steps between 1024 entries stay under 0.01 of a byte.
const CURVE_STEPS = 1024
const CURVE = Float32Array.from({ length: CURVE_STEPS + 2 }, (_, i) => encoded((i / CURVE_STEPS) ** 2))

function encodedFast(light: number): number {
  const place = Math.sqrt(Math.min(1, Math.max(0, light))) * CURVE_STEPS
  const below = place | 0
  return CURVE[below]! + (CURVE[below + 1]! - CURVE[below]!) * (place - below)
}
