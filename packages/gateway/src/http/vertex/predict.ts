import { type Fault, PlantainError } from '../../contract/error.ts'
import type { EditRequest, EncodedImage, InputPart } from '../../contract/request.ts'
import type { EditResult } from '../../contract/result.ts'
import type { System } from '../../contract/system.ts'
import { factsOf } from '../../edit/seen.ts'
import type { Inspection } from '../../edit/spec.ts'
import { mustLieOn } from '../../image/mask.ts'
import type { PhotoFacts } from '../../image/photo.ts'
import { EDIT_MASK_TASK, type MadeMask, type MaskOrder } from '../../image/tasks.ts'
import { createFieldCheck, mustBeKnown } from '../../wire/fields/field-table.ts'
import { IMAGEN } from '../../wire/fields/imagen.ts'
import type { ImagenMask } from '../../wire/imagen-pictures.ts'
import { type ImagenRequest, readImagenRequest } from '../../wire/imagen-request.ts'
import { field } from '../../wire/json-field.ts'
import type { BodyReader, JsonBody } from '../body/json-body.ts'
import { type EditOptions, readEditOptions } from '../edit-options.ts'
import type { Exchange, Reply } from '../exchange.ts'
import { onBehalfOf } from '../on-behalf.ts'
import { withoutOperators } from '../operator-fault.ts'
import { mustMayUse } from '../permitted.ts'
import { tellOfEdit } from '../tell.ts'
import { instructionFor } from './imagen-words.ts'
import { predictionsReply } from './predictions.ts'

export interface PredictParts {
  readonly system: System
  readonly bodies: BodyReader
  readonly edit: (request: EditRequest, signal: AbortSignal) => Promise<EditResult>
  readonly inspection: Pick<Inspection, 'finding' | 'imageLimits' | 'pixels' | 'pool' | 'segmenter'>
  /** Why an edit of this photo would come to nothing, whatever its mask; `null`: it may be made. */
  readonly foreseen: (request: EditRequest, photo: PhotoFacts) => Fault | null
  readonly editTimeoutMs: number
}

/** `POST …/models/{model}:predict`: what was written for Imagen, as an edit by whatever has taken its place. */
export function createPredict(parts: PredictParts): (exchange: Exchange, model: string) => Promise<Reply> {
  return async (exchange, model) => {
    const { clock } = parts.system
    mustMayUse(exchange.caller, model, parts.system)
    const begun = clock.monotonicMs()
    const body = await parts.bodies.json(exchange)
    exchange.watch.step('body', clock.monotonicMs() - begun)
    const { request, imagen, instruction } = await understood(body, { model, exchange, parts })
    const result = await parts.edit(request, exchange.signal)
    tellOfEdit(exchange.watch, result, body.skeleton.byteLength)
    return predictionsReply(result, {
      reasons: imagen.tells.reasons,
      prompt: imagen.tells.prompt ? instruction : null,
      ownCredential: exchange.providerCredential !== null,
    })
  }
}

const fieldCheck = createFieldCheck(IMAGEN, { eitherCase: true })

interface Asked {
  readonly model: string
  readonly exchange: Exchange
  readonly parts: PredictParts
}

interface Understood {
  readonly request: EditRequest
  readonly imagen: ImagenRequest
  readonly instruction: string
}

async function understood({ document }: JsonBody, { model, exchange, parts }: Asked): Promise<Understood> {
  const options = readEditOptions(field(document, 'plantain'), exchange.request.headers)
  mustBeKnown(fieldCheck, document)
  // Those of headers too.
  mustBeKnown(fieldCheck, { plantain: options })
  const imagen = readImagenRequest(document)
  const wanted = imagen.mask ?? backgroundOf(imagen)
  const instruction = instructionFor(imagen, wanted !== null && imagen.photo !== null)
  const { clock } = parts.system
  const timeoutMs = Math.min(options.timeoutMs ?? Infinity, parts.editTimeoutMs)
  const begunMs = clock.monotonicMs()
  const seed = options.seed ?? imagen.seed
  const { preserve, cache } = options
  const asked: EditRequest = {
    model,
    input: inputOf(imagen, instruction),
    ...(preserve !== undefined && { preserve }),
    count: options.output?.count ?? imagen.count,
    output: outputOf(imagen, options),
    ...(seed !== null && { seed }),
    ...(cache !== undefined && { cache }),
    ...onBehalfOf(exchange),
  }
  const mask = await inTime(timeoutMs, exchange.signal, (signal) =>
    maskFor({ photo: imagen.photo, wanted, request: asked }, parts, signal),
  )
  const request: EditRequest = {
    ...asked,
    // Of Google's images none is held back for what the checks found; what could not be put back into the photo is none.
    ...(mask === null ? { accept: 'any' } : { mask }),
    timeoutMs: Math.max(1, timeoutMs - (clock.monotonicMs() - begunMs)),
  }
  return { request, imagen, instruction }
}

