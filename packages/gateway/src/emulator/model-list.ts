import type { JsonObject } from '../contract/json-object.ts'
import type { Clock } from '../contract/system.ts'
import type { Model, Surface } from '../models/model.ts'
import { developerModel, GOOGLES_ALIASES, servedOn } from '../models/description.ts'
import { TEXT_MODELS } from '../models/names.ts'
import { findModel } from '../models/registry.ts'
import { invalidArgument } from '../wire/api-error.ts'
import type { Call } from './call.ts'
import { errorContext, modelGone } from './faults/errors.ts'
import { pageOf } from '../wire/list-page.ts'
import { imagenFor, type Retired } from './predict/imagen-model.ts'
import { publisherModel } from '../models/publisher-model.ts'
import { jsonReply, type Reply } from './reply.ts'
import { isServed } from '../models/served.ts'

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
      const page = pageOf(servedOn(call.surface, clock.now()), call.query)
      if (page.kind === 'mistake') throw invalidArgument(page.text, page.field)
      const { items, nextPageToken } = page
      const models = items.map(({ id, model }) => described(call.surface, id, model))
      const name = call.surface === 'vertex' ? 'publisherModels' : 'models'
      return jsonReply({ [name]: models, ...(nextPageToken !== undefined && { nextPageToken }) })
    },
    get: async (call, modelId) => {
      if (findModel(modelId)?.family === 'imagen') {
        const imagen = imagenFor(modelId, call, { retired, nowMs: clock.now() })
        return jsonReply(described(call.surface, modelId, imagen))
      }
      const known = servedOn(call.surface, clock.now()).find(({ id }) => id === modelId)
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

function described(surface: Surface, id: string, model: Model | null): JsonObject {
  return surface === 'vertex' ? publisherModel(id, model) : developerModel(id, model)
}
