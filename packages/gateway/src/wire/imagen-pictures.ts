import { PlantainError } from '../contract/error.ts'
import type { EncodedImage } from '../contract/request.ts'
import {
  flagIn,
  inside,
  listIn,
  numberIn,
  pictureIn,
  type Placed,
  textIn,
  wordIn,
  wrong,
} from './imagen-values.ts'

/** What goes on besides the photo. */
export interface ImagenReference {
  /** What the prompt calls it in brackets; `null`: nothing. */
  readonly id: number | null
  readonly image: EncodedImage
  readonly role: 'subject' | 'style' | 'control' | 'content'
  /** Its kind, such as `person` or `canny`; `null`: none is named. */
  readonly kind: string | null
  /** Whether it is a plain picture that the control is to be made from, and not the control itself. */
  readonly isSource: boolean
  readonly description: string | null
}

export interface ImagenMask {
  /** `null`: it is to be found in the photo, as `find` says. */
  readonly drawn: EncodedImage | null
  readonly find: 'foreground' | 'background'
  /** Share of the longer side. */
  readonly dilation: number
}

/** The pictures of a request, in either of the two ways in which Imagen took them. */
export interface ImagenPictures {
  /** What is edited; `null`: nothing, a picture is made. */
  readonly photo: EncodedImage | null
  /** What the prompt calls the photo in brackets. */
  readonly photoId: number | null
  readonly mask: ImagenMask | null
  readonly references: readonly ImagenReference[]
}

export function readPictures(instance: Placed, editConfig: Placed): ImagenPictures {
  const references = listIn(instance, 'referenceImages')
  const single = readSingle(instance, editConfig)
  if (references === undefined || references.length === 0) return single
  if (single.photo !== null || single.mask !== null) {
    throw wrong(
      instance.place,
      'has its pictures in referenceImages and in image, mask or editConfig; only one of these ways is taken',
    )
  }
  return readReferences(references)
}

/** One photo, as Imagen 2 took it; its mask beside it, or to be found. */
function readSingle(instance: Placed, editConfig: Placed): ImagenPictures {
  const photo = pictureIn(inside(instance, 'image')) ?? null
  const around = inside(instance, 'mask')
  const drawn = around.object === undefined ? null : pictureIn(inside(around, 'image'))
  if (drawn === undefined) throw wrong(`${around.place}.image`, 'is missing: the picture that is the mask')
  const mode = inside(editConfig, 'maskMode')
  const find = wordIn(mode, 'maskType', ['foreground', 'background', 'semantic'])
  if (find === 'semantic') throw semantic(`${mode.place}.maskType`)
  if (drawn !== null && find !== undefined) {
    throw wrong(`${mode.place}.maskType`, `does not go with ${around.place}: a mask is either sent or found`)
  }
  const dilation = dilationIn(editConfig, 'maskDilation')
  const mask = drawn === null && find === undefined ? null : { drawn, find: find ?? 'foreground', dilation }
  return { photo, photoId: null, mask, references: [] }
}

const TYPES = [
  'REFERENCE_TYPE_RAW',
  'REFERENCE_TYPE_MASK',
  'REFERENCE_TYPE_CONTROL',
  'REFERENCE_TYPE_STYLE',
  'REFERENCE_TYPE_SUBJECT',
  'REFERENCE_TYPE_CONTENT',
] as const
type ReferenceType = (typeof TYPES)[number]

interface Reference extends Placed {
  readonly type: ReferenceType
}

function readReferences(placed: readonly Placed[]): ImagenPictures {
  const references = placed.map((one): Reference => {
    const type = wordIn(one, 'referenceType', TYPES)
    if (type === undefined)
      throw wrong(`${one.place}.referenceType`, `is missing: one of ${TYPES.join(', ')}`)
    return { ...one, type }
  })
  const raw = only('REFERENCE_TYPE_RAW', references)
  const mask = only('REFERENCE_TYPE_MASK', references)
  return {
    photo: raw === null ? null : imageOf(raw),
    photoId: raw === null ? null : idOf(raw),
    mask: mask === null ? null : maskOf(mask),
    references: references.flatMap((one) => otherOf(one) ?? []),
  }
}

function only(type: ReferenceType, references: readonly Reference[]): Reference | null {
  const [first = null, second] = references.filter((one) => one.type === type)
  if (second === undefined) return first
  throw wrong(second.place, `is a second one of the type ${type}, of which one is taken`)
}

