import type { EditResult } from '../../contract/result.ts'
import { encodeBase64 } from '../../wire/base64.ts'
import { Base64Bytes } from '../../wire/json-blob.ts'
import { writeJson } from '../../wire/json-write.ts'
import { editHeaders, relayHeaders } from '../edit-headers.ts'
import { jsonReply, type Reply } from '../exchange.ts'
import { faultReply } from '../fault-reply.ts'
import { faultForCaller, isOperatorFault } from '../operator-fault.ts'

export interface AnswerOptions {
  readonly streamed: boolean
  readonly purpose: 'edit' | 'pass'
  /** Whether Google was asked with the caller's own credential: then what it says of that is the caller's to read. */
  readonly ownCredential: boolean
}

/**
 * An edit as Google would answer it. What Google did answer goes out as it came, refusals and errors included: its SDKs
 * expect them so. What was found out about it is in the headers.
 */
export function geminiReply(result: EditResult, options: AnswerOptions): Reply {
  const { wire, error } = result
  const headers = options.purpose === 'edit' ? editHeaders(result) : relayHeaders(result)
  const hidden = error !== null && !options.ownCredential && isOperatorFault(error.code)
  if (wire !== undefined && !wire.cut && !hidden) {
    return {
      status: wire.status,
      headers: { ...waitOf(error), ...wire.headers, ...headers },
      body: [wire.body],
    }
  }
  const refused = error !== null && result.images.length === 0 && !SAID_IN_200.has(error.code)
  if (refused) {
    const reply = faultReply(faultForCaller(result, options), 'gemini')
    return { ...reply, headers: { ...reply.headers, ...headers } }
  }
  return options.streamed ? streamed(result, headers) : unary(result, headers)
}

/** Google has it in the body, where no client looks. */
function waitOf(error: EditResult['error']): Readonly<Record<string, string>> {
  return error?.waitMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.waitMs / 1000)) }
}

/** Google says these in an answer, never as an error. */
const SAID_IN_200: ReadonlySet<string> = new Set(['no_image', 'image_blocked'])

function unary(result: EditResult, headers: Readonly<Record<string, string>>): Reply {
  const reply = jsonReply(200, {}, headers)
  return { ...reply, body: writeJson(documentOf(result)) }
}

function streamed(result: EditResult, headers: Readonly<Record<string, string>>): Reply {
  const body = [Buffer.from('data: '), ...writeJson(documentOf(result)), Buffer.from('\r\n\r\n')]
  return { status: 200, headers: { 'content-type': 'text/event-stream', ...headers }, body }
}

/** A `GenerateContentResponse` of an edit that Google did not make. */
function documentOf({ id, images, text, model, usage, error }: EditResult) {
  const parts = [
    ...(text === '' ? [] : [{ text }]),
    ...images.map(({ mimeType, bytes }) => ({
      inlineData: { mimeType, data: new Base64Bytes(encodeBase64(bytes)) },
    })),
  ]
  const finishReason =
    error?.code === 'image_blocked' ? 'IMAGE_SAFETY' : error?.code === 'no_image' ? 'NO_IMAGE' : 'STOP'
  return {
    candidates: [{ content: { role: 'model', parts }, finishReason, index: 0 }],
    usageMetadata: {
      promptTokenCount: usage === null ? 0 : usage.inputTextTokens + usage.inputImageTokens,
      candidatesTokenCount: usage === null ? 0 : usage.outputTextTokens + usage.outputImageTokens,
      totalTokenCount: usage?.totalTokens ?? 0,
    },
    modelVersion: model ?? '',
    responseId: id,
  }
}
