import { ERRORS } from '../../contract/error.ts'
import type { JsonObject } from '../../contract/json-object.ts'
import type { EditResult } from '../../contract/result.ts'
import { encodeBase64 } from '../../wire/base64.ts'
import {
  imageContent,
  type Interaction,
  interactionDocument,
  type InteractionFault,
  outputSteps,
  refusalFault,
  statusOfRefused,
  textContent,
  usageDocument,
} from '../../wire/interactions-document.ts'
import { eventPieces, interactionEvents, LAST_EVENT } from '../../wire/interactions-events.ts'
import { writeJson } from '../../wire/json-write.ts'
import { editHeaders } from '../edit-headers.ts'
import { jsonReply, type Reply } from '../exchange.ts'
import { faultReply } from '../fault-reply.ts'
import { faultForCaller } from '../operator-fault.ts'
import type { InteractionRequest } from './interaction-request.ts'

export interface InteractionReplyOptions extends Pick<InteractionRequest, 'model' | 'stream' | 'wantsText'> {
  readonly createdMs: number
  readonly updatedMs: number
  /** Whether an image goes out too that was not put back where it was to be preserved. */
  readonly acceptAny: boolean
  /** To the images, in place of their bytes. */
  readonly links: readonly string[] | null
  /** Whether Google was asked with the caller's own credential: then what it says of that is the caller's to read. */
  readonly ownCredential: boolean
}

/**
 * An edit as an interaction. What Google answers with 200 is an answer here too: a refusal is an interaction that has
 * failed, and a picture that is not as it was asked for goes out. What was found out about it is in the headers.
 */
export function interactionReply(made: EditResult, options: InteractionReplyOptions): Reply {
  const result = options.acceptAny ? made : withoutUnpreserved(made)
  const headers = editHeaders(result)
  if (isError(result)) {
    const reply = faultReply(faultForCaller(result, options), 'interactions')
    return { ...reply, headers: { ...reply.headers, ...headers } }
  }
  const interaction = interactionOf(result, options)
  if (!options.stream) {
    return { ...jsonReply(200, {}, headers), body: writeJson(interactionDocument(interaction)) }
  }
  // Nothing of it was known before the end, when the picture had been looked at.
  const body = [...interactionEvents(interaction).flatMap(eventPieces), LAST_EVENT]
  return { status: 200, headers: { 'content-type': 'text/event-stream', ...headers }, body }
}

/** What lies outside a mask is not to be changed by anybody. */
function withoutUnpreserved(result: EditResult): EditResult {
  return result.outcome === 'preserve_failed' ? { ...result, images: [] } : result
}

/** What was billed, or may have been, is none: on an error Google's clients ask again by themselves, four times, and pay each time. */
function isError({ error, images, charged }: EditResult): boolean {
  if (error === null || images.length > 0) return false
  return charged === 'no' && !SAID_IN_200.has(error.code)
}

/** Google says these in an answer, billed or not. */
const SAID_IN_200: ReadonlySet<string> = new Set(['no_image', 'image_blocked'])

function interactionOf(result: EditResult, options: InteractionReplyOptions): Interaction {
  const { id, model, usage, text, images } = result
  const content = [
    ...(text !== '' && options.wantsText ? [textContent(text)] : []),
    ...images.map(({ mimeType, bytes }, index) => {
      const link = options.links?.[index]
      return link === undefined
        ? imageContent(mimeType, encodeBase64(bytes))
        : ({ type: 'image', mime_type: mimeType, uri: link } satisfies JsonObject)
    }),
  ]
  const refusal = refusalOf(result, options)
  return {
    id,
    model: model ?? options.model ?? '',
    status: refusal === null ? 'completed' : statusOfRefused(result.error?.reason ?? '', content.length > 0),
    createdMs: options.createdMs,
    updatedMs: options.updatedMs,
    previousId: null,
    steps: [...thoughtSteps(result, options), ...outputSteps(content, refusal)],
    usage: usage && usageDocument(usage),
    errors: [...(refusal === null ? [] : [refusal]), ...missingOf(result)],
  }
}

/** By which the model knows its picture again, for whoever sends the steps back with the next words. */
function thoughtSteps({ images }: EditResult, { links }: InteractionReplyOptions): readonly JsonObject[] {
  const signature = images.length === 1 && links === null ? images[0]?.signature : undefined
  return signature === undefined ? [] : [{ type: 'thought', signature, summary: [] }]
}

/** A model that was done and only spoke has completed, as Google sees it, where its words are wanted. */
function refusalOf(
  { error, images, text }: EditResult,
  { wantsText }: InteractionReplyOptions,
): InteractionFault | null {
  if (error === null || images.length > 0) return null
  const { reason, message, code } = error
  const isDone = reason === undefined || ENDED.has(reason)
  if (code === 'no_image' && isDone && wantsText && text !== '') return null
  return refusalFault(isDone ? code : reason, message)
}

const ENDED: ReadonlySet<string> = new Set(['STOP', 'TEXT_ONLY'])

function missingOf({ missing }: EditResult): readonly InteractionFault[] {
  return missing.map(({ code, message, index }) => ({
    code,
    message: `Result ${index + 1} did not come. ${message === '' ? ERRORS[code].text : message}`,
  }))
}
