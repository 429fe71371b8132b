import type { JsonObject } from '../contract/json-object.ts'
import type { Clock } from '../contract/system.ts'
import type { Model, Surface } from '../models/model.ts'
import { TEXT_MODELS } from '../models/names.ts'
import { allModels, findModel } from '../models/registry.ts'
import { invalidArgument } from './api-error.ts'
import type { Call } from './call.ts'
import { errorContext, modelGone } from './faults/errors.ts'
import { pageAsked, positionIn, tokenOf } from '../wire/page-token.ts'
import { imagenFor, type Retired } from './predict/imagen-model.ts'
import { publisherModel } from './predict/publisher-model.ts'
import { jsonReply, type Reply } from './reply.ts'
import { isServed } from './served.ts'

/** Of all short names Google itself knows this one, on the Developer API. */
const GOOGLES_ALIASES: ReadonlyMap<string, string> = new Map([
  ['nano-banana-pro-preview', 'gemini-3-pro-image'],
])

export interface ModelList {
  /** `GET models` or, on Vertex AI, `GET publishers/google/models`. */
  list(call: Call): Promise<Reply>
  /** One of them by its bare id; on Vertex AI this is `GetPublisherModel`, which retired Imagen ids answer as well. */
  get(call: Call, modelId: string): Promise<Reply>
}

export interface ModelListParts {
  readonly clock: Clock
  /** Whether Imagen ids that Google has ended can still be asked for by name; none is listed. */
  readonly retired: Retired
}

/** The models served on a surface at the clock's moment: those the registry holds for living, and every text model. */
export function createModelList({ clock, retired }: ModelListParts): ModelList {
  return {
    list: async (call) => {
      const { items, nextPageToken } = pageOf(served(call.surface, clock.now()), call.query)
      const models = items.map(({ id, model }) => described(call.surface, id, model))
      const name = call.surface === 'vertex' ? 'publisherModels' : 'models'
      return jsonReply({ [name]: models, ...(nextPageToken !== undefined && { nextPageToken }) })
    },
    get: async (call, modelId) => {
      if (findModel(modelId)?.family === 'imagen') {
        const imagen = imagenFor(modelId, call, { retired, nowMs: clock.now() })
        return jsonReply(described(call.surface, modelId, imagen))
      }
      const known = served(call.surface, clock.now()).find(({ id }) => id === modelId)
      if (known === undefined) throw notServed(modelId, call)
      return jsonReply(described(call.surface, known.id, known.model))
    },
  }
}

/**
 * The model `generateContent` and interactions reach under an id, as Google spells it; `null` is a model that answers
 * text. Throws Google's 404 for ids that are unknown, over, not out yet, Imagen's, or not served at the call's location.
 */
export function modelFor(id: string, call: Pick<Call, 'surface' | 'apiVersion' | 'place'>, nowMs: number) {
  const model = findModel(aliased(id, call.surface))
  if (model === null && TEXT_MODELS.has(id)) return null
  if (model?.family !== 'gemini-image' || !isServed(model, { surface: call.surface, nowMs }))
    throw notServed(id, call)
  if (call.surface === 'vertex' && !isServedAt(model, call.place.location)) throw notServed(id, call)
  return model
}

function notServed(modelId: string, call: Pick<Call, 'surface' | 'apiVersion' | 'place'>) {
  return modelGone(errorContext({ modelId }, call))
}

function aliased(id: string, surface: Surface): string {
  return (surface === 'ai-studio' ? GOOGLES_ALIASES.get(id) : undefined) ?? id
}

/** A call without a location is one of express mode, which is global. */
function isServedAt({ vertexLocations }: Model, location: string): boolean {
  return vertexLocations === null || vertexLocations.includes(location === '' ? 'global' : location)
}

interface Served {
  readonly id: string
  /** `null`: answers text. */
  readonly model: Model | null
}

function served(surface: Surface, nowMs: number): readonly Served[] {
  const images = allModels()
    .filter((model) => isServed(model, { surface, nowMs }))
    .map((model): Served => ({ id: model.id, model }))
  const aliases = surface === 'ai-studio' ? [...GOOGLES_ALIASES] : []
  const second = aliases.flatMap(([id, meant]) =>
    images.filter((image) => image.id === meant).map(({ model }) => ({ id, model })),
  )
  return [...images, ...second, ...[...TEXT_MODELS].map((id): Served => ({ id, model: null }))]
}

function described(surface: Surface, id: string, model: Model | null): JsonObject {
  return surface === 'vertex' ? publisherModel(id, model) : developerModel(id, model)
}

/** Limits of the text models that tutorials name: the same for all since Gemini 1.5 Flash, as far as known. */
const TEXT_LIMITS = { maxInputTokens: 1_048_576, maxOutputTokens: 65_536 }

/** A model as the Developer API lists it. Version, description and sampling figures are as far as known. */
function developerModel(id: string, model: Model | null): JsonObject {
  const imagen = model?.family === 'imagen'
  const { maxInputTokens, maxOutputTokens } = model ?? TEXT_LIMITS
  const displayName = model?.marketName ?? titled(id)
  return {
    name: `models/${id}`,
    version: versionOf(id),
    displayName,
    description: model === null ? `${displayName} answers text.` : `${displayName} makes and edits images.`,
    // Google lists 480 and 8192 for Imagen, whose prompt is limited to as many tokens.
    inputTokenLimit: maxInputTokens ?? 480,
    outputTokenLimit: maxOutputTokens ?? 8192,
    supportedGenerationMethods: imagen
      ? ['predict']
      : ['generateContent', 'countTokens', 'batchGenerateContent'],
    ...(!imagen && { temperature: 1, topP: 0.95, topK: 64, maxTemperature: 2 }),
    ...(thinks(model) && { thinking: true }),
  }
}

function thinks(model: Model | null): boolean {
  return model?.thinking?.kind === 'levels' || model?.thinking?.kind === 'always'
}

/** `gemini-3.1-flash-image` is of version 3.1, `gemini-3-pro-image` of 3.0, an id without a figure of 001. */
function versionOf(id: string): string {
  const [, figure] = /-(\d+(?:\.\d+)?)(?=-|$)/.exec(id) ?? []
  if (figure === undefined) return '001'
  return figure.includes('.') ? figure : `${figure}.0`
}

function titled(id: string): string {
  return id
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')
}

const DEFAULT_PAGE = 50
const LARGEST_PAGE = 1000

/** A page of a list; the token is where the next begins, which a list this stable needs no more than. */
function pageOf<Item>(
  all: readonly Item[],
  query: URLSearchParams,
): { readonly items: readonly Item[]; readonly nextPageToken: string | undefined } {
  const { size, token } = pageAsked(query)
  const from = startOf(token, all.length)
  const next = from + pageSizeOf(size)
  return { items: all.slice(from, next), nextPageToken: next < all.length ? tokenOf(next) : undefined }
}

function pageSizeOf(text: string | null): number {
  const size = Number(text)
  if (!Number.isSafeInteger(size) || size < 0) {
    throw invalidArgument(`Invalid value at 'page_size' (TYPE_INT32), "${text}"`, 'page_size')
  }
  // Zero is proto3's way of saying nothing.
  return size === 0 ? DEFAULT_PAGE : Math.min(size, LARGEST_PAGE)
}

function startOf(token: string | null, end: number): number {
  if (token === null) return 0
  const at = positionIn(token)
  if (at !== null && at > 0 && at < end) return at
  throw invalidArgument('The page token is invalid.', 'page_token')
}
