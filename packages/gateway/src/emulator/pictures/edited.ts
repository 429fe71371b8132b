import { PlantainError } from '../../contract/error.ts'
import { understand } from '../../engine/grammar/understand.ts'
import { isFraming, type Plan } from '../../engine/operation.ts'
import { perform } from '../../engine/perform.ts'
import { blankPlane, type Plane, type Raster } from '../../image/raster.ts'
import { localChange } from './local-change.ts'
import { onWhite } from './seen.ts'

export interface Wanted {
  readonly instruction: string
  /** The first is the photo. Opaque. */
  readonly pictures: readonly [Raster, ...Raster[]]
  /** Of the photo's size, 255 = may change. */
  readonly mask?: Plane
  readonly seed: number
}

export interface Edited {
  readonly picture: Raster
  /** Of the picture's size. */
  readonly region: Plane
  /** Whether the frame is another than the photo's: then nothing lies where it lay, and the region is all of it. */
  readonly reframed: boolean
  /** One phrase an operation; empty where the words were not understood. */
  readonly understood: readonly string[]
}

/** The photo after the edit, as the local engine makes it; where it cannot, with a change that can be seen. */
export async function edited(wanted: Wanted): Promise<Edited> {
  const { instruction, pictures, mask } = wanted
  const understanding = understand(changeIn(instruction), {
    inputs: pictures.length,
    hasMask: mask !== undefined,
  })
  const made = understanding.kind === 'plan' ? await performed(understanding.plan, wanted) : null
  return made ?? { ...localChange(pictures[0], wanted), reframed: false, understood: [] }
}

/** Lines that speak of a mask say where something is to change, and not what: whoever sent them puts back the rest. */
function changeIn(instruction: string): string {
  const lines = instruction.split('\n').filter((line) => !/\bmask\b/i.test(line))
  return lines.length === 0 ? instruction : lines.join('\n')
}

/** `null` where the engine finds no subject, or nothing the words could mean in this photo. */
async function performed(plan: Plan, { pictures, mask, seed }: Wanted): Promise<Edited | null> {
  try {
    const stage = await perform(plan, { pictures, seed, ...(mask && { mask }) })
    // A model has no transparency to give: what the engine cuts out stands on white.
    const picture = onWhite(stage.picture)
    const reframed = plan.operations.some(isFraming)
    const region = reframed ? wholeRegion(picture) : difference(pictures[0], picture)
    return { picture, region, reframed, understood: plan.understood }
  } catch (thrown) {
    if (PlantainError.is(thrown)) return null
    throw thrown
  }
}

export function wholeRegion({ width, height }: Raster): Plane {
  return { width, height, data: new Uint8Array(width * height).fill(255) }
}

/** 255 wherever any channel differs by as much as a step. */
function difference(before: Raster, after: Raster): Plane {
  const region = blankPlane(before)
  for (let i = 0, at = 0; i < region.data.length; i++, at += 4) {
    const same =
      before.data[at] === after.data[at] &&
      before.data[at + 1] === after.data[at + 1] &&
      before.data[at + 2] === after.data[at + 2]
    if (!same) region.data[i] = 255
  }
  return region
}
