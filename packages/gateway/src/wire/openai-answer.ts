import type { EditResult, ResultImage, Usage } from '../contract/result.ts'
import type { TakeMemory } from '../contract/wire.ts'
import { encodeBase64 } from './base64.ts'
import { Base64Bytes, JsonBlob } from './json-blob.ts'
import { writeJson } from './json-write.ts'
import { type AnsweredQuality, qualityOf } from './openai-sizes.ts'

export type ImagesCall = 'image_edit' | 'image_generation'

/** What OpenAI's answers say of the pictures in them: of what was made, which may be more than was asked for. */
interface Made {
  readonly background: 'opaque'
  readonly output_format: string
  readonly quality: AnsweredQuality
  readonly size: string
}

function madeOf({ mimeType, width, height }: Pick<ResultImage, 'mimeType' | 'width' | 'height'>): Made {
  return {
    background: 'opaque',
    output_format: mimeType.replace(/^image\//, ''),
    quality: qualityOf(width * height),
    size: `${width}x${height}`,
  }
}

export interface AnswerParts {
  /** When it was made, in whole seconds of Unix. */
  readonly created: number
  /** Where the pictures can be had, in place of them; `null`: they are in the answer. */
  readonly links: readonly string[] | null
  /** What OpenAI's answers have no place for. */
  readonly plantain: object
  /** For the base64 of the pictures. */
  readonly memory: TakeMemory
}

/** The answer to both calls, in pieces; the pictures are never text. */
export function imagesAnswer(
  { images, usage }: EditResult,
  { created, links, plantain, memory }: AnswerParts,
): readonly Uint8Array[] {
  const [first] = images
  const data = images.map((image, index) =>
    links === null ? { b64_json: base64Of(image, memory) } : { url: links[index] },
  )
  return writeJson({
    created,
    data,
    ...(first && madeOf(first)),
    ...(usage && { usage: usageOf(usage) }),
    plantain,
  })
}

export interface EventParts extends Omit<AnswerParts, 'links'> {
  readonly call: ImagesCall
}

/** The same as a stream: an event for each draft, and one for each picture. */
export function imageEvents(
  { images, drafts = [], usage }: EditResult,
  { call, created, plantain, memory }: EventParts,
): readonly Uint8Array[] {
  const told = (image: ResultImage) => ({
    b64_json: base64Of(image, memory),
    created_at: created,
    ...madeOf(image),
  })
  return [
    ...drafts.flatMap((draft, index) =>
      eventOf({ type: `${call}.partial_image`, partial_image_index: index, ...told(draft) }),
    ),
    ...images.flatMap((image, index) =>
      eventOf({
        type: `${call}.completed`,
        ...told(image),
        // All of it is in the last one: summed up, events give what was used.
        usage: usageOf(index === images.length - 1 && usage !== null ? usage : NONE),
        ...(index === images.length - 1 && { plantain }),
      }),
    ),
  ]
}

function eventOf(event: { readonly type: string; readonly [field: string]: unknown }): readonly Uint8Array[] {
  return [Buffer.from(`event: ${event.type}\ndata: `), ...writeJson(event), Buffer.from('\n\n')]
}

/** As the model sent it, where it can go out like that. */
function base64Of(image: ResultImage, memory: TakeMemory): JsonBlob {
  const ready = image.base64?.() ?? null
  return ready === null ? new Base64Bytes(encodeBase64(image.bytes, memory)) : new JsonBlob(ready)
}

const NONE: Usage = {
  inputTextTokens: 0,
  inputImageTokens: 0,
  outputTextTokens: 0,
  outputImageTokens: 0,
  thoughtTokens: 0,
  totalTokens: 0,
}

/** Thoughts are billed as output text. */
function usageOf(usage: Usage) {
  const { inputTextTokens, inputImageTokens, outputTextTokens, outputImageTokens, thoughtTokens } = usage
  const outputText = outputTextTokens + thoughtTokens
  return {
    input_tokens: inputTextTokens + inputImageTokens,
    output_tokens: outputText + outputImageTokens,
    total_tokens: usage.totalTokens,
    input_tokens_details: { text_tokens: inputTextTokens, image_tokens: inputImageTokens },
    output_tokens_details: { text_tokens: outputText, image_tokens: outputImageTokens },
  }
}
