import { PlantainError } from '../../contract/error.ts'
import type { EditResult } from '../../contract/result.ts'
import { documentOf } from '../../edit/document.ts'
import { encodeBase64 } from '../../wire/base64.ts'
import { Base64Bytes } from '../../wire/json-blob.ts'
import { writeJson } from '../../wire/json-write.ts'
import { editHeaders } from '../edit-headers.ts'
import { jsonReply, type Reply } from '../exchange.ts'
import { problemReply } from '../fault-reply.ts'
import { faultForCaller } from '../operator-fault.ts'

/** What the answer says of the images: links to them, or `null` where they are in it. */
export interface NativeAnswer {
  readonly links: readonly string[] | null
  readonly metadata: Readonly<Record<string, string>> | null
}

export interface NativeReplyOptions {
  /** Whether the image alone is wanted. */
  readonly asImage: boolean
  /** Whether an image that failed a check is a success too. */
  readonly acceptAny: boolean
  readonly ownCredential: boolean
}

/**
 * Whether `accept` asks for a picture rather than for a document. Throws `not_acceptable` where it wants what no edit
 * comes as.
 */
export function wantsImage(accept = '*/*'): boolean {
  const types = accept.split(',').map((part) => part.split(';', 1)[0]?.trim().toLowerCase() ?? '')
  if (
    types.some((type) => type === '*/*' || type === '' || type === 'application/*' || /\bjson$/.test(type))
  ) {
    // Browsers and curl name both, or neither: a picture alone has to be asked for first.
    return types[0]?.startsWith('image/') ?? false
  }
  if (types.some((type) => type.startsWith('image/'))) return true
  throw new PlantainError(
    'not_acceptable',
    'An edit comes as application/json, or as the image alone (accept: image/*).',
  )
}

/** An edit as the native door answers it: status by outcome, the whole result either way. */
export function nativeReply(result: EditResult, answer: NativeAnswer, options: NativeReplyOptions): Reply {
  const headers = editHeaders(result)
  const accepted = result.outcome === 'edited' || (options.acceptAny && result.images.length > 0)
  if (!accepted) return refused(result, headers, options)
  const last = result.images.at(-1)
  if (options.asImage && last !== undefined) {
    return { status: 200, headers: { 'content-type': last.mimeType, ...headers }, body: [last.bytes] }
  }
  const reply = jsonReply(200, {}, headers)
  return { ...reply, body: writeJson(answerOf(result, answer)) }
}

function refused(
  result: EditResult,
  headers: Readonly<Record<string, string>>,
  options: NativeReplyOptions,
): Reply {
  const { id, outcome, model, requestedModel, target, attempts, costMicroUsd, usage, notices, text, checks } =
    result
  const { missing } = result
  const { reason, safety } = result.error ?? {}
  const reply = problemReply(faultForCaller(result, options), {
    id,
    outcome,
    model,
    requestedModel,
    target,
    ...(reason !== undefined && { finishReason: reason }),
    ...(safety !== undefined && { safetyRatings: safety }),
    ...(text !== '' && { text }),
    ...(missing.length > 0 && { missing }),
    checks,
    attempts,
    costMicroUsd,
    usage,
    notices,
    ...(result.images.length > 0 && { result: `/v1/edits/${id}` }),
  })
  return { ...reply, headers: { ...reply.headers, ...headers } }
}

/** `ResultDocument`, its images' bytes not yet text. */
function answerOf(result: EditResult, { links, metadata }: NativeAnswer) {
  const document = documentOf(result, (facts, image, index) => ({
    ...facts,
    ...(links === null ? { data: new Base64Bytes(encodeBase64(image.bytes)) } : { url: links[index] }),
  }))
  return { ...document, ...(metadata !== null && { metadata }) }
}
