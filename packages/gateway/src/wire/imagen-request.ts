import { PlantainError } from '../contract/error.ts'
import type { JsonObject } from '../contract/json-object.ts'
import { ASPECT_RATIOS, type AspectRatio, type ImageSize } from '../contract/request.ts'
import {
  flagIn,
  inside,
  listIn,
  meaningIn,
  numberIn,
  type Placed,
  textIn,
  wordIn,
  wrong,
} from './imagen-values.ts'
import { type ImagenPictures, readPictures } from './imagen-pictures.ts'

/** What kind of edit is asked for, whichever of Imagen's generations names it. */
export type ImagenMode =
  | 'default'
  | 'insertion'
  | 'removal'
  | 'outpainting'
  | 'background'
  | 'product'
  | 'controlled'
  | 'style'

/** A `:predict` request written for Imagen. */
export interface ImagenRequest extends ImagenPictures {
  readonly prompt: string
  readonly negativePrompt: string | null
  readonly mode: ImagenMode
  /** Of a product: whether it stays where it is; `null`: it may, and need not. */
  readonly productStays: boolean | null
  readonly style: string | null
  readonly noPeople: boolean
  readonly count: number
  readonly aspectRatio: AspectRatio | null
  readonly imageSize: ImageSize | null
  readonly mimeType: 'image/png' | 'image/jpeg'
  /** Of JPEG, 1 to 100; `null`: it is none. */
  readonly quality: number | null
  readonly seed: number | null
  /** What the answer is to say besides the images. */
  readonly tells: { readonly reasons: boolean; readonly prompt: boolean }
}

const MOST_RESULTS = 8

/** Reads a document whose fields are all known. Throws `invalid_request` or `unsupported_option`, naming the field. */
export function readImagenRequest(document: JsonObject): ImagenRequest {
  const [instance, ...more] = listIn({ object: document, place: '' }, 'instances') ?? []
  if (instance === undefined)
    throw wrong('instances', 'is missing: a list with one object, which has the prompt')
  if (more.length > 0)
    throw wrong(
      'instances',
      `has ${more.length + 1} entries; one is taken. For several results say sampleCount`,
    )
  const parameters = inside({ object: document, place: '' }, 'parameters')
  const mode = modeOf(parameters)
  const request = {
    prompt: (textIn(instance, 'prompt') ?? '').trim(),
    negativePrompt: textIn(parameters, 'negativePrompt')?.trim() || null,
    mode,
    ...readPictures(instance, inside(parameters, 'editConfig')),
    productStays: productStays(parameters),
    style: textIn(parameters, 'sampleImageStyle')?.replaceAll('_', ' ') ?? null,
    noPeople: /^(?:dont_allow|allow_none)$/.test(wordIn(parameters, 'personGeneration', PEOPLE) ?? ''),
    count: numberIn(parameters, 'sampleCount', { from: 1, to: MOST_RESULTS, whole: true }) ?? 1,
    aspectRatio: ratioOf(parameters),
    imageSize: sizeOf(parameters),
    ...formatOf(inside(parameters, 'outputOptions')),
    seed: seedOf(parameters),
    tells: {
      reasons: flagIn(parameters, 'includeRaiReason') ?? false,
      prompt: flagIn(parameters, 'enhancePrompt') ?? false,
    },
  }
  mustAgree(request, parameters)
  return request
}

const PEOPLE = [
  'dont_allow',
  'allow_none',
  'allow_adult',
  'allow_all',
  'person_generation_unspecified',
] as const

