import { invalidArgument } from '../../wire/api-error.ts'
import { mistakeOf } from '../json-mistake.ts'
import type { EditMode, Instance, Parameters, Picture, PredictBody, Reference } from './predict-schema.ts'

/** Where the area to be edited comes from. */
export interface MaskWish {
  /** `null`: to be found in the photo, as `find` says. */
  readonly picture: Picture | null
  readonly find: 'foreground' | 'background' | 'semantic'
  readonly dilation: number
  readonly path: string
}

/** A `:predict` request, whichever of its two spellings it came in. */
export interface PredictWish {
  readonly prompt: string
  readonly mode: EditMode
  readonly photo: { readonly picture: Picture | undefined; readonly path: string } | null
  readonly mask: MaskWish | null
  /** What is to be looked at besides: styles, subjects, control images. */
  readonly others: readonly { readonly picture: Picture | undefined; readonly path: string }[]
  readonly parameters: Parameters
}

/** Reads the body; throws `ApiError` 400. */
export async function readPredict(document: unknown): Promise<PredictWish> {
  // The schema library is loaded by the first call that needs it: the emulator is to start at once.
  const { PredictBody } = await import('./predict-schema.ts')
  const read = PredictBody.safeParse(document)
  if (read.success) return wishOf(read.data)
  const { path, text, unknown } = mistakeOf(read.error, document)
  if (path === 'instances') throw invalidArgument(`${text} One instance is taken at a time.`, path)
  throw invalidArgument(
    unknown ? `Invalid JSON payload received. Unknown name "${path}": Cannot find field.` : text,
    path,
  )
}

function wishOf({ instances, parameters = {} }: PredictBody): PredictWish {
  const [instance = {}] = instances
  const { prompt = '', image, referenceImages } = instance
  if (image !== undefined && referenceImages !== undefined) {
    throw invalidArgument(
      "The values at 'instances[0].image' and 'instances[0].referenceImages' exclude each other.",
      'instances[0]',
    )
  }
  const pictures =
    referenceImages === undefined ? ofInstance(instance, parameters) : ofReferences(referenceImages)
  const wish = { prompt, mode: modeOf(parameters), ...pictures, parameters }
  hold(wish)
  return wish
}

type Pictures = Pick<PredictWish, 'photo' | 'mask' | 'others'>

const IMAGE = 'instances[0].image'
const MASK = 'instances[0].mask.image'

/** One photo, as Imagen 2 took it; its mask beside it, or to be found. */
function ofInstance({ image, mask }: Instance, { editConfig }: Parameters): Pictures {
  const wanted = editConfig?.maskMode?.maskType
  const found = mask !== undefined || wanted !== undefined
  return {
    photo: image === undefined ? null : { picture: image, path: IMAGE },
    mask: found
      ? {
          picture: mask?.image ?? null,
          find: wanted ?? 'foreground',
          dilation: editConfig?.maskDilation ?? 0,
          path: mask === undefined ? 'parameters.editConfig.maskMode' : MASK,
        }
      : null,
    others: [],
  }
}

function ofReferences(references: readonly Reference[]): Pictures {
  const placed = references.map((reference, i) => ({
    reference,
    picture: reference.referenceImage,
    path: `instances[0].referenceImages[${i}]`,
  }))
  const [photo = null] = only('RAW', placed)
  const [mask = null] = only('MASK', placed)
  return {
    photo,
    mask: mask && maskOf(mask.reference, mask.path),
    others: placed.filter(({ reference }) => !/_(?:RAW|MASK)$/.test(reference.referenceType)),
  }
}

function only<Placed extends { readonly reference: Reference }>(
  kind: 'RAW' | 'MASK',
  placed: readonly Placed[],
): readonly Placed[] {
  const found = placed.filter(({ reference }) => reference.referenceType === `REFERENCE_TYPE_${kind}`)
  if (found.length <= 1) return found
  throw invalidArgument(
    `There are ${found.length} reference images of the type REFERENCE_TYPE_${kind}, and only one is taken.`,
    'instances[0].referenceImages',
  )
}

function maskOf({ referenceImage, maskImageConfig }: Reference, path: string): MaskWish {
  const { maskMode = 'MASK_MODE_DEFAULT', dilation = 0 } = maskImageConfig ?? {}
  switch (maskMode) {
    case 'MASK_MODE_FOREGROUND':
      return { picture: null, find: 'foreground', dilation, path }
    case 'MASK_MODE_BACKGROUND':
      return { picture: null, find: 'background', dilation, path }
    case 'MASK_MODE_SEMANTIC':
      return { picture: null, find: 'semantic', dilation, path }
    case 'MASK_MODE_DEFAULT':
    case 'MASK_MODE_USER_PROVIDED':
      return { picture: referenceImage ?? {}, find: 'foreground', dilation, path }
  }
}

/** The words of Imagen 2's `editConfig`, which the Vertex SDK for Python still sends. */
const LEGACY_MODES = {
  'inpainting-insert': 'EDIT_MODE_INPAINT_INSERTION',
  'inpainting-remove': 'EDIT_MODE_INPAINT_REMOVAL',
  outpainting: 'EDIT_MODE_OUTPAINT',
  'product-image': 'EDIT_MODE_PRODUCT_IMAGE',
  'background-swap': 'EDIT_MODE_BGSWAP',
  default: 'EDIT_MODE_DEFAULT',
} as const satisfies Readonly<Record<string, EditMode>>

function modeOf({ editMode, editConfig }: Parameters): EditMode {
  const legacy = editConfig?.editMode
  return editMode ?? (legacy === undefined ? 'EDIT_MODE_DEFAULT' : LEGACY_MODES[legacy])
}

const NEEDS_MASK: ReadonlySet<EditMode> = new Set([
  'EDIT_MODE_INPAINT_REMOVAL',
  'EDIT_MODE_INPAINT_INSERTION',
  'EDIT_MODE_OUTPAINT',
  'EDIT_MODE_BGSWAP',
])

/** A masked edit takes exactly one photo and one mask; Imagen 2 found the mask itself where none was sent, as far as known. */
function hold({ mode, photo, mask }: PredictWish): void {
  if (photo === null && (mask !== null || NEEDS_MASK.has(mode) || mode === 'EDIT_MODE_PRODUCT_IMAGE')) {
    throw invalidArgument(
      'A masked edit needs the image to be edited: exactly one of the type REFERENCE_TYPE_RAW.',
      'instances[0].referenceImages',
    )
  }
  if (NEEDS_MASK.has(mode) && mask === null && photo?.path !== IMAGE) {
    throw invalidArgument(
      `The value '${mode}' for 'editMode' needs exactly one reference image of the type REFERENCE_TYPE_MASK.`,
      'instances[0].referenceImages',
    )
  }
}
