import { PlantainError } from '../../contract/error.ts'
import type { JsonObject } from '../../contract/json-object.ts'
import { newId } from '../../contract/id.ts'
import type { EditRequest, InputPart } from '../../contract/request.ts'
import type { ProviderKind } from '../../contract/provider-kind.ts'
import type { EditResult } from '../../contract/result.ts'
import type { System } from '../../contract/system.ts'
import type { WireChange, WireMethod } from '../../contract/wire.ts'
import { purposeOf } from '../../edit/legacy-text.ts'
import type { WireRequest } from '../../edit/relay.ts'
import { resolveModel } from '../../models/registry.ts'
import { createFieldCheck, mustBeKnown } from '../../wire/fields/field-table.ts'
import { GEMINI } from '../../wire/fields/gemini.ts'
import { type GeminiDocument, readGeminiDocument } from '../../wire/gemini-document.ts'
import { field } from '../../wire/json-field.ts'
import { surfaceOf } from '../../wire/surface-fields.ts'
import { wireDocument } from '../../wire/wire-document.ts'
import type { JsonBody } from '../body/json-body.ts'
import type { EditOptions } from '../edit-options.ts'
import type { Exchange, Reply } from '../exchange.ts'
import { onBehalfOf } from '../on-behalf.ts'
import { readOwnOptions } from '../own-options.ts'
import { mustMayUse } from '../permitted.ts'
import { heldFile, type StoredInputParts } from '../stored-input.ts'
import { tellOfEdit, tellOfRelay } from '../tell.ts'
import { geminiReply } from './answer.ts'
import { inOrder, type Pictured } from './pictures.ts'
import { createEventFlow } from './event-flow.ts'
import { streamReply } from './stream-reply.ts'

/** What the door needs of the rest of the house. */
export interface GenerateParts extends StoredInputParts {
  readonly system: System
  readonly edit: (request: EditRequest, signal: AbortSignal) => Promise<EditResult>
  /** For what is no edit. */
  readonly relay: (request: WireRequest, signal: AbortSignal) => Promise<EditResult>
  readonly legacyText: 'edit' | 'pass' | 'refuse'
  /** Where edits may go. */
  readonly providers: () => readonly ProviderKind[]
  readonly editTimeoutMs: number
}

/** A model is asked for content, or for the length of a question. */
export interface ContentCall {
  readonly model: string
  readonly method: WireMethod
  /** The version that was asked for, as the Developer API counts them; empty: none. */
  readonly apiVersion: string
}

export type Generate = (exchange: Exchange, call: ContentCall) => Promise<Reply>

/** Google's own dialect, which both its surfaces speak. */
export function createGenerate(parts: GenerateParts): Generate {
  return async (exchange, call) => {
    const { model, method } = call
    mustMayUse(exchange.caller, model, parts.system)
    const begun = parts.system.clock.monotonicMs()
    const body = await parts.bodies.json(exchange)
    exchange.watch.step('body', parts.system.clock.monotonicMs() - begun)
    const { request, purpose } = await understood(body, { ...call, exchange, parts })
    const run = purpose === 'edit' ? parts.edit : parts.relay
    const running = {
      request,
      purpose,
      defer: exchange.defer,
      run: async (asked: WireRequest) => {
        const result = await run(asked, exchange.signal)
        if (purpose === 'edit') tellOfEdit(exchange.watch, result, body.skeleton.byteLength)
        else tellOfRelay(exchange.watch, result, body.skeleton.byteLength)
        return result
      },
    }
    return method === 'streamGenerateContent' ? asStream(running) : whole(running)
  }
}

/** The rest of a document is for Google to judge. */
const checkOptions = createFieldCheck(GEMINI, { unknown: 'passed' })

interface Asked extends ContentCall {
  readonly exchange: Exchange
  readonly parts: GenerateParts
}

interface Understood {
  readonly request: WireRequest
  readonly purpose: 'edit' | 'pass'
}

