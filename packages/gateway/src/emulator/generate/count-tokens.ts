import { isJsonObject } from '../../contract/json-object.ts'
import type { Asked } from '../asked.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'
import { usageOf } from '../turn/usage.ts'

/** `countTokens`: of `contents`, or of a whole `generateContentRequest` that names its model once more. */
export async function countTokens(call: Call, ask: (document: unknown) => Promise<Asked>): Promise<Reply> {
  const asked = await ask(requestIn(await call.json()))
  const nothing = { images: 0, textChars: 0, thought: false }
  const { inputTextTokens, inputImageTokens } = usageOf(asked, nothing, call.random)
  return jsonReply({
    totalTokens: inputTextTokens + inputImageTokens,
    ...(call.surface === 'vertex' && { totalBillableCharacters: asked.inputChars }),
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: inputTextTokens },
      ...(asked.inputImages > 0 ? [{ modality: 'IMAGE', tokenCount: inputImageTokens }] : []),
    ],
  })
}

function requestIn(document: unknown): unknown {
  if (!isJsonObject(document)) return document
  const whole = document['generateContentRequest'] ?? document['generate_content_request']
  if (!isJsonObject(whole)) return document
  const { model: _, ...request } = whole
  return request
}