function inputOf({ photo, references }: ImagenRequest, instruction: string): readonly InputPart[] {
  const images = [...(photo === null ? [] : [photo]), ...references.map(({ image }) => image)]
  return [{ kind: 'text', text: instruction }, ...images.map((image) => ({ kind: 'image' as const, image }))]
}

function outputOf(
  { aspectRatio, imageSize, mimeType, quality }: ImagenRequest,
  { output: own = {} }: EditOptions,
): NonNullable<EditRequest['output']> {
  const ratio = own.aspectRatio ?? aspectRatio
  const size = own.imageSize ?? imageSize
  const type = own.mimeType ?? mimeType
  const best = own.quality ?? (type === mimeType ? quality : null)
  return {
    ...(ratio !== null && { aspectRatio: ratio }),
    ...(size !== null && { imageSize: size }),
    mimeType: type,
    ...(best !== null && { quality: best }),
  }
}

/** Finding a subject takes seconds, and more on a machine that has much to do: they count. */
async function inTime<Result>(
  timeoutMs: number,
  leaving: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = AbortSignal.timeout(Math.ceil(timeoutMs))
  try {
    return await work(AbortSignal.any([leaving, late]))
  } catch (thrown) {
    if (PlantainError.is(thrown) || !late.aborted) throw thrown
    throw new PlantainError('deadline_exceeded', TOO_LATE, { charged: 'no' })
  }
}

const TOO_LATE = 'The mask was not made before the deadline of the edit. Allow more time, or send the mask.'

interface MaskWish {
  readonly photo: EncodedImage | null
  readonly wanted: ImagenMask | null
  /** As it is without the mask. */
  readonly request: EditRequest
}

/** White where the edit goes; `null`: all of the photo may change. */
async function maskFor(
  { photo, wanted, request }: MaskWish,
  { inspection, foreseen }: PredictParts,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  if (wanted === null || photo === null) return null
  const { imageLimits: limits, finding, segmenter, pixels, pool } = inspection
  const { drawn, find, dilation } = wanted
  // Before anything is decoded.
  const facts = await factsOf(photo, 'The image', limits)
  if (drawn !== null) {
    const size = await factsOf(drawn, 'The mask', limits).catch((thrown: unknown) => {
      throw PlantainError.is(thrown) ? new PlantainError('mask_unusable', thrown.message) : thrown
    })
    mustLieOn(facts, size)
  }
  const order = (): MaskOrder => ({
    photo: photo.bytes(),
    drawn: drawn?.bytes() ?? null,
    find,
    dilation,
    limits,
  })
  const make = () => pool.run<MadeMask>(EDIT_MASK_TASK, order(), { signal: NEVER })
  // To break off ends the worker, which what takes seconds is worth, and a few milliseconds are not.
  const search = () => segmenter.run<MadeMask>(EDIT_MASK_TASK, order(), { signal })
  if (drawn === null) {
    const fault = foreseen(request, facts)
    if (fault !== null) {
      throw new PlantainError(request.credential === undefined ? withoutOperators(fault) : fault)
    }
  }
  // A search holds no pixels of those that others need for milliseconds.
  const made = await (drawn === null
    ? finding.run(1, search, { signal })
    : pixels.run(facts.width * facts.height, make, { signal }))
  if (made.kind === 'fault') {
    throw drawn === null
      ? new PlantainError(made.fault)
      : new PlantainError('mask_unusable', made.fault.message)
  }
  if (made.kind === 'mask') return made.mask
  throw new PlantainError(
    'no_subject',
    `No subject stands out in the image, so that its ${find} cannot be marked. Draw the mask, or send none.`,
  )
}

const NEVER = new AbortController().signal

/** What a swap of the background, and a product that stays, leave as it is: everything else. */
function backgroundOf({ mode, productStays, aspectRatio, imageSize }: ImagenRequest): ImagenMask | null {
  const keepsFrame = aspectRatio === null && imageSize === null
  const isKept = (mode === 'background' || mode === 'product') && productStays !== false
  return isKept && (keepsFrame || productStays === true)
    ? { drawn: null, find: 'background', dilation: 0 }
    : null
}
