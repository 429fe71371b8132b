import { z } from 'zod'
import { ERRORS } from '../../contract/error.ts'
import { OUTCOMES } from '../../contract/outcome.ts'
import { NativeOptions } from '../edit-options.ts'

/**
 * What the native door's bodies look like, for the OpenAPI document. The options are the schema that validates them;
 * `input` is read by hand, since its pictures are no strings, and described here.
 */
const base64 = z.string().meta({ contentEncoding: 'base64', description: 'Either alphabet, padded or not.' })

const Picture = z.object({ mimeType: z.string().optional(), data: base64 })

const InputPart = z
  .union([
    z.string().describe('Text; or a picture as a data URL.'),
    z.object({ text: z.string() }),
    z
      .object({ inlineData: Picture })
      .describe('As in Gemini; `inline_data` and `mime_type` are read as well.'),
    z.object({ type: z.literal('image'), data: base64, mimeType: z.string().optional() }),
    z
      .object({ fileData: z.object({ fileUri: z.string(), mimeType: z.string().optional() }) })
      .describe('A file uploaded here.'),
  ])
  .describe('A text or a picture, in the spelling of whichever API you come from.')

export const EditBody = NativeOptions.extend({
  model: z.string().describe('A model id or alias; without it the default of the first target.').optional(),
  input: z
    .union([z.string(), z.array(InputPart).min(1).max(64)])
    .describe('The instruction and the photo, in any order; further pictures are references.'),
  mask: z
    .union([z.string(), Picture])
    .describe(
      'Picture of the size of the first one: what is white, or transparent where alpha varies, may change.',
    )
    .optional(),
})

const Attempt = z.object({
  id: z.string(),
  target: z.string(),
  model: z.string(),
  status: z.int().nullable(),
  code: z.string().nullable(),
  charged: z.enum(['yes', 'no', 'unknown']),
  costMicroUsd: z.int(),
  ms: z.int(),
})

const Notice = z.object({
  code: z.string(),
  text: z.string(),
  model: z
    .object({ id: z.string(), successor: z.string().nullable(), why: z.string() })
    .describe(
      'Of `model_migrated` and `model_ending`: which model is over or will be, and what takes its place.',
    )
    .optional(),
})

const Image = z.object({
  mimeType: z.string(),
  width: z.int(),
  height: z.int(),
  sha256: z.string(),
  data: base64.optional(),
  url: z.string().describe('With `delivery: url`, in place of `data`.').optional(),
})

const Missing = z
  .array(z.object({ index: z.int(), code: z.enum(Object.keys(ERRORS)), message: z.string() }))
  .describe('Of several results (`output.count`) those that did not come, counted from 0.')

const Told = z.object({
  id: z.string(),
  outcome: z.enum(OUTCOMES),
  model: z.string().nullable(),
  requestedModel: z.string().nullable(),
  target: z.string().nullable(),
  attempts: z.array(Attempt),
  charged: z.enum(['yes', 'no', 'unknown']).describe('Whether the provider billed.'),
  costMicroUsd: z.int().describe('Millionths of a US dollar.'),
  notices: z.array(Notice),
})

export const EditAnswer = Told.extend({
  degraded: z.boolean(),
  images: z.array(Image),
  missing: Missing,
  text: z.string(),
  checks: z.object({
    changed: z.boolean().nullable(),
    ratio: z.boolean().nullable(),
    size: z.boolean().nullable(),
    preserved: z.boolean().nullable().describe('Is what lies outside the mask as it was, pixel for pixel?'),
    label: z.boolean().nullable(),
    drift: z.number().nullable().describe('Mean difference to the photo, 0 to 1.'),
  }),
  usage: z.record(z.string(), z.int()).nullable(),
  metadata: z.record(z.string(), z.string()).optional(),
})

/** RFC 9457; of an edit that was tried it holds the whole story. */
export const Problem = Told.partial().extend({
  type: z.string().describe('Where the code is explained.'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What happened, why, and what to do next.'),
  code: z.enum(Object.keys(ERRORS)),
  retryable: z.boolean(),
  waitMs: z.int().optional(),
  finishReason: z.string().optional(),
  safetyRatings: z.array(z.record(z.string(), z.unknown())).optional(),
  missing: Missing.optional(),
  result: z.string().describe('Where an image that failed a check can be had.').optional(),
})

export const Form = z
  .object({
    instruction: z.string().describe('What to change. May come several times; `prompt` does as well.'),
    image: z
      .string()
      .meta({ format: 'binary' })
      .describe('The photo; further ones are references. `image[]` does as well.'),
    mask: z.string().meta({ format: 'binary' }).optional(),
    model: z.string().optional(),
    options: z
      .string()
      .describe(
        'All other options as one JSON object; or each by its name, as `aspectRatio` or `output.aspectRatio`.',
      )
      .optional(),
  })
  .describe('The same as a form.')