function imageOf(reference: Placed): EncodedImage {
  const image = pictureIn(inside(reference, 'referenceImage'))
  if (image === undefined) throw wrong(`${reference.place}.referenceImage`, 'is missing')
  return image
}

function idOf(reference: Placed): number | null {
  return numberIn(reference, 'referenceId', { from: 0, to: 2_147_483_647, whole: true }) ?? null
}

const MASK_MODES = [
  'MASK_MODE_DEFAULT',
  'MASK_MODE_USER_PROVIDED',
  'MASK_MODE_FOREGROUND',
  'MASK_MODE_BACKGROUND',
  'MASK_MODE_SEMANTIC',
] as const

function maskOf(reference: Reference): ImagenMask {
  const config = inside(reference, 'maskImageConfig')
  const mode = wordIn(config, 'maskMode', MASK_MODES) ?? 'MASK_MODE_DEFAULT'
  const dilation = dilationIn(config, 'dilation')
  const drawn = pictureIn(inside(reference, 'referenceImage')) ?? null
  switch (mode) {
    case 'MASK_MODE_SEMANTIC':
      throw semantic(`${config.place}.maskMode`)
    case 'MASK_MODE_FOREGROUND':
    case 'MASK_MODE_BACKGROUND':
      if (drawn !== null) {
        throw wrong(
          `${config.place}.maskMode`,
          `${mode} does not go with a referenceImage: a mask is either sent or found`,
        )
      }
      return { drawn, find: mode === 'MASK_MODE_FOREGROUND' ? 'foreground' : 'background', dilation }
    case 'MASK_MODE_DEFAULT':
    case 'MASK_MODE_USER_PROVIDED':
      if (drawn !== null) return { drawn, find: 'foreground', dilation }
      throw wrong(`${reference.place}.referenceImage`, 'is missing: the picture that is the mask')
  }
}

function dilationIn(placed: Placed, name: string): number {
  return numberIn(placed, name, { from: 0, to: 1, whole: false }) ?? 0
}

function semantic(place: string): PlantainError {
  return new PlantainError(
    'unsupported_option',
    `${place} is refused: the gateway’s segmenter finds the subject of a photo and its background, not classes of things. Say foreground or background, or draw the mask.`,
  )
}

const CONTROLS = [
  'CONTROL_TYPE_DEFAULT',
  'CONTROL_TYPE_CANNY',
  'CONTROL_TYPE_SCRIBBLE',
  'CONTROL_TYPE_FACE_MESH',
  'CONTROL_TYPE_COLOR_SUPERPIXEL',
] as const
const SUBJECTS = [
  'SUBJECT_TYPE_DEFAULT',
  'SUBJECT_TYPE_PERSON',
  'SUBJECT_TYPE_ANIMAL',
  'SUBJECT_TYPE_PRODUCT',
] as const

function otherOf(reference: Reference): ImagenReference | null {
  const { type } = reference
  if (type === 'REFERENCE_TYPE_RAW' || type === 'REFERENCE_TYPE_MASK') return null
  const base = {
    id: idOf(reference),
    image: imageOf(reference),
    kind: null,
    isSource: false,
    description: null,
  }
  switch (type) {
    case 'REFERENCE_TYPE_STYLE': {
      const description = textIn(inside(reference, 'styleImageConfig'), 'styleDescription') || null
      return { ...base, role: 'style', description }
    }
    case 'REFERENCE_TYPE_SUBJECT': {
      const config = inside(reference, 'subjectImageConfig')
      const kind = wordIn(config, 'subjectType', SUBJECTS)
      const description = textIn(config, 'subjectDescription') || textIn(config, 'imageDescription') || null
      return { ...base, role: 'subject', kind: kindOf(kind), description }
    }
    case 'REFERENCE_TYPE_CONTROL': {
      const config = inside(reference, 'controlImageConfig')
      const kind = wordIn(config, 'controlType', CONTROLS)
      const isSource =
        flagIn(config, 'computeControl') ?? flagIn(config, 'enableControlImageComputation') ?? false
      return { ...base, role: 'control', kind: kindOf(kind), isSource }
    }
    case 'REFERENCE_TYPE_CONTENT':
      return { ...base, role: 'content' }
  }
}

/** `SUBJECT_TYPE_PERSON` is `person`, and the default of any no kind. */
function kindOf(name: string | undefined): string | null {
  const word = name
    ?.replace(/^[A-Z]+_TYPE_/, '')
    .toLowerCase()
    .replaceAll('_', ' ')
  return word === undefined || word === 'default' ? null : word
}
