import { PlantainError } from '../../contract/error.ts'
import type { WireMethod } from '../../contract/wire.ts'
import type { Exchange, Handler, Reply } from '../exchange.ts'
import type { ContentCall, Generate } from './generate.ts'

/** What the methods of a model are answered by. */
export interface ModelMethods {
  readonly generate: Generate
  readonly predict: (exchange: Exchange, model: string) => Promise<Reply>
}

/** `POST …/models/{model}:{method}` of the Developer API. */
export function createModelCalls(methods: ModelMethods): Handler {
  return async (exchange) => {
    const apiVersion = /^\/(v1(?:beta)?)\//.exec(exchange.path)?.[1] ?? ''
    return callModel(methods, exchange, { ...callOf(exchange.params['call'] ?? ''), apiVersion })
  }
}

export interface ModelCall {
  readonly model: string
  readonly method: Method
}

export function callModel(
  { generate, predict }: ModelMethods,
  exchange: Exchange,
  { model, method, apiVersion }: ModelCall & Pick<ContentCall, 'apiVersion'>,
): Promise<Reply> {
  return method === 'predict' ? predict(exchange, model) : generate(exchange, { model, method, apiVersion })
}

/** Reads `{model}:{method}`. Throws `not_found`, or `not_implemented` where Google has the method. */
export function callOf(call: string): ModelCall {
  const colon = call.lastIndexOf(':')
  const [model, name] = [call.slice(0, colon), call.slice(colon + 1)]
  const method = METHODS.find((one) => one === name)
  if (colon > 0 && method !== undefined) return { model, method }
  if (colon > 0 && UNBUILT.test(name)) {
    throw new PlantainError(
      'not_implemented',
      `Google has ${name}; Plantain does not have it yet. It has ${METHODS.join(', ')}.`,
    )
  }
  throw new PlantainError('not_found', `There is no such method of a model. There are ${METHODS.join(', ')}.`)
}

type Method = WireMethod | 'predict'
const METHODS: readonly Method[] = ['generateContent', 'streamGenerateContent', 'countTokens', 'predict']

/** Google has them, and the door has not. */
const UNBUILT =
  /^(?:batchGenerateContent|asyncBatchEmbedContent|embedContent|batchEmbedContents|predictLongRunning|fetchPredictOperation|computeTokens|generateAnswer|rawPredict|streamRawPredict)$/