async function understood(body: JsonBody, asked: Asked): Promise<Understood> {
  const { model, method, apiVersion, exchange, parts } = asked
  const { system, editTimeoutMs } = parts
  const { query } = exchange
  const own = field(body.document, 'plantain')
  const { options, mask } = readOwnOptions(own, exchange.request.headers)
  mustBeKnown(checkOptions, { plantain: options })
  const document = readGeminiDocument(body.document)
  mustBeFew(document.files.length)
  const stored = await storedImages(document, exchange, parts)
  const { input, pictures } = inOrder(document, stored.pictures)
  const wire = wireDocument(
    body.skeleton,
    {
      method,
      apiVersion,
      query: query.get('alt') === 'sse' ? '?alt=sse' : '',
      images: pictures.map(({ wire: held }) => held),
      asked: document.asked,
      memory: parts.bodies.forAnswers(exchange.defer),
    },
    [...(own === undefined ? [] : [{ path: ['plantain'], remove: true as const }]), ...settingsOf(options)],
  )
  const readableBy = readersOf(stored.elsewhere) ?? speakersOf(body.document, exchange, parts)
  const references = [...stored.elsewhere, ...cachedContentOf(body.document)]
  const seed = options.seed ?? document.seed
  const request: WireRequest = {
    id: newId('edit', system),
    model,
    input,
    output: { ...document.output, ...outputOf(options) },
    ...(seed !== null && { seed }),
    ...(mask && { mask: mask.bytes() }),
    ...(options.preserve !== undefined && { preserve: options.preserve }),
    ...(options.accept !== undefined && { accept: options.accept }),
    ...(options.cache !== undefined && { cache: options.cache }),
    timeoutMs: Math.min(options.timeoutMs ?? Infinity, editTimeoutMs),
    ...onBehalfOf(exchange),
    ...(readableBy && { readableBy }),
    ...(references.length > 0 && { references }),
    wire,
  }
  const purpose = purposeFor({ model, method, document, input }, parts)
  if (purpose === 'pass' && mask !== null && method !== 'countTokens') {
    throw new PlantainError(
      'unsupported_option',
      'plantain.mask is of an edit, and this asks for words. Ask for a change, or leave the mask out.',
    )
  }
  if (mask !== null && options.preserve !== 'none') mustComeBack(body.document)
  if (purpose === 'edit') mustBeFew(pictures.length)
  return { request, purpose }
}

/** What Google stores away is not here to be put back inside a mask. Throws `unsupported_option`. */
function mustComeBack(document: JsonObject): void {
  const name = ['outputConfig', 'generationOutputConfig'].find(
    (one) => (field(document, one) ?? null) !== null,
  )
  if (name === undefined) return
  throw new PlantainError(
    'unsupported_option',
    `${name} and plantain.mask contradict each other: the picture would lie in Cloud Storage, where it cannot be put back into the photo. Leave one of them out, or say preserve: none.`,
  )
}

/** Image models take fourteen at most. Each of an edit is decoded here, and each file read whole. */
const MOST_PICTURES = 64

function mustBeFew(pictures: number): void {
  if (pictures <= MOST_PICTURES) return
  throw new PlantainError(
    'invalid_request',
    `The request has ${pictures} pictures; ${MOST_PICTURES} are taken. Send those that the edit needs.`,
  )
}

/** Whether this is an edit at all. */
function purposeFor(
  {
    model,
    method,
    document,
    input,
  }: { model: string; method: WireMethod; document: GeminiDocument; input: readonly InputPart[] },
  { legacyText, system }: GenerateParts,
): 'edit' | 'pass' {
  if (method === 'countTokens') return 'pass'
  const { tools, schema, textOnly } = document.asksForMore
  const resolution = resolveModel(model, { nowMs: system.clock.now() })
  if (resolution.kind !== 'text-model') return textOnly ? 'pass' : 'edit'
  const instruction = input.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n')
  const hasImage = input.some(({ kind }) => kind === 'image')
  const purpose = purposeOf({ instruction, hasImage, tools, schema, textOnly })
  if (legacyText === 'refuse' && purpose === 'edit') {
    throw new PlantainError(
      'unknown_model',
      `${model} answers text, not images. For an edit ask ${resolution.instead.id}; this gateway does not choose for you (models.legacyText).`,
    )
  }
  return legacyText === 'pass' ? 'pass' : purpose
}

