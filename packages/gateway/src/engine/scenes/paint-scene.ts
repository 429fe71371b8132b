import type { Size } from '../../image/raster.ts'
import { seeded } from '../../image/seeded.ts'
import type { SceneName } from '../operation.ts'
import { canvasFor } from './canvas.ts'
import { develop } from './develop.ts'
import { paintForestHaze } from './forest-haze.ts'
import { paintNightCity } from './night-city.ts'
import { paintOffice } from './office.ts'
import type { Painter, Scene } from './scene.ts'
import { paintSnowyMountains } from './snowy-mountains.ts'
import { paintStarrySky } from './starry-sky.ts'
import { paintStudio } from './studio.ts'
import { paintSunsetBeach } from './sunset-beach.ts'

/** `maxPixels`: what its finest detail needs; a soft backdrop needs little, the outline of a disc or a star more. */
const SCENES: Record<SceneName, { readonly paint: Painter; readonly maxPixels: number }> = {
  'sunset-beach': { paint: paintSunsetBeach, maxPixels: 160_000 },
  studio: { paint: paintStudio, maxPixels: 120_000 },
  'night-city': { paint: paintNightCity, maxPixels: 300_000 },
  'forest-haze': { paint: paintForestHaze, maxPixels: 110_000 },
  'starry-sky': { paint: paintStarrySky, maxPixels: 150_000 },
  'snowy-mountains': { paint: paintSnowyMountains, maxPixels: 150_000 },
  office: { paint: paintOffice, maxPixels: 100_000 },
}

export interface SceneOptions {
  /** The same seed gives the same picture, byte for byte. */
  readonly seed: number
  /** Standard deviation of the film grain in byte steps; a clean photo has about 1. */
  readonly grain?: number
}

/** Paints the scene `name` at `size`. 12 megapixels take about a second. */
export function paintScene(name: SceneName, size: Size, { seed, grain = 1.3 }: SceneOptions): Scene {
  const random = seeded(seed)
  const { paint, maxPixels } = SCENES[name]
  const canvas = canvasFor(size, maxPixels)
  const { light, finish } = paint(canvas, random)
  const raster = develop(canvas, size, { grain, random })
  finish?.(raster)
  return { raster, light }
}
