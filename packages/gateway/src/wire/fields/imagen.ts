import {
  carried,
  type EditField,
  type Fate,
  type FieldTable,
  meaningless,
  refused,
  under,
} from './field-table.ts'
import { OPTIONS } from './native.ts'

const IN_CLOUD_STORAGE = refused('the gateway reads no Cloud Storage; send the picture as bytesBase64Encoded')

/** A picture, wherever one stands. */
function picture(to: EditField, note?: string): FieldTable {
  return {
    bytesBase64Encoded: carried(to, note),
    gcsUri: IN_CLOUD_STORAGE,
    mimeType: meaningless('what a picture is is told by its bytes'),
  }
}

const BASE_STEPS = meaningless('it bounds the steps of a diffusion model; Gemini takes none')
const WORDS = 'instruction' satisfies EditField

/** Levels that ask for no more than happens anyway, in both spellings. */
const LOOSE_LEVELS = [
  ...both('BLOCK_MEDIUM_AND_ABOVE', 'BLOCK_ONLY_HIGH', 'BLOCK_NONE'),
  ...both('BLOCK_SOME', 'BLOCK_FEW', 'BLOCK_FEWEST'),
  ...both('HARM_BLOCK_THRESHOLD_UNSPECIFIED', 'SAFETY_FILTER_LEVEL_UNSPECIFIED'),
]
const SAFETY_LEVEL = refused('a filter stricter than Google’s own for Gemini images cannot be promised', {
  unless: LOOSE_LEVELS,
})

function both(...levels: readonly string[]): readonly string[] {
  return [...levels, ...levels.map((level) => level.toLowerCase())]
}

const OTHER_PRODUCT = 'it belongs to virtual try-on and product recontext; send an edit with several pictures'

const INSTANCE: FieldTable = {
  prompt: carried(
    WORDS,
    'as `editMode` asks for it: a removal says what to remove, an insertion what to put there',
  ),
  ...under('image', picture('images', 'the photo')),
  ...under('mask.image', picture('mask', 'all that is not black is to be edited')),
  ...under('referenceImages[]', {
    referenceType: carried(
      ['images', 'mask', WORDS],
      '`RAW` is the photo, `MASK` its mask; others are named to the model in words',
    ),
    referenceId: carried(WORDS, 'what a prompt calls `[1]` is said of the picture'),
    ...under('referenceImage', picture('images', 'of a mask all that is not black is to be edited')),
    'maskImageConfig.maskMode': carried(
      'mask',
      'as sent, or `FOREGROUND` and `BACKGROUND` as the gateway finds them in the photo; `SEMANTIC` is refused',
    ),
    'maskImageConfig.dilation': carried('mask', 'of the longer side'),
    'maskImageConfig.maskClasses': classes(),
    'controlImageConfig.controlType': carried(WORDS),
    'controlImageConfig.computeControl': carried(WORDS),
    'controlImageConfig.enableControlImageComputation': carried(WORDS),
    'controlImageConfig.superpixelRegionSize': refused('there are no superpixels to choose the size of'),
    'controlImageConfig.superpixelRuler': refused('there are no superpixels to choose the shape of'),
    'styleImageConfig.styleDescription': carried(WORDS),
    'subjectImageConfig.subjectType': carried(WORDS),
    'subjectImageConfig.subjectDescription': carried(WORDS),
    'subjectImageConfig.imageDescription': carried(WORDS),
  }),
  personImage: refused(OTHER_PRODUCT),
  productImages: refused(OTHER_PRODUCT),
  scribble: refused('the gateway answers no masks; send the picture as a reference of type CONTROL'),
}

function classes(): Fate {
  return refused('the gateway’s segmenter finds the subject, not classes of things; draw the mask')
}

const NO_UPSCALE = 'nothing is upscaled here; ask an edit for a larger imageSize'

const PARAMETERS: FieldTable = {
  sampleCount: carried(
    'count',
    '1 to 8; missing: 1, where Imagen made 4, so that nobody pays for what was not asked for',
  ),
  negativePrompt: carried(WORDS, 'as what to avoid'),
  aspectRatio: carried('output.aspectRatio', 'not with a mask, whose edit keeps the photo’s frame'),
  sampleImageSize: carried('output.imageSize', '`1024` is 1K, `2048` is 2K'),
  'outputOptions.mimeType': carried('output.mimeType', 'missing: image/png, as Imagen has it'),
  'outputOptions.compressionQuality': carried('output.quality', 'of JPEG; missing: 75, as Imagen has it'),
  seed: carried('seed', 'not with `addWatermark: true`, as Imagen has it'),
  addWatermark: meaningless('Google marks every image of Gemini by SynthID, whatever is asked'),
  editMode: carried(WORDS),
  'editConfig.editMode': carried(WORDS),
  'editConfig.maskMode.maskType': carried('mask', '`foreground` and `background`; `semantic` is refused'),
  'editConfig.maskMode.classes': classes(),
  'editConfig.maskDilation': carried('mask', 'of the longer side'),
  'editConfig.productPosition': carried(
    'mask',
    '`fixed` keeps the product pixel for pixel; `reposition` lets it move',
  ),
  'editConfig.baseSteps': BASE_STEPS,
  baseSteps: BASE_STEPS,
  guidanceScale: meaningless('it steers a diffusion model; Gemini follows its instruction'),
  sampleImageStyle: carried(WORDS),
  isProductImage: carried(WORDS, 'as the edit mode of that name'),
  personGeneration: carried(
    WORDS,
    '`dont_allow` and `allow_none` as a wish; `allow_adult` and `allow_all` are Google’s to decide for Gemini',
  ),
  safetySetting: SAFETY_LEVEL,
  safetyFilterLevel: SAFETY_LEVEL,
  includeRaiReason: carried(
    'answer',
    'entries that did not come say why, whether they were blocked or failed',
  ),
  includeSafetyAttributes: refused('Gemini gives no scores of images', { unless: [false] }),
  enhancePrompt: carried(
    'answer',
    '`true`: `prompt` tells the instruction that went out; nothing else is rewritten',
  ),
  language: meaningless('Gemini reads every language without being told'),
  storageUri: refused('the gateway writes to no Cloud Storage; the answer holds the images'),
  mode: refused(NO_UPSCALE, { unless: ['edit', 'generate'] }),
  upscaleConfig: refused(NO_UPSCALE),
  maxPredictions: refused('the gateway answers no masks'),
  confidenceThreshold: refused('the gateway answers no masks'),
  maskDilation: refused('the gateway answers no masks; an edit has it in editConfig'),
  binaryColorThreshold: refused('the gateway answers no masks'),
}

/** The gateway's own options, which win over Imagen's. */
const OWN: FieldTable = {
  ...OPTIONS,
  'output.delivery': refused('Imagen’s answer holds the images; `POST /v1/edits` answers links', {
    unless: ['inline'],
  }),
  accept: meaningless(
    'without a mask the answer has every image, whatever the checks found; with one never what could not be put back into the photo',
  ),
  metadata: meaningless('Imagen’s answer has no place for notes'),
}

/** What a `:predict` request written for Imagen may hold, by Google's libraries and by its pages, and what becomes of it. */
export const IMAGEN: FieldTable = {
  ...under('instances[]', INSTANCE),
  ...under('parameters', PARAMETERS),
  labels: meaningless('they label a bill of Google’s, who is not asked by this request'),
  endpoint: meaningless('the path says it'),
  ...under('plantain', OWN),
}
