import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { PlantainError } from '../contract/error.ts'
import {
  ASPECT_RATIOS,
  IMAGE_SIZES,
  MAX_COUNT,
  MAX_TIMEOUT_MS,
  OUTPUT_TYPES,
  PRESERVES,
} from '../contract/request.ts'

/** Longest name or note a caller may give; nothing here is a picture. */
const MOST_CHARS = 256

/**
 * What an edit may be told besides its input: fields of a native request, and of the `plantain` object in Google's
 * dialects. The OpenAPI document is made from this very schema.
 */
export const EditOptions = z.strictObject({
  output: z
    .strictObject({
      aspectRatio: z
        .enum([...ASPECT_RATIOS, 'match'])
        .describe('Ratio of the result; `match`: that of the first image, as near as the model offers it.')
        .optional(),
      imageSize: z.enum(IMAGE_SIZES).describe('Size class of the result, as the model offers it.').optional(),
      mimeType: z
        .enum(OUTPUT_TYPES)
        .describe('Format of the result; without it the format the model chose. PNG is lossless.')
        .optional(),
      delivery: z
        .enum(['inline', 'url'])
        .describe(
          '`inline`: base64 in the answer; `url`: a signed link that is good as long as the result is kept.',
        )
        .optional(),
      quality: z
        .int()
        .min(1)
        .max(100)
        .describe(
          'Of JPEG and WebP, where `mimeType` asks for one of them; without it one where no loss is seen.',
        )
        .optional(),
      count: z
        .int()
        .min(1)
        .max(MAX_COUNT)
        .describe('How many results, each an edit of its own under one id and one bill. One unless told.')
        .optional(),
    })
    .optional(),
  preserve: z
    .enum(PRESERVES)
    .describe(
      'What must come back pixel for pixel: `unmasked`, which a mask means unless told, is all outside the mask. Others are not built yet, and are refused.',
    )
    .optional(),
  accept: z
    .enum(['edited', 'any'])
    .describe(
      '`any`: an image that failed a check (unchanged, wrong shape) is a 200 too; its outcome says so.',
    )
    .optional(),
  seed: z
    .int()
    .min(0)
    .max(2_147_483_647)
    .describe('The same number gives the same result, as far as the model can.')
    .optional(),
  cache: z.boolean().describe('Whether a kept result of the very same question may answer.').optional(),
  timeoutMs: z
    .int()
    .positive()
    .max(MAX_TIMEOUT_MS)
    .describe('Give up after so many milliseconds.')
    .optional(),
  user: z.string().max(MOST_CHARS).describe('Who of your users asks, for your own books.').optional(),
  metadata: z
    .record(z.string().max(64), z.string().max(MOST_CHARS))
    .refine((entries) => Object.keys(entries).length <= 16, 'has more than 16 entries')
    .describe('Up to 16 notes of yours, kept with the result and given back.')
    .optional(),
})
export type EditOptions = z.infer<typeof EditOptions>

/** What only a native request may be told besides: in other dialects an earlier image is sent along. */
export const NativeOptions = EditOptions.extend({
  previousEdit: z
    .string()
    .max(64)
    .describe(
      'Id of an earlier edit of the same key that is still kept: its image is the photo, and its target and model are asked first.',
    )
    .optional(),
})
export type NativeOptions = z.infer<typeof NativeOptions>

/** Options that are a word or a number may be headers as well: `plantain-` and the name in kebab case. */
const FROM_HEADERS: Readonly<Record<string, readonly string[]>> = {
  'plantain-aspect-ratio': ['output', 'aspectRatio'],
  'plantain-image-size': ['output', 'imageSize'],
  'plantain-mime-type': ['output', 'mimeType'],
  'plantain-quality': ['output', 'quality'],
  'plantain-delivery': ['output', 'delivery'],
  'plantain-count': ['output', 'count'],
  'plantain-preserve': ['preserve'],
  'plantain-previous-edit': ['previousEdit'],
  'plantain-accept': ['accept'],
  'plantain-seed': ['seed'],
  'plantain-cache': ['cache'],
  'plantain-timeout-ms': ['timeoutMs'],
  'plantain-user': ['user'],
}

/** Reads the options of an object and of headers; the object wins. Throws `invalid_request` naming each that is wrong. */
export function readEditOptions(object: unknown, headers: IncomingHttpHeaders): EditOptions {
  return read(EditOptions, object, headers)
}

/** The same on the native door. */
export function readNativeOptions(object: unknown, headers: IncomingHttpHeaders): NativeOptions {
  return read(NativeOptions, object, headers)
}

function read<Options>(schema: z.ZodType<Options>, object: unknown, headers: IncomingHttpHeaders): Options {
  const result = schema.safeParse(merged(fromHeaders(headers), object ?? {}))
  if (result.success) return result.data
  throw optionsFault(result.error)
}

export function optionsFault(error: z.ZodError): PlantainError {
  const mistakes = error.issues.map(mistake)
  const unbuilt = error.issues.some(({ path }) => path[0] === 'preserve')
  return new PlantainError(
    unbuilt ? 'unsupported_option' : 'invalid_request',
    `${mistakes.length === 1 ? 'An option is' : 'Options are'} not usable. ${mistakes.join('; ')}.`,
  )
}

/** What is wrong, and where. */
export function mistake({ path, message, ...issue }: z.core.$ZodIssue): string {
  // A name may be the caller's, and of any length.
  const place = path.map((step) => String(step).slice(0, 64)).join('.')
  if (issue.code === 'unrecognized_keys') {
    const names = 'keys' in issue ? issue.keys.map((key) => key.slice(0, 64)).join(', ') : ''
    return `${place === '' ? '' : `${place}: `}there is no option ${names}`
  }
  return `${place === '' ? 'the options' : place}: ${message}`
}

type Tree = { [name: string]: unknown }

function fromHeaders(headers: IncomingHttpHeaders): Tree {
  const tree: Tree = {}
  for (const [header, path] of Object.entries(FROM_HEADERS)) {
    const text = headers[header]
    if (typeof text !== 'string') continue
    const [first = '', second] = path
    if (second === undefined) tree[first] = optionOf(first, text)
    else tree[first] = { ...asTree(tree[first]), [second]: optionOf(second, text) }
  }
  return tree
}

/** Texts also where they look like a number: a size class is called 512, and users may be counted. */
const TEXTS: ReadonlySet<string> = new Set(['imageSize', 'user', 'previousEdit'])

/** An option out of a header or a form, which have text alone: what reads as a number or as yes or no is one. */
export function optionOf(name: string, text: string): unknown {
  if (TEXTS.has(name)) return text
  if (text === 'true' || text === 'false') return text === 'true'
  return /^\d{1,15}$/.test(text) ? Number(text) : text
}

function merged(below: Tree, above: unknown): unknown {
  if (!isTree(above)) return above
  const output = { ...asTree(below['output']), ...asTree(above['output']) }
  return {
    ...below,
    ...above,
    ...((Object.keys(output).length > 0 || isTree(above['output'])) &&
      (above['output'] === undefined || isTree(above['output'])) && { output }),
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asTree(value: unknown): Tree {
  return isTree(value) ? value : {}
}
