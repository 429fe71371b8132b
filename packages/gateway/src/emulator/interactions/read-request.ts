import type { z } from 'zod'
import { isJsonObject } from '../../contract/json-object.ts'
import { JsonBlob } from '../../wire/json-blob.ts'
import { ApiError } from '../../wire/api-error.ts'
import { mistakeOf } from '../json-mistake.ts'
import { InteractionError, invalidRequest } from './interaction-error.ts'
import type { Content, RequestBody, ResponseFormat, Step } from './request-schema.ts'
import type * as RequestSchemas from './request-schema.ts'

export interface InteractionRequest extends Omit<RequestBody, 'input' | 'model' | 'response_format'> {
  readonly model: string
  /** The conversation that came with the request, whichever of its four forms it had. */
  readonly steps: readonly Step[]
  readonly formats: readonly ResponseFormat[]
}

/** Google has these, the emulator has not: better a clear word than a wish passed over. */
const NOT_EMULATED = [
  'agent',
  'agent_config',
  'cached_content',
  'continuation_token',
  'environment',
  'webhook_config',
] as const

/** Reads the body of `POST interactions`; throws `ApiError` 400, and 501 for what is not emulated. */
export async function readRequest(document: unknown): Promise<InteractionRequest> {
  // The schema library is loaded by the first call that needs it: the emulator is to start at once.
  const schemas = await import('./request-schema.ts')
  const { input, response_format: format, ...body } = read(schemas.RequestBody, document, [])
  const absent = NOT_EMULATED.find((name) => body[name] !== undefined)
  if (absent !== undefined) throw new ApiError(501, `'${absent}' is not emulated.`)
  if (body.model === undefined) throw invalidRequest("The parameter 'model' is required.")
  const model = body.model.replace(/^models\//, '')
  return { ...body, model, steps: readInput(input, schemas), formats: readFormats(format, schemas) }
}

type Schemas = typeof RequestSchemas

/**
 * A text, one content, contents, or steps. A list that mixes texts and `inlineData`, as generateContent's own libraries
 * take it, is none of these by Google's types, and refused; what Google itself answers to one has not been observed.
 */
function readInput(input: unknown, { Content, Step }: Schemas): readonly Step[] {
  if (input === undefined) throw invalidRequest("The parameter 'input' is required.")
  if (typeof input === 'string' || input instanceof JsonBlob) return said([words(input)])
  if (!Array.isArray(input)) return said([read(Content, input, ['input'])])
  if (input.length === 0) throw invalidRequest("The value at 'input' must have at least 1 items.")
  const items: readonly unknown[] = input
  if (isStep(items[0])) return items.map((step, i) => read(Step, step, ['input', i]))
  return said(items.map((content, i) => read(Content, content, ['input', i])))
}

function isStep(value: unknown): boolean {
  return isJsonObject(value) && STEPS.has(value['type'])
}

const STEPS: ReadonlySet<unknown> = new Set(['user_input', 'model_output', 'thought'])

function words(text: string | JsonBlob): Content {
  return { type: 'text', text: typeof text === 'string' ? text : text.text() }
}

function said(content: Content[]): readonly Step[] {
  return [{ type: 'user_input', content }]
}

function readFormats(format: unknown, { ResponseFormat: Format }: Schemas): readonly ResponseFormat[] {
  if (format === undefined) return []
  if (!Array.isArray(format)) return [read(Format, format, ['response_format'])]
  return format.map((one: unknown, i) => read(Format, one, ['response_format', i]))
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  within: readonly PropertyKey[],
): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { text, unknown } = mistakeOf(result.error, value, within)
  throw new InteractionError(400, unknown ? 'parameter_unknown' : 'invalid_request', text)
}
