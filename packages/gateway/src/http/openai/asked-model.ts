import type { EditResult } from '../../contract/result.ts'
import { isOpenAiModel } from '../../wire/openai-models.ts'

/** The model a request comes to, and how its result tells of that. */
export interface AskedModel {
  readonly id: string
  told(result: EditResult): EditResult
}

/**
 * Applications that speak OpenAI's dialect name its models, or none: both mean what the gateway takes by itself, and
 * the result says so. Google's names are meant as they are, and whether there is one of another name is found out later.
 */
export function askedModel(name: string | null, byDefault: string): AskedModel {
  if (name !== null && !isOpenAiModel(name)) return { id: name, told: (result) => result }
  const text =
    name === null
      ? `No model was named; ${byDefault} is what this gateway takes then.`
      : `${name} is a model of OpenAI’s; on this door it means ${byDefault}, what this gateway takes by itself.`
  return {
    id: byDefault,
    told: (result) => ({
      ...result,
      requestedModel: name,
      notices: [{ code: 'model_alias', text }, ...result.notices],
    }),
  }
}
