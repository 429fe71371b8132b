import type { Model, Pixels, PixelTable } from '../../models/model.ts'
import { IMAGEN_RATIOS } from '../../models/ratio-sets.ts'
import { findModel } from '../../models/registry.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { Call } from '../call.ts'
import { errorContext, modelGone } from '../faults/errors.ts'
import { isServed } from '../../models/served.ts'

/** `serve`: ids Google has ended go on answering, for code that was written against them; `gone`: they are 404. */
export type Retired = 'serve' | 'gone'

export interface ImagenAge {
  readonly retired: Retired
  readonly nowMs: number
}

/**
 * The Imagen model of an id, completed by what the registry leaves open because Plantain sends to none: ratios and
 * pixels. Throws Google's errors for other ids and, as `retired` says, for those that are over.
 */
export function imagenFor(
  id: string,
  call: Pick<Call, 'surface' | 'apiVersion' | 'place'>,
  { retired, nowMs }: ImagenAge,
): Model {
  const model = findModel(id)
  if (model?.family === 'gemini-image' && call.surface === 'vertex') throw notForPredict()
  const { surface } = call
  if (model?.family !== 'imagen' || model.surfaces[surface] === null) throw gone(id, call)
  if (retired === 'gone' && !isServed(model, { surface, nowMs })) throw gone(id, call)
  return {
    ...model,
    aspectRatios: IMAGEN_RATIOS,
    imageSizes: model.imageSizes ?? [],
    defaultImageSize: '1K',
    pixels: PIXELS,
    outputTypes: { 'ai-studio': BOTH, vertex: BOTH },
  }
}

const BOTH = ['image/png', 'image/jpeg'] as const

/** As Google's Imagen pages list them at 1K; 2K is twice that. */
const PIXELS: PixelTable = {
  '1:1': sizes(1024, 1024),
  '3:4': sizes(896, 1280),
  '4:3': sizes(1280, 896),
  '9:16': sizes(768, 1408),
  '16:9': sizes(1408, 768),
}

function sizes(width: number, height: number): Readonly<Record<'1K' | '2K', Pixels>> {
  return { '1K': { width, height }, '2K': { width: 2 * width, height: 2 * height } }
}

/**
 * A masked edit comes back in the photo's own size, whatever that is. Models say their sizes by ratio, so for one
 * call the model is one of a single ratio, which has the photo's pixels.
 */
export function inSizeOf(photo: Pixels, model: Model): Model {
  return { ...model, aspectRatios: ['1:1'], pixels: { '1:1': { '1K': photo } } }
}

function gone(modelId: string, call: Pick<Call, 'surface' | 'apiVersion' | 'place'>) {
  if (call.surface === 'vertex') return modelGone(errorContext({ modelId }, call))
  return new ApiError(
    404,
    `models/${modelId} is not found for API version ${call.apiVersion || 'v1beta'}, or is not supported for predict. Call ListModels to see the list of available models and their supported methods.`,
  )
}

/** As users of Vertex AI report it. */
function notForPredict(): ApiError {
  return new ApiError(
    400,
    'Gemini cannot be accessed through Vertex Predict/RawPredict API. Please follow https://cloud.google.com/vertex-ai/docs/generative-ai/start/quickstarts/quickstart-multimodal for Gemini usage.',
    { rpc: 'FAILED_PRECONDITION' },
  )
}
