import type { AspectRatio, ImageSize } from '../../contract/request.ts'
import type { Model } from '../../models/model.ts'
import { ratiosOf } from '../../models/pixels.ts'
import type { Asked } from '../asked.ts'
import { callsFunctions, takesThinkingLevel } from '../strict/abilities.ts'
import { invalidRequest } from './interaction-error.ts'
import type { InteractionRequest } from './read-request.ts'

export type Wanted = Pick<
  Asked,
  'wantsText' | 'wantsImage' | 'thoughts' | 'aspectRatio' | 'imageSize' | 'mimeType' | 'seed'
>
type Asking = Pick<Asked, 'surface' | 'model' | 'modelId'>

/** What a request wants to get. Throws `ApiError` 400 for what the model does not offer on the surface. */
export function readWanted(request: InteractionRequest, asking: Asking): Wanted {
  const { generation_config: config, formats } = request
  const { image_config: old, seed } = config ?? {}
  mustThink(config?.thinking_level, asking)
  mustSuitTools(request, asking)
  const format = formats.find((one) => one.type === 'image')
  if (format) mustDeliver(format)
  const at = format ? 'response_format' : 'generation_config.image_config'
  const aspectRatio = offeredRatio(format?.aspect_ratio ?? old?.aspect_ratio, at, asking)
  const imageSize = offeredSize(format?.image_size ?? old?.image_size, at, asking)
  return {
    ...modalities(request, asking),
    thoughts: config?.thinking_summaries === 'auto',
    ...(aspectRatio !== undefined && { aspectRatio }),
    ...(imageSize !== undefined && { imageSize }),
    ...(format?.mime_type !== undefined && { mimeType: 'image/jpeg' }),
    ...(seed !== undefined && { seed }),
  }
}

/** The formats, and before there were formats the modalities, say what comes; nothing said, all the model can. */
function modalities({ formats, response_modalities: old }: InteractionRequest, { model, modelId }: Asking) {
  const can: readonly string[] = model === null ? ['text'] : ['text', 'image']
  const said: readonly string[] = formats.length > 0 ? formats.map(({ type }) => type) : (old ?? [])
  const beyond = said.find((modality) => !can.includes(modality))
  if (beyond !== undefined) {
    throw invalidRequest(
      `The model ${modelId} does not answer with '${beyond}', only with ${can.join(' and ')}.`,
    )
  }
  const wanted = said.length === 0 ? can : said
  return { wantsText: wanted.includes('text'), wantsImage: wanted.includes('image') }
}

interface ImageFormat {
  readonly mime_type?: string | undefined
  readonly delivery?: string | undefined
}

/** Google has been seen to refuse PNG here, on models that make it elsewhere. */
function mustDeliver({ mime_type: mimeType, delivery }: ImageFormat): void {
  if (mimeType !== undefined && mimeType !== 'image/jpeg') {
    throw invalidRequest(
      `The value '${mimeType}' is not supported for 'mime_type' at 'response_format'. Only image/jpeg is.`,
    )
  }
  if (delivery === 'uri') {
    throw invalidRequest(
      "The value 'uri' is not supported for 'delivery' at 'response_format': the emulator delivers images inline only.",
    )
  }
}

function mustThink(level: string | undefined, { model }: Asking): void {
  if (level === undefined || takesThinkingLevel(model, level)) return
  throw invalidRequest(`Thinking level ${level} is not supported for this model.`)
}

function mustSuitTools({ tools = [] }: InteractionRequest, { model }: Asking): void {
  if (callsFunctions(model)) return
  const index = tools.findIndex(({ type }) => type === 'function')
  if (index === -1) return
  throw invalidRequest(`The value 'function' is not supported for 'type' at 'tools[${index}]' by this model.`)
}

function offeredRatio(said: AspectRatio | undefined, at: string, { surface, model, modelId }: Asking) {
  if (said === undefined || (model !== null && ratiosOf(model, surface).includes(said))) return said
  throw notOffered({ said, name: 'aspect_ratio', at, modelId })
}

function offeredSize(said: ImageSize | undefined, at: string, { model, modelId }: Asking) {
  if (said === undefined || sizesOf(model).includes(said)) return said
  throw notOffered({ said, name: 'image_size', at, modelId })
}

function sizesOf(model: Model | null): readonly ImageSize[] {
  return model?.imageSizes ?? []
}

function notOffered(wrong: { said: string; name: string; at: string; modelId: string }) {
  const { said, name, at, modelId } = wrong
  return invalidRequest(
    `The value '${said}' is not supported for '${name}' at '${at}' by the model ${modelId}.`,
  )
}
