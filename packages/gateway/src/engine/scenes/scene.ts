import type { Light } from '../../image/compose.ts'
import type { Raster } from '../../image/raster.ts'
import type { Seeded } from '../../image/seeded.ts'
import type { Canvas } from './canvas.ts'

/** A painted background and the light a subject in front of it would stand in. */
export interface Scene {
  readonly raster: Raster
  readonly light: Light
}

export interface Painted {
  readonly light: Light
  /** Draws what is too fine for the canvas onto the finished picture. */
  finish?(raster: Raster): void
}

/** Paints a whole scene in linear light and tells where its light comes from. */
export type Painter = (canvas: Canvas, random: Seeded) => Painted
