import { PlantainError } from '../contract/error.ts'
import { glance } from '../image/glance.ts'
import { inpaint } from '../image/inpaint.ts'
import { onlyInside } from '../image/inside.ts'
import { type Plane, type Raster, sameSize } from '../image/raster.ts'
import { wholeBox } from '../image/region.ts'
import { type Cutout, segment } from '../image/segment.ts'
import { adjust } from './adjust.ts'
import { replaceBackground } from './background.ts'
import { reframe } from './frame.ts'
import {
  type Adjustment,
  type Background,
  type Framing,
  isFraming,
  type Operation,
  type Plan,
  type Where,
} from './operation.ts'

export interface Material {
  /** The pictures of the edit in order; the first is the photo. */
  readonly pictures: readonly [Raster, ...Raster[]]
  /** Of the photo's size, 255 = edit. */
  readonly mask?: Plane
  readonly seed: number
}

/** A picture on its way, with the subject as it was found in it. */
interface Stage {
  readonly picture: Raster
  readonly cutout?: Cutout
}

/** Share of the photo that may be marked for removal; beyond it nothing is left to continue into the hole. */
const MOST_REMOVED = 0.75

/**
 * Does what a plan says, in its order. The subject is looked for once, and only where an operation needs it.
 * Throws `PlantainError` with code `no_subject` where it does and there is none.
 */
export async function perform(plan: Plan, material: Material): Promise<Stage> {
  const [photo] = material.pictures
  // Framing comes last whatever the order of words: mask and subject are measured on the photo's own frame.
  const painting = plan.operations.filter((operation) => !isFraming(operation))
  let stage: Stage = { picture: photo }
  for (const operation of painting) stage = await paint(stage, operation, material)
  if (material.mask && painting.length > 0) {
    const mixing = { original: photo, edited: stage.picture, box: wholeBox(photo) }
    stage = { ...stage, picture: onlyInside(material.mask, mixing) }
  }
  for (const operation of plan.operations.filter(isFraming)) stage = await frame(stage, operation)
  return stage
}

/** Changes the frame; a crop keeps the subject in, which one pass of the network is enough to place. */
export async function frame({ picture, cutout }: Stage, framing: Framing): Promise<Stage> {
  if (framing.op !== 'crop') return { picture: await reframe(picture, framing) }
  const found = cutout && sameSize(cutout.alpha, picture) ? cutout.alpha : await glance(picture)
  return { picture: await reframe(picture, framing, found ?? undefined) }
}

async function paint(
  stage: Stage,
  operation: Exclude<Operation, Framing>,
  material: Material,
): Promise<Stage> {
  switch (operation.op) {
    case 'background':
      return changeBackground(stage, operation.background, material)
    case 'remove-object':
      return { picture: await inpaint(stage.picture, holeOf(material)) }
    default:
      return adjustWhere(stage, operation, material)
  }
}

async function changeBackground(stage: Stage, background: Background, material: Material): Promise<Stage> {
  const { picture, cutout } = await withSubject(stage)
  const layers = { photo: picture, alpha: cutout.alpha, foreground: cutout.foreground }
  const changed = await replaceBackground(layers, background, {
    seed: material.seed,
    pictures: material.pictures,
  })
  return { picture: changed, cutout }
}

async function adjustWhere(
  stage: Stage,
  { where, ...adjusting }: Adjustment,
  material: Material,
): Promise<Stage> {
  const { picture, cutout, weight } = await weigh(stage, where, material)
  const adjusted = adjust(picture, adjusting, weight)
  // The subject's own colours follow, or a later background would mix the old ones into its edge: whole, where the
  // subject is meant, since compositing weighs them by the same alpha once more.
  const own = where === 'mask' ? weight : undefined
  const foreground =
    cutout && where !== 'background' ? adjust(cutout.foreground, adjusting, own) : cutout?.foreground
  return { picture: adjusted, ...(cutout && foreground && { cutout: { ...cutout, foreground } }) }
}

async function weigh(stage: Stage, where: Where, material: Material): Promise<Stage & { weight?: Plane }> {
  switch (where) {
    case 'all':
      return stage
    case 'mask':
      return { ...stage, weight: touched(maskOf(material)) }
    case 'subject':
    case 'background': {
      const { picture, cutout } = await withSubject(stage)
      return { picture, cutout, weight: where === 'subject' ? cutout.alpha : inverse(cutout.alpha) }
    }
  }
}

async function withSubject({ picture, cutout }: Stage): Promise<Required<Stage>> {
  if (cutout) return { picture, cutout }
  const found = await segment(picture)
  if (found.kind === 'cutout') return { picture, cutout: found }
  throw new PlantainError(
    'no_subject',
    'No clear subject stands out in the photo, so its background cannot be told apart. ' +
      'Take a photo with one clear subject, or mark the place with a mask.',
  )
}

function maskOf({ mask }: Material): Plane {
  if (mask) return mask
  throw new PlantainError(
    'mask_unusable',
    'The instruction speaks of a marked place, and no mask came with the photo.',
  )
}

/** What is removed is filled from what stays: with next to nothing left there is nothing to fill it from. */
function holeOf(material: Material): Plane {
  const mask = maskOf(material)
  const marked = mask.data.reduce((count, value) => count + (value > 0 ? 1 : 0), 0)
  if (marked <= mask.data.length * MOST_REMOVED) return mask
  throw new PlantainError(
    'mask_unusable',
    `The mask marks ${Math.round((100 * marked) / mask.data.length)} % of the photo for removal. Mark the object alone: white on black.`,
  )
}

/** All that a mask marks at all, fully: how much of it counts is weighed once, when the whole edit is mixed in. */
function touched({ width, height, data }: Plane): Plane {
  return { width, height, data: data.map((value) => (value > 0 ? 255 : 0)) }
}

function inverse({ width, height, data }: Plane): Plane {
  return { width, height, data: data.map((value) => 255 - value) }
}
