import sharp from 'sharp'
import { PlantainError } from '../contract/error.ts'
import { compose, cutOut, type Layers, type Light } from '../image/compose.ts'
import { grainOf } from '../image/grain.ts'
import type { Raster, Size } from '../image/raster.ts'
import { blurredBackground } from './lens-blur.ts'
import type { Background } from './operation.ts'
import { colourBackground, gradientBackground, greyscaleBackground } from './plain-background.ts'
import { paintScene } from './scenes/paint-scene.ts'

export interface BackgroundOptions {
  /** For scenes: the same seed paints the same picture. */
  readonly seed: number
  /** The edit's input pictures in order; 0 is the photo itself. */
  readonly pictures: readonly Raster[]
}

/**
 * The subject before another background, at the photo's size. Pixels where alpha is 255 keep the photo's bytes.
 * Throws `RangeError` when `picture` names an input that is not there.
 */
export async function replaceBackground(
  layers: Layers,
  background: Background,
  options: BackgroundOptions,
): Promise<Raster> {
  if (background.kind === 'transparent') return cutOut(layers)
  const { raster, light } = await paintBackground(layers, background, options)
  return compose({ ...layers, background: raster, ...(light && { light }) })
}

interface Painted {
  readonly raster: Raster
  readonly light?: Light
}

async function paintBackground(
  { photo, alpha }: Layers,
  background: Exclude<Background, { kind: 'transparent' }>,
  { seed, pictures }: BackgroundOptions,
): Promise<Painted> {
  switch (background.kind) {
    case 'colour':
      return { raster: colourBackground(photo, background.colour) }
    case 'gradient':
      return { raster: gradientBackground(photo, background) }
    case 'blur':
      return { raster: blurredBackground(photo, alpha, background.amount) }
    case 'greyscale':
      return { raster: greyscaleBackground(photo) }
    case 'picture':
      return { raster: await covering(pictureAt(pictures, background.input), photo) }
    case 'scene':
      // As grainy as the photo: a clean backdrop behind a grainy person looks pasted, and the reverse too.
      return paintScene(background.scene, photo, { seed, grain: Math.min(4, Math.max(0.8, grainOf(photo))) })
  }
}

function pictureAt(pictures: readonly Raster[], input: number): Raster {
  const picture = pictures[input]
  if (picture !== undefined) return picture
  throw new RangeError(
    `the instruction takes its background from input picture ${input + 1}, but the edit has ${pictures.length}: add that picture`,
  )
}

/** The picture at `size`, as large as needed to leave nothing bare, cut evenly at the sides that stand over. */
export async function covering(picture: Raster, size: Size): Promise<Raster> {
  const { width, height } = size
  const data = await sharp(picture.data, {
    raw: { width: picture.width, height: picture.height, channels: 4 },
  })
    .resize(width, height, { fit: 'cover', position: 'centre', kernel: 'lanczos3' })
    .raw()
    .toBuffer()
    .catch((cause: unknown) => {
      throw new PlantainError(
        'unsupported_option',
        `A picture of ${picture.width}x${picture.height} cannot be brought to ${width}x${height}: its shape is too extreme. Crop it first.`,
        { cause },
      )
    })
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) }
}
