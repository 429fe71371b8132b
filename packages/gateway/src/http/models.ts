import type { Caller } from '../contract/caller.ts'
import { PlantainError } from '../contract/error.ts'
import type { JsonObject } from '../contract/json-object.ts'
import type { ProviderKind } from '../contract/provider.ts'
import type { System } from '../contract/system.ts'
import { mayUseModel } from '../auth/permission.ts'
import { developerModel, servedModels } from '../models/description.ts'
import { pageOf } from '../wire/list-page.ts'
import { type Handler, jsonReply } from './exchange.ts'

export interface ModelsParts {
  readonly system: System
  /** Where edits may go: what is listed is what can be asked for. */
  readonly providers: () => readonly ProviderKind[]
}

/** `GET …/models`: one list that Gemini's and OpenAI's clients read, each by its own names. */
export function createListModels(parts: ModelsParts): Handler {
  return async ({ caller, query }) => {
    const page = pageOf(openTo(caller, parts), query)
    if (page.kind === 'mistake') throw new PlantainError('invalid_request', page.text)
    const { items, nextPageToken } = page
    return jsonReply(200, {
      object: 'list',
      data: items,
      models: items,
      ...(nextPageToken !== undefined && { nextPageToken }),
    })
  }
}

/** One of them, by its id or Google's name for it. */
export function createGetModel(parts: ModelsParts): Handler {
  return async ({ caller, params }) => {
    const { id = '' } = params
    const model = openTo(caller, parts).find((one) => one['id'] === id)
    if (model !== undefined) return jsonReply(200, model)
    throw new PlantainError(
      'unknown_model',
      'No model of that name is served here. GET /v1/models lists them.',
    )
  }
}

function openTo(caller: Caller, { system, providers }: ModelsParts): readonly JsonObject[] {
  const kinds = providers().filter((kind) => caller.providers?.includes(kind) ?? true)
  return servedModels(kinds, system.clock.now())
    .filter(({ id }) => mayUseModel(caller, { asked: id, resolved: id }))
    .map(({ id, model }) => ({
      id,
      object: 'model',
      created: 0,
      owned_by: id === 'local' ? 'plantain' : 'google',
      ...developerModel(id, model),
    }))
}
