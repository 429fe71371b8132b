import type { EditResult } from '../../contract/result.ts'
import type { TakeMemory } from '../../contract/wire.ts'
import { ERRORS } from '../../contract/error.ts'
import { documentOf } from '../../edit/document.ts'
import { type ImagesCall, imageEvents, imagesAnswer } from '../../wire/openai-answer.ts'
import { openAiError, openAiRetryHeaders } from '../../wire/openai-error.ts'
import { editHeaders } from '../edit-headers.ts'
import { jsonReply, type Reply } from '../exchange.ts'
import { faultForCaller } from '../operator-fault.ts'

export interface ImagesReplyOptions {
  readonly call: ImagesCall
  readonly nowMs: number
  readonly links: readonly string[] | null
  /** What the caller wrote on it, to be given back. */
  readonly metadata: Readonly<Record<string, string>> | null
  readonly stream: boolean
  /** Whether an image that failed a check is a success too. */
  readonly acceptAny: boolean
  readonly ownCredential: boolean
  /** What the answer is written in. */
  readonly memory: TakeMemory
}

/** An edit as OpenAI would answer it, as one document or as events. */
export function imagesReply(result: EditResult, options: ImagesReplyOptions): Reply {
  const headers = editHeaders(result)
  const accepted = result.outcome === 'edited' || (options.acceptAny && result.images.length > 0)
  if (!accepted) return refused(result, headers, options)
  const { call, nowMs, links, metadata, stream, memory } = options
  const plantain = { ...storyOf(result), ...(metadata && { metadata }) }
  const told = { created: Math.floor(nowMs / 1000), plantain, memory }
  if (!stream) {
    return { ...jsonReply(200, {}, headers), body: imagesAnswer(result, { ...told, links }) }
  }
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no', ...headers },
    body: imageEvents(result, { ...told, call }),
  }
}

function refused(
  result: EditResult,
  headers: Readonly<Record<string, string>>,
  options: ImagesReplyOptions,
): Reply {
  const why = faultForCaller(result, options)
  const { reason, safety } = result.error ?? {}
  const document = openAiError(why, {
    ...(reason !== undefined && { finishReason: reason }),
    ...(safety !== undefined && { safetyRatings: safety }),
    plantain: {
      ...storyOf(result),
      ...(result.images.length > 0 && { result: `/v1/edits/${result.id}` }),
    },
  })
  return jsonReply(ERRORS[why.code].status, document, { ...headers, ...openAiRetryHeaders(why) })
}

/** What is known of an edit beside its pictures, as the native door has it. */
function storyOf(result: EditResult): object {
  const { images: _images, error: _error, usage: _usage, ...story } = documentOf(result, (facts) => facts)
  return story
}
