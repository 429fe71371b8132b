import { SCENES, type SceneName } from '../../engine/operation.ts'
import { paintScene } from '../../engine/scenes/paint-scene.ts'
import type { Raster, Size } from '../../image/raster.ts'

/** A word that speaks of a scene is enough: a model paints something for any words. In order of how sure they are. */
const WORDS: readonly (readonly [SceneName, RegExp])[] = [
  ['starry-sky', /\b(?:stars?|starry|galaxy|space|milky way)\b/i],
  ['night-city', /\b(?:city|street|skyline|urban|neon|night)\b/i],
  ['snowy-mountains', /\b(?:snow|snowy|mountains?|alps|winter)\b/i],
  ['forest-haze', /\b(?:forest|woods?|trees?|mist|misty|fog|jungle)\b/i],
  ['sunset-beach', /\b(?:beach|sunset|sunrise|sea|ocean|coast|summer)\b/i],
  ['office', /\b(?:office|room|desk|indoors|kitchen|interior)\b/i],
  ['studio', /\b(?:studio|portrait|product|backdrop|logo|icon)\b/i],
]

/** A picture made from words alone: the scene they speak of, or one by the seed. */
export function generated(instruction: string, pixels: Size, seed: number): Raster {
  const named = WORDS.find(([, words]) => words.test(instruction))?.[0]
  const scene = named ?? SCENES[Math.abs(seed) % SCENES.length] ?? 'studio'
  return paintScene(scene, pixels, { seed }).raster
}
