import { ASPECT_RATIOS, type AspectRatio, IMAGE_SIZES, type ImageSize } from '../../contract/request.ts'
import type { Model, Surface } from '../../models/model.ts'
import { ratiosOf } from '../../models/pixels.ts'
import { invalidArgument } from '../../wire/api-error.ts'
import type { Asked } from '../asked.ts'
import type { GenerationConfig } from './generation-config-message.ts'
import { takesThinkingLevel } from './abilities.ts'
import { cutShort } from './violation.ts'

/** What a `generationConfig` asks for. */
export type Wanted = Pick<
  Asked,
  'wantsText' | 'wantsImage' | 'thoughts' | 'aspectRatio' | 'imageSize' | 'mimeType' | 'jpegQuality' | 'seed'
>

interface Asking {
  readonly surface: Surface
  readonly modelId: string
  readonly model: Model | null
}

/** @throws ApiError 400 for what the model does not offer there. */
export function readWanted(config: GenerationConfig, asking: Asking): Wanted {
  const { candidateCount = 1, seed } = config
  if (candidateCount > 1) throw invalidArgument('Multiple candidates is not enabled for this model')
  mustSuitTextFormat(config, asking)
  const modalities = readModalities(config, asking)
  mustSuitThinking(config, asking)
  // Of the two containers the older one counts; what Google does where they disagree has not been seen.
  const format = config.responseFormat?.find(({ image }) => image !== undefined)?.image
  const aspectRatio = readRatio(
    config.imageConfig?.aspectRatio || unlessUnspecified(format?.aspectRatio),
    asking,
  )
  const imageSize = readSize(config.imageConfig?.imageSize || unlessUnspecified(format?.imageSize), asking)
  const output = config.imageConfig?.imageOutputOptions
  const mimeType = readOutputType(output?.mimeType || format?.mimeType, asking)
  const jpegQuality = readQuality(output?.compressionQuality)
  return {
    ...modalities,
    thoughts: config.thinkingConfig?.includeThoughts ?? false,
    ...(aspectRatio === undefined ? {} : { aspectRatio }),
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(jpegQuality === undefined ? {} : { jpegQuality }),
    ...(seed === undefined ? {} : { seed }),
  }
}

const TEXT_TYPES = ['text/plain', 'application/json', 'application/xml', 'application/yaml', 'text/x.enum']

function mustSuitTextFormat(config: GenerationConfig, { model }: Asking): void {
  const type = config.responseMimeType || 'text/plain'
  if (!TEXT_TYPES.includes(type)) {
    throw invalidArgument(
      '* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are `text/plain`, `application/json`, `application/xml`, `application/yaml` and `text/x.enum`.\n',
    )
  }
  const structured =
    type !== 'text/plain' ||
    config.responseSchema !== undefined ||
    (config.responseJsonSchema ?? null) !== null
  if (model !== null && structured) throw invalidArgument('JSON mode is not enabled for this model')
}

/** An image model may be asked for its words alone, or its picture alone; where nothing is said it gives both. */
function readModalities(config: GenerationConfig, { model, modelId }: Asking) {
  const said = (config.responseModalities ?? []).filter((modality) => modality !== 'MODALITY_UNSPECIFIED')
  const offered: readonly string[] = model === null ? ['TEXT'] : ['IMAGE', 'TEXT']
  if (said.every((modality) => offered.includes(modality))) {
    const wanted = said.length === 0 ? offered : said
    return { wantsText: wanted.includes('TEXT'), wantsImage: wanted.includes('IMAGE') }
  }
  throw invalidArgument(
    `The requested combination of response modalities (${[...new Set(said)].join(', ')}) is not supported by the model. models/${modelId} accepts the following combination of response modalities:\n* ${offered.join(', ')}\n`,
  )
}

function mustSuitThinking({ thinkingConfig }: GenerationConfig, { model }: Asking): void {
  const level = thinkingConfig?.thinkingLevel
  if (level === undefined || level === 'THINKING_LEVEL_UNSPECIFIED') return
  if (takesThinkingLevel(model, level.toLowerCase())) return
  throw invalidArgument(`Thinking level ${level} is not supported for this model.`)
}

function readRatio(said: string | undefined, { surface, model }: Asking): AspectRatio | undefined {
  if (said === undefined) return undefined
  const offered = model === null ? [] : model.aspectRatios === null ? ASPECT_RATIOS : ratiosOf(model, surface)
  const ratio = offered.find((one) => one === said)
  if (ratio === undefined) throw invalidArgument('Aspect ratio is not enabled for this model')
  return ratio
}

/** Google's words have not been seen; these follow those about ratios. */
function readSize(said: string | undefined, { model }: Asking): ImageSize | undefined {
  if (said === undefined) return undefined
  const offered = model === null ? [] : (model.imageSizes ?? IMAGE_SIZES)
  const size = offered.find((one) => one === said)
  if (size !== undefined) return size
  const instead = offered.length === 0 ? '' : ` Supported sizes: ${offered.join(', ')}.`
  throw invalidArgument(`Image size ${cutShort(said)} is not enabled for this model.${instead}`)
}

/** As far as known: AI Studio has been seen to refuse PNG, not how. */
function readOutputType(said: string | undefined, { surface, model }: Asking): Asked['mimeType'] {
  if (said === undefined || said === '') return undefined
  const known = (['image/png', 'image/jpeg'] as const).find((type) => type === said)
  const offered = model?.outputTypes?.[surface] ?? ['image/png', 'image/jpeg']
  if (known !== undefined && offered.includes(known)) return known
  throw invalidArgument(`Unsupported output MIME type: ${cutShort(said)}`)
}

function readQuality(said: number | undefined): number | undefined {
  if (said === undefined || (said >= 0 && said <= 100)) return said
  throw invalidArgument(`Compression quality ${said} is not between 0 and 100.`)
}

function unlessUnspecified(name: string | undefined): string | undefined {
  return name?.endsWith('_UNSPECIFIED') ? undefined : name
}
