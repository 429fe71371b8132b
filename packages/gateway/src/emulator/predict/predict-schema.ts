import { z } from 'zod'
import { jsonText, plainText } from '../json-text.ts'

/** Google's libraries send enums in capitals, its pages and the Vertex SDK for Python in lower case. */
function anyCase<const Value extends string>(values: readonly Value[]) {
  return z.preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(values))
}

const EDIT_MODES = [
  'EDIT_MODE_DEFAULT',
  'EDIT_MODE_INPAINT_REMOVAL',
  'EDIT_MODE_INPAINT_INSERTION',
  'EDIT_MODE_OUTPAINT',
  'EDIT_MODE_CONTROLLED_EDITING',
  'EDIT_MODE_STYLE',
  'EDIT_MODE_BGSWAP',
  'EDIT_MODE_PRODUCT_IMAGE',
] as const
export type EditMode = (typeof EDIT_MODES)[number]

const Picture = z.object({
  bytesBase64Encoded: jsonText.optional(),
  gcsUri: z.string().startsWith('gs://', 'must begin with gs://').optional(),
  mimeType: z.string().optional(),
})
export type Picture = z.infer<typeof Picture>

const share = z.number().min(0).max(1)

const Reference = z.object({
  referenceType: anyCase([
    'REFERENCE_TYPE_RAW',
    'REFERENCE_TYPE_MASK',
    'REFERENCE_TYPE_CONTROL',
    'REFERENCE_TYPE_STYLE',
    'REFERENCE_TYPE_SUBJECT',
    'REFERENCE_TYPE_CONTENT',
  ]),
  referenceId: z.int().optional(),
  referenceImage: Picture.optional(),
  maskImageConfig: z
    .object({
      maskMode: anyCase([
        'MASK_MODE_DEFAULT',
        'MASK_MODE_USER_PROVIDED',
        'MASK_MODE_BACKGROUND',
        'MASK_MODE_FOREGROUND',
        'MASK_MODE_SEMANTIC',
      ]).optional(),
      dilation: share.optional(),
      maskClasses: z.array(z.int()).max(5).optional(),
    })
    .optional(),
  controlImageConfig: z
    .object({
      controlType: anyCase([
        'CONTROL_TYPE_DEFAULT',
        'CONTROL_TYPE_CANNY',
        'CONTROL_TYPE_SCRIBBLE',
        'CONTROL_TYPE_FACE_MESH',
      ]).optional(),
      computeControl: z.boolean().optional(),
      enableControlImageComputation: z.boolean().optional(),
    })
    .optional(),
  styleImageConfig: z.object({ styleDescription: z.string().optional() }).optional(),
  subjectImageConfig: z
    .object({
      subjectType: anyCase([
        'SUBJECT_TYPE_DEFAULT',
        'SUBJECT_TYPE_PERSON',
        'SUBJECT_TYPE_ANIMAL',
        'SUBJECT_TYPE_PRODUCT',
      ]).optional(),
      subjectDescription: z.string().optional(),
    })
    .optional(),
})
export type Reference = z.infer<typeof Reference>

const Instance = z.object({
  prompt: plainText.optional(),
  image: Picture.optional(),
  mask: z.object({ image: Picture }).optional(),
  referenceImages: z.array(Reference).optional(),
})
export type Instance = z.infer<typeof Instance>

/** Google prints no range; samples go up to 75. */
const baseSteps = z.int().min(1).optional()

const Parameters = z.object({
  editMode: anyCase(EDIT_MODES).optional(),
  mode: z.string().optional(),
  sampleCount: z.int().min(1).max(4).optional(),
  aspectRatio: z.string().optional(),
  sampleImageSize: z.string().optional(),
  negativePrompt: plainText.optional(),
  guidanceScale: z.number().optional(),
  seed: z.int().min(0).max(4_294_967_295).optional(),
  baseSteps,
  editConfig: z
    .object({
      baseSteps,
      editMode: z
        .enum([
          'inpainting-insert',
          'inpainting-remove',
          'outpainting',
          'product-image',
          'background-swap',
          'default',
        ])
        .optional(),
      maskMode: z
        .object({
          maskType: z.enum(['background', 'foreground', 'semantic']),
          classes: z.array(z.int()).max(5).optional(),
        })
        .optional(),
      maskDilation: share.optional(),
      productPosition: z.string().optional(),
    })
    .optional(),
  safetySetting: anyCase([
    'BLOCK_LOW_AND_ABOVE',
    'BLOCK_MEDIUM_AND_ABOVE',
    'BLOCK_ONLY_HIGH',
    'BLOCK_NONE',
    'BLOCK_MOST',
    'BLOCK_SOME',
    'BLOCK_FEW',
    'BLOCK_FEWEST',
  ]).optional(),
  personGeneration: anyCase(['ALLOW_ALL', 'ALLOW_ADULT', 'ALLOW_NONE', 'DONT_ALLOW']).optional(),
  includeRaiReason: z.boolean().optional(),
  includeSafetyAttributes: z.boolean().optional(),
  addWatermark: z.boolean().optional(),
  enhancePrompt: z.boolean().optional(),
  language: z.string().optional(),
  storageUri: z.string().startsWith('gs://', 'must begin with gs://').optional(),
  outputOptions: z
    .object({
      mimeType: z.enum(['image/png', 'image/jpeg']).optional(),
      compressionQuality: z.int().min(0).max(100).optional(),
    })
    .optional(),
})
export type Parameters = z.infer<typeof Parameters>

/**
 * The body of `:predict`, of Google's libraries and of its pages alike. The envelope is a message of its own, in which
 * a foreign field is an error; what is in it are free values, of which Imagen passes over what it does not know, as far as known.
 */
export const PredictBody = z.strictObject({
  instances: z.array(Instance).min(1).max(1),
  parameters: Parameters.optional(),
  labels: z.record(z.string(), z.string()).optional(),
  endpoint: z.string().optional(),
})
export type PredictBody = z.infer<typeof PredictBody>
