import type { Caller } from '../../contract/caller.ts'
import { PlantainError } from '../../contract/error.ts'
import type { EditRequest, EncodedImage, InputPart, OutputOptions } from '../../contract/request.ts'
import { offeredSize } from '../../models/offered-size.ts'
import { resolveModel } from '../../models/registry.ts'
import type { ImagesCall } from '../../wire/openai-answer.ts'
import { answersByLink } from '../../wire/openai-models.ts'
import { type OpenAiAsk, readOpenAiAsk, wrong } from '../../wire/openai-request.ts'
import { type EditOptions, readEditOptions } from '../edit-options.ts'
import { wishesOf } from '../edit-wishes.ts'
import type { Exchange, Handler } from '../exchange.ts'
import type { CreateEditParts } from '../native/create-edit.ts'
import { onBehalfOf } from '../on-behalf.ts'
import { resultForCaller } from '../operator-fault.ts'
import { mustMayUse } from '../permitted.ts'
import { heldFile } from '../stored-input.ts'
import { tellOfEdit } from '../tell.ts'
import { type Agreed, agreed } from './agreed.ts'
import { askedModel } from './asked-model.ts'
import { type ImagesBody, type Picture, readImagesBody } from './images-body.ts'
import { imagesReply } from './images-reply.ts'

export interface ImagesParts extends CreateEditParts {
  /** What makes an edit of that caller's where nobody names a model. */
  readonly defaultModel: (caller: Caller) => string
}

/** `POST /v1/images/edits` (`image_edit`) and `POST /v1/images/generations` in OpenAI's dialect. */
export function createImages(call: ImagesCall, parts: ImagesParts): Handler {
  return async (exchange) => {
    const { clock } = parts.system
    const begun = clock.monotonicMs()
    const body = await readImagesBody(exchange, call, parts.bodies)
    exchange.watch.step('body', clock.monotonicMs() - begun)
    const ask = readOpenAiAsk(body.fields)
    const options = readEditOptions(body.own, exchange.request.headers)
    const both = agreed(ask, options)
    const asLinks = isForLinks(ask, both, parts)
    const model = askedModel(ask.model, parts.defaultModel(exchange.caller))
    mustMayUse(exchange.caller, model.id, parts.system)
    const memory = parts.bodies.forAnswers(exchange.defer)
    const request: EditRequest = {
      model: model.id,
      ...(await picturesOf(ask, body, exchange, parts)),
      ...wishesOf(options),
      ...outputFor(model.id, both, { options, nowMs: clock.now() }),
      ...(both.count !== undefined && { count: both.count }),
      timeoutMs: Math.min(options.timeoutMs ?? Infinity, parts.editTimeoutMs),
      ...(ask.partialImages > 0 && { drafts: ask.partialImages }),
      ...onBehalfOf(exchange),
      memory,
    }
    const made = model.told(await parts.edit(request, exchange.signal))
    tellOfEdit(exchange.watch, made, body.byteLength)
    const ownCredential = exchange.providerCredential !== null
    const result = resultForCaller(made, { ownCredential })
    const { metadata = null } = options
    const { keyId } = exchange.caller
    // What the answer holds itself need not be come back for.
    const { links } =
      asLinks || result.outcome !== 'edited'
        ? await parts.keep(result, { keyId, origin: exchange.origin, metadata, asLinks })
        : { links: null }
    return imagesReply(result, {
      call,
      nowMs: clock.now(),
      links,
      metadata,
      stream: ask.stream,
      acceptAny: options.accept === 'any',
      ownCredential,
      memory,
    })
  }
}

/** The models before GPT Image answered by links where nothing was said, and their clients read nothing else. */
function isForLinks(ask: OpenAiAsk, { asLinks }: Agreed, { keepsResults }: ImagesParts): boolean {
  const byDefault = !ask.stream && keepsResults && answersByLink(ask.model ?? '')
  if (asLinks !== true) return asLinks ?? byDefault
  if (ask.stream) throw wrong('stream', 'holds its pictures itself: leave out plantain.output.delivery')
  if (keepsResults) return true
  throw new PlantainError(
    'unsupported_option',
    'Results are not kept by this gateway (store.resultsKeepMs), so that a link would lead nowhere. Ask for b64_json.',
    { field: 'response_format' },
  )
}

/** The words first, and then the pictures in their order, as every door has it. */
async function picturesOf(
  { prompt }: OpenAiAsk,
  { images, mask }: ImagesBody,
  exchange: Exchange,
  parts: ImagesParts,
): Promise<Pick<EditRequest, 'input' | 'mask' | 'maskBy'>> {
  const input: InputPart[] = [{ kind: 'text', text: prompt }]
  // One after the other: none may still be on its way, taking memory, when another has failed.
  for (const one of images) input.push({ kind: 'image', image: await held(one, exchange, parts) })
  if (mask === null) return { input }
  return { input, mask: (await held(mask, exchange, parts)).bytes(), maskBy: 'alpha' }
}

async function held(picture: Picture, exchange: Exchange, parts: ImagesParts): Promise<EncodedImage> {
  if (picture.kind === 'here') return picture.image
  const image = await heldFile(picture.uri, exchange, parts)
  if (image !== null) return image
  throw wrong(
    picture.field,
    'is no data URL (data:image/png;base64,…), and no file of this gateway (POST /upload/v1beta/files). Pictures are not fetched from elsewhere',
  )
}

/** A `size` or `quality` that the model has not so small is made in the smallest it has; options are meant to the letter. */
function outputFor(
  model: string,
  { output }: Agreed,
  { options, nowMs }: { readonly options: EditOptions; readonly nowMs: number },
): Pick<EditRequest, 'output'> {
  const { imageSize, ...rest } = output
  const resolution = resolveModel(model, { nowMs })
  const isExact = options.output?.imageSize !== undefined || resolution.kind !== 'model'
  const asked = imageSize === undefined || isExact ? imageSize : offeredSize(resolution.model, imageSize)
  const told: OutputOptions = { ...rest, ...(asked && { imageSize: asked }) }
  return Object.keys(told).length === 0 ? {} : { output: told }
}
