import { PlantainError } from '../../contract/error.ts'
import type { EditRequest } from '../../contract/request.ts'
import type { EditResult } from '../../contract/result.ts'
import { purposeOf } from '../../edit/legacy-text.ts'
import { resolveModel } from '../../models/registry.ts'
import type { EditOptions } from '../edit-options.ts'
import { wishesOf } from '../edit-wishes.ts'
import type { Exchange, Handler } from '../exchange.ts'
import type { CreateEditParts } from '../native/create-edit.ts'
import { onBehalfOf } from '../on-behalf.ts'
import { resultForCaller } from '../operator-fault.ts'
import { type OwnOptions, readOwnOptions } from '../own-options.ts'
import { mustMayUse } from '../permitted.ts'
import { type AskedPart, type StoredInputParts, withStored } from '../stored-input.ts'
import { tellOfEdit } from '../tell.ts'
import { type PlaceParts, withinPlace } from '../vertex/within-place.ts'
import type { Turn } from './conversation.ts'
import { interactionReply } from './interaction-reply.ts'
import { type InteractionRequest, readInteractionRequest } from './interaction-request.ts'

/** What the door needs of the rest of the house. */
export interface CreateInteractionParts extends StoredInputParts, PlaceParts {
  readonly edit: (request: EditRequest, signal: AbortSignal) => Promise<EditResult>
  readonly legacyText: 'edit' | 'pass' | 'refuse'
  readonly editTimeoutMs: number
  readonly keepsResults: boolean
  /** For answers that are to hold links. */
  readonly keep: CreateEditParts['keep']
}

/** `POST interactions`: an edit, in the dialect Google recommends for new work. */
export function createInteraction(parts: CreateInteractionParts): Handler {
  const { clock } = parts.system
  return async (exchange) => {
    const createdMs = clock.now()
    const begun = clock.monotonicMs()
    const { document, skeleton } = await parts.bodies.json(exchange)
    exchange.watch.step('body', clock.monotonicMs() - begun)
    const asked = readInteractionRequest(document)
    const own = readOwnOptions(document['plantain'], exchange.request.headers)
    const asLinks = (own.options.output?.delivery ?? (asked.asLinks ? 'url' : 'inline')) === 'url'
    if (asLinks && !parts.keepsResults) throw new PlantainError('unsupported_option', NO_LINKS)
    mustBeMeant(asked, exchange, parts)
    return withinPlace(exchange, asked.model ?? '', parts, async (within) => {
      const around = { exchange: within, parts }
      const request = await requestOf(asked, own, around)
      const made = await parts.edit(request, exchange.signal)
      tellOfEdit(exchange.watch, made, skeleton.byteLength)
      const ownCredential = exchange.providerCredential !== null
      const result = resultForCaller(made, { ownCredential })
      const { links } = asLinks ? await kept(result, own.options, around) : { links: null }
      return interactionReply(result, {
        ...asked,
        createdMs,
        updatedMs: clock.now(),
        acceptAny: own.options.accept === 'any',
        links,
        ownCredential,
      })
    })
  }
}

const NO_LINKS =
  'Results are not kept by this gateway (store.resultsKeepMs), so that a link would lead nowhere. Leave out the delivery.'

interface Around {
  readonly exchange: Exchange
  readonly parts: CreateInteractionParts
}

/** Whether an edit is what the model is asked for: a text model is asked for words by everybody else. */
function mustBeMeant(
  { model, turns }: InteractionRequest,
  { caller }: Exchange,
  { system, legacyText }: CreateInteractionParts,
): void {
  if (model === null) return
  mustMayUse(caller, model, system)
  const resolution = resolveModel(model, { nowMs: system.clock.now() })
  if (resolution.kind !== 'text-model') return
  const shown = turns.flatMap(({ parts }) => parts)
  const words = lastOf(turns).parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []))
  const purpose = purposeOf({
    instruction: words.join('\n'),
    hasImage: shown.some(({ kind }) => kind !== 'text'),
    tools: false,
    schema: false,
    textOnly: false,
  })
  if (purpose === 'edit' && legacyText === 'edit') return
  throw new PlantainError(
    'unsupported_option',
    `${model} answers words, and an interaction here is an edit. For an edit ask ${resolution.instead.id}; for words ask ${model} by generateContent.`,
  )
}

async function requestOf(
  asked: InteractionRequest,
  { options, mask }: OwnOptions,
  { exchange, parts }: Around,
): Promise<EditRequest> {
  const { model, turns, seed, settings } = asked
  const wishes = wishesOf(options)
  return {
    ...(model !== null && { model }),
    input: await withStored(turns.flatMap(partsOf), exchange, parts),
    ...(mask && { mask: mask.bytes() }),
    ...(settings && { settings }),
    ...(seed !== null && { seed }),
    ...wishes,
    output: { ...asked.output, ...wishes.output },
    timeoutMs: Math.min(options.timeoutMs ?? Infinity, parts.editTimeoutMs),
    ...onBehalfOf(exchange),
  }
}

/** One signature is of all that was made at once, which the last picture is the end of. */
function partsOf({ by, parts, signature }: Turn): readonly AskedPart[] {
  if (by === 'user') return parts
  const last = parts.findLastIndex(({ kind }) => kind !== 'text')
  return parts.map((part, at) => ({ ...part, by, ...(at === last && signature !== null && { signature }) }))
}

function lastOf(turns: readonly Turn[]): Turn {
  return turns.at(-1) ?? { by: 'user', parts: [], signature: null }
}

function kept(result: EditResult, { metadata }: EditOptions, { exchange, parts }: Around) {
  const { caller, origin } = exchange
  return parts.keep(result, { keyId: caller.keyId, origin, metadata: metadata ?? null, asLinks: true })
}
