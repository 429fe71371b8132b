import { isJsonObject } from '../../contract/json-object.ts'
import type { Asked } from '../asked.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'
import { inputUsageOf } from '../turn/usage.ts'
import { promptTokensDetails } from './answer.ts'

/** `countTokens`: of `contents`, or of a whole `generateContentRequest` that names its model once more. */
export async function countTokens(call: Call, ask: (document: unknown) => Promise<Asked>): Promise<Reply> {
  const asked = await ask(requestIn(await call.json()))
  const usage = inputUsageOf(asked)
  return jsonReply({
    totalTokens: usage.inputTextTokens + usage.inputImageTokens,
    ...(call.surface === 'vertex' && { totalBillableCharacters: asked.inputChars }),
    promptTokensDetails: promptTokensDetails(usage, asked),
  })
}

function requestIn(document: unknown): unknown {
  if (!isJsonObject(document)) return document
  const whole = document['generateContentRequest'] ?? document['generate_content_request']
  if (!isJsonObject(whole)) return document
  const { model: _, ...request } = whole
  return request
}