const MODES = {
  EDIT_MODE_DEFAULT: 'default',
  EDIT_MODE_INPAINT_INSERTION: 'insertion',
  EDIT_MODE_INPAINT_REMOVAL: 'removal',
  EDIT_MODE_OUTPAINT: 'outpainting',
  EDIT_MODE_BGSWAP: 'background',
  EDIT_MODE_PRODUCT_IMAGE: 'product',
  EDIT_MODE_CONTROLLED_EDITING: 'controlled',
  EDIT_MODE_STYLE: 'style',
  // As Imagen 2 had them in `editConfig`.
  default: 'default',
  'inpainting-insert': 'insertion',
  'inpainting-remove': 'removal',
  outpainting: 'outpainting',
  'background-swap': 'background',
  'product-image': 'product',
} as const satisfies Readonly<Record<string, ImagenMode>>

function modeOf(parameters: Placed): ImagenMode {
  const places = [parameters, inside(parameters, 'editConfig')]
  const modes = new Set<ImagenMode>(places.flatMap((at) => meaningIn(at, 'editMode', MODES) ?? []))
  if (flagIn(parameters, 'isProductImage') === true) modes.add('product')
  const [mode = 'default', other] = modes
  if (other === undefined) return mode
  throw wrong('parameters', `asks for two edit modes at once, ${mode} and ${other}`)
}

function productStays(parameters: Placed): boolean | null {
  const position = wordIn(inside(parameters, 'editConfig'), 'productPosition', ['fixed', 'reposition'])
  return position === undefined ? null : position === 'fixed'
}

function ratioOf(parameters: Placed): AspectRatio | null {
  return wordIn(parameters, 'aspectRatio', ASPECT_RATIOS) ?? null
}

/** Imagen's have one bit more than Gemini's. */
function seedOf(parameters: Placed): number | null {
  const seed = numberIn(parameters, 'seed', { from: 0, to: 2 ** 32 - 1, whole: true })
  return seed === undefined ? null : seed % 2 ** 31
}

/** As the pages of Imagen 3 and 4 have them, and as Imagen 2 had them, in pixels of the longer side. */
const SIZES = { '1K': '1K', '2K': '2K', '4K': '4K', '512': '512', '1024': '1K', '2048': '2K' } as const

function sizeOf(parameters: Placed): ImageSize | null {
  return meaningIn(parameters, 'sampleImageSize', SIZES) ?? null
}

const USUAL_QUALITY = 75

function formatOf(options: Placed): Pick<ImagenRequest, 'mimeType' | 'quality'> {
  const mimeType = wordIn(options, 'mimeType', ['image/png', 'image/jpeg']) ?? 'image/png'
  const quality = numberIn(options, 'compressionQuality', { from: 0, to: 100, whole: true }) ?? USUAL_QUALITY
  return { mimeType, quality: mimeType === 'image/jpeg' ? Math.max(1, quality) : null }
}

/** What Imagen refuses together, and what cannot be had together. */
function mustAgree(
  { seed, mask, photo, mode, aspectRatio, imageSize }: ImagenRequest,
  parameters: Placed,
): void {
  if (seed !== null && flagIn(parameters, 'addWatermark') === true) {
    throw wrong(
      'parameters.seed',
      'does not go with addWatermark: true, with Imagen as here. Say false, or no seed',
    )
  }
  if (photo === null && (mask !== null || EDITS.has(mode))) {
    throw wrong(
      'instances[0]',
      'asks for an edit without the photo: image, or one of referenceImages with the type REFERENCE_TYPE_RAW',
    )
  }
  if (mode === 'outpainting' && mask === null) {
    throw wrong(
      'instances[0]',
      'has no mask: an outpainting needs one that marks where the picture is to go on',
    )
  }
  const shape = aspectRatio !== null ? 'aspectRatio' : imageSize !== null ? 'sampleImageSize' : null
  if (mask === null || shape === null) return
  throw new PlantainError(
    'unsupported_option',
    `parameters.${shape} does not go with a mask: what lies outside the mask stays, and with it the photo’s own size. Leave one of the two out.`,
  )
}

const EDITS: ReadonlySet<ImagenMode> = new Set([
  'insertion',
  'removal',
  'outpainting',
  'background',
  'product',
])
