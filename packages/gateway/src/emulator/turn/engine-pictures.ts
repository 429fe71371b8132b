import sharp from 'sharp'
import { DEFAULT_IMAGE_LIMITS } from '../../image/limits.ts'
import { inspectPhoto } from '../../image/photo.ts'
import { createPool } from '../../image/pool.ts'
import type { Size } from '../../image/raster.ts'
import { PlantainError } from '../../contract/error.ts'
import type { Asked } from '../asked.ts'
import { drawDrift, type Mix, type MixName } from '../pictures/drift.ts'
import type { FindMask } from '../pictures/find-mask.task.ts'
import {
  FIND_MASK_TASK,
  PICTURE_TASK,
  type Picture,
  type PictureTask,
  type Unreadable,
} from '../pictures/picture.ts'
import { unprocessableImage } from '../strict/input-image.ts'
import type { PictureOrder, Studio } from './picture-source.ts'
import { shapeOf } from './shape.ts'

/** Pictures by the local engine, drifting as a model's do: as `mix` says where no persona says otherwise. */
export function createEnginePictures(mix: MixName | Mix): Studio {
  const pool = createPool()
  return {
    make: async (order, signal) => {
      const task = await taskOf(order, mix)
      const made = await pool.run<Picture | Unreadable>(PICTURE_TASK, task, { signal })
      if (made.kind === 'unreadable') throw unprocessableImage()
      return made
    },
    findMask: (photo, mode, signal) => {
      const task: FindMask = { photo, mode }
      return pool.run<Uint8Array | null>(FIND_MASK_TASK, task, { signal })
    },
    close: () => pool.close(),
  }
}

async function taskOf(
  { asked, wish, seed, mimeType }: PictureOrder,
  mix: MixName | Mix,
): Promise<PictureTask> {
  const { instruction, images, mask, jpegQuality } = asked
  return {
    instruction,
    images,
    ...(mask && { mask }),
    pixels: shapeOf(asked, await sizeOf(asked), wish),
    drift: drawDrift(wish.drift ?? mix, seed),
    seed,
    mimeType,
    ...(jpegQuality !== undefined && { jpegQuality }),
    change: wish.unchanged ? 'none' : 'edit',
    // Models look at the pixels as they are stored: a photo that lies on its side stays there.
    orient: false,
  }
}

async function sizeOf({ images: [photo] }: Asked): Promise<Size | null> {
  if (photo === undefined) return null
  try {
    await inspectPhoto(photo.bytes, DEFAULT_IMAGE_LIMITS, 'The image')
    // As it is stored: what the model looks at, and not the upright size.
    const { width, height } = await sharp(photo.bytes).metadata()
    return { width, height }
  } catch (thrown) {
    if (PlantainError.is(thrown)) throw unprocessableImage()
    throw thrown
  }
}