async function storedImages(
  { files }: GeminiDocument,
  exchange: Exchange,
  parts: GenerateParts,
): Promise<Stored> {
  const pictures: Pictured[] = []
  const elsewhere: string[] = []
  for (const { path, uri } of files) {
    const image = await heldFile(uri, exchange, parts)
    // Where it lies at Google, or somewhere Google can read, it is Google's to fetch.
    if (image === null) {
      elsewhere.push(uri)
      continue
    }
    pictures.push({ part: { kind: 'image', image }, wire: { kind: 'stored', path } })
  }
  return { pictures, elsewhere }
}

interface Stored {
  readonly pictures: readonly Pictured[]
  /** Addresses of what does not lie here. */
  readonly elsewhere: readonly string[]
}

/** A context that was cached belongs to the project of whoever cached it, as a file does. */
function cachedContentOf(document: JsonBody['document']): readonly string[] {
  const name = field(document, 'cachedContent')
  return name === undefined ? [] : [typeof name === 'string' ? name : 'cachedContent']
}

/** A file of the Developer API is read there alone, and an object of Cloud Storage by Vertex AI. */
function readersOf(uris: readonly string[]): readonly ProviderKind[] | null {
  if (uris.some((uri) => /^gs:\/\//i.test(uri))) return ['vertex']
  return uris.some((uri) => /^https:\/\/generativelanguage\.googleapis\.com\//i.test(uri))
    ? ['ai-studio']
    : null
}

/**
 * What has a field that only one of Google's surfaces knows goes there where it may: the other would answer 400. Where it
 * may not, that is for Google to say.
 */
function speakersOf(
  document: JsonObject,
  { caller }: Exchange,
  { providers }: GenerateParts,
): readonly ProviderKind[] | null {
  const surface = surfaceOf(document)
  if (surface === null) return null
  const isOpen = providers().includes(surface) && (caller.providers?.includes(surface) ?? true)
  return isOpen ? [surface] : null
}

function settingsOf({ output, seed }: EditOptions): readonly WireChange[] {
  const { aspectRatio, imageSize } = output ?? {}
  const config = 'generationConfig'
  return [
    // Which one matches is known once a target is chosen.
    ...(aspectRatio === undefined || aspectRatio === 'match'
      ? []
      : [{ set: [config, 'imageConfig', 'aspectRatio'], value: aspectRatio }]),
    ...(imageSize === undefined ? [] : [{ set: [config, 'imageConfig', 'imageSize'], value: imageSize }]),
    ...(seed === undefined ? [] : [{ set: [config, 'seed'], value: seed }]),
  ]
}

function outputOf({ output }: EditOptions): NonNullable<EditRequest['output']> {
  const { aspectRatio, imageSize } = output ?? {}
  return { ...(aspectRatio && { aspectRatio }), ...(imageSize && { imageSize }) }
}

interface Running {
  readonly request: WireRequest
  readonly purpose: 'edit' | 'pass'
  readonly defer: Exchange['defer']
  readonly run: (request: WireRequest) => Promise<EditResult>
}

async function whole({ request, purpose, run }: Running): Promise<Reply> {
  return geminiReply(await run(request), replyOptions(request, purpose))
}

async function asStream({ request, purpose, run, defer }: Running): Promise<Reply> {
  const flow = createEventFlow()
  const editing = run({ ...request, wire: { ...request.wire, sink: flow.sink } })
  // A caller who leaves ends the exchange before the edit, which still reads the request in the memory of the exchange.
  defer(async () => void (await Promise.allSettled([editing])))
  const first = await Promise.race([flow.begun, editing])
  if (first !== 'begun') return geminiReply(first, replyOptions(request, purpose))
  return streamReply(flow, editing, request.id ?? '')
}

function replyOptions({ wire, credential }: WireRequest, purpose: Running['purpose']) {
  const streamed = wire.method === 'streamGenerateContent'
  return { streamed, purpose, ownCredential: credential !== undefined }
}
