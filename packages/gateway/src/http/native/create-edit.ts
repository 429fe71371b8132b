import { PlantainError } from '../../contract/error.ts'
import type { EditRequest } from '../../contract/request.ts'
import type { EditResult } from '../../contract/result.ts'
import type { System } from '../../contract/system.ts'
import { readForm } from '../body/form-body.ts'
import type { BodyReader } from '../body/json-body.ts'
import { wishesOf } from '../edit-wishes.ts'
import type { Exchange, Handler } from '../exchange.ts'
import { onBehalfOf } from '../on-behalf.ts'
import { resultForCaller } from '../operator-fault.ts'
import { mustMayUse } from '../permitted.ts'
import { type StoredInputParts, withStored } from '../stored-input.ts'
import { tellOfEdit } from '../tell.ts'
import { type NativeAnswer, nativeReply, wantsImage } from './native-reply.ts'
import { goneBefore, type PreviousEdits } from './previous-edit.ts'
import { fromForm, fromJson, type NativeRequest } from './native-request.ts'

export interface CreateEditParts extends StoredInputParts {
  readonly system: System
  readonly edit: (request: EditRequest, signal: AbortSignal) => Promise<EditResult>
  readonly editTimeoutMs: number
  /** Keeps a result for a while, and says where its images can be had. */
  readonly keepsResults: boolean
  readonly keep: (result: EditResult, kept: KeptOptions) => Promise<NativeAnswer>
}

export interface KeptOptions {
  readonly keyId: string
  readonly origin: string
  readonly metadata: Readonly<Record<string, string>> | null
  /** Whether the answer is to hold links in place of the images. */
  readonly asLinks: boolean
}

/** `POST /v1/edits`: a JSON body or a form, and the result as JSON or as the image alone. */
export function createEdit(parts: CreateEditParts & PreviousEdits): Handler {
  return async (exchange) => {
    const { clock } = parts.system
    const begun = clock.monotonicMs()
    const asImage = wantsImage(exchange.request.headers.accept)
    const asked = await read(exchange, parts.bodies)
    exchange.watch.step('body', clock.monotonicMs() - begun)
    if (asImage && (asked.options.output?.count ?? 1) > 1)
      throw new PlantainError('not_acceptable', ONE_IMAGE)
    const asLinks = asked.options.output?.delivery === 'url'
    if (asLinks && !parts.keepsResults) throw new PlantainError('unsupported_option', NO_LINKS)
    if (asked.model !== null) mustMayUse(exchange.caller, asked.model, parts.system)
    const request = await requestOf(asked, exchange, parts)
    if (asked.model === null && request.model !== undefined)
      mustMayUse(exchange.caller, request.model, parts.system)
    const made = await parts.edit(request, exchange.signal)
    tellOfEdit(exchange.watch, made, asked.byteLength)
    const ownCredential = exchange.providerCredential !== null
    const result = resultForCaller(made, { ownCredential })
    const answer = await parts.keep(result, {
      keyId: exchange.caller.keyId,
      origin: exchange.origin,
      metadata: asked.options.metadata ?? null,
      asLinks,
    })
    return nativeReply(result, answer, {
      asImage,
      acceptAny: asked.options.accept === 'any',
      ownCredential,
    })
  }
}

const ONE_IMAGE =
  'An answer that is an image holds one, and several are asked for (output.count). Accept application/json, or ask for one.'

const NO_LINKS =
  'Results are not kept by this gateway (store.resultsKeepMs), so that a link would lead nowhere. Leave out output.delivery.'

function read(exchange: Exchange, bodies: BodyReader): Promise<NativeRequest> {
  const { headers } = exchange.request
  const type = headers['content-type'] ?? ''
  if (/^multipart\/form-data\b/i.test(type.trim())) {
    return readForm(exchange, bodies).then((form) => fromForm(form, headers))
  }
  return bodies
    .json(exchange)
    .then(({ document, skeleton }) => fromJson(document, { headers, byteLength: skeleton.byteLength }))
}

async function requestOf(
  { model, input, mask, options }: NativeRequest,
  exchange: Exchange,
  parts: CreateEditParts & PreviousEdits,
): Promise<EditRequest> {
  const before = await goneBefore(options.previousEdit, exchange, parts)
  const name = model ?? before?.model ?? null
  return {
    ...(name !== null && { model: name }),
    ...(before?.target && { prefer: before.target }),
    input: [...(before?.input ?? []), ...(await withStored(input, exchange, parts))],
    ...(mask !== null && { mask: mask.bytes() }),
    ...wishesOf(options),
    timeoutMs: Math.min(options.timeoutMs ?? Infinity, parts.editTimeoutMs),
    ...onBehalfOf(exchange),
  }
}
