import type { OutputOptions } from '../../contract/request.ts'
import { type OpenAiAsk, wrong } from '../../wire/openai-request.ts'
import type { EditOptions } from '../edit-options.ts'

/** What OpenAI's fields and Plantain's options ask for together. */
export interface Agreed {
  readonly output: OutputOptions
  readonly count: number | undefined
  /** `null`: nobody says. */
  readonly asLinks: boolean | null
}

/**
 * Puts a request's fields and its options together. Throws `invalid_request` where both speak of the same thing and mean
 * two: whichever went out, somebody would not get what was asked for.
 */
export function agreed(ask: OpenAiAsk, { output = {} }: EditOptions): Agreed {
  const { shape, imageSize, mimeType, quality, count, format } = ask
  const aspectRatio = one('size', shape?.aspectRatio, 'output.aspectRatio', output.aspectRatio)
  const size =
    shape === null
      ? one('quality', imageSize ?? undefined, 'output.imageSize', output.imageSize)
      : one('size', shape.imageSize, 'output.imageSize', output.imageSize)
  const type = one('output_format', mimeType ?? undefined, 'output.mimeType', output.mimeType)
  const grade = one('output_compression', quality ?? undefined, 'output.quality', output.quality)
  const delivery = format === null ? undefined : format === 'url' ? 'url' : 'inline'
  const delivered = one('response_format', delivery, 'output.delivery', output.delivery)
  return {
    output: {
      ...(aspectRatio !== undefined && { aspectRatio }),
      ...(size !== undefined && { imageSize: size }),
      ...(type !== undefined && { mimeType: type }),
      ...(grade !== undefined && { quality: grade }),
    },
    count: one('n', count ?? undefined, 'output.count', output.count),
    asLinks: delivered === undefined ? null : delivered === 'url',
  }
}

function one<Value>(field: string, value: Value | undefined, option: string, other: Value | undefined) {
  if (value === undefined || other === undefined || value === other) return value ?? other
  throw wrong(field, `and plantain.${option} ask for two different things: leave out one of them`)
}
