import { PlantainError } from '../../contract/error.ts'
import type { ProviderKind } from '../../contract/provider.ts'
import type { System } from '../../contract/system.ts'
import { mayUseModel } from '../../auth/permission.ts'
import { servedModels } from '../../models/description.ts'
import { publisherModel } from '../../models/publisher-model.ts'
import { namedModel, resolveModel } from '../../models/registry.ts'
import { pageOf } from '../../wire/list-page.ts'
import { type Handler, jsonReply } from '../exchange.ts'
import { mustMayUse } from '../permitted.ts'

export interface PublisherModelsParts {
  readonly system: System
  /** Where edits may go: what is listed is what can be asked for. */
  readonly providers: () => readonly ProviderKind[]
}

/** `GET …/publishers/google/models`. */
export function createListPublisherModels({ system, providers }: PublisherModelsParts): Handler {
  return async ({ caller, query }) => {
    const kinds = providers().filter((kind) => caller.providers?.includes(kind) ?? true)
    const open = servedModels(kinds, system.clock.now()).filter(({ id }) =>
      mayUseModel(caller, { asked: id, resolved: id }),
    )
    const page = pageOf(open, query)
    if (page.kind === 'mistake') throw new PlantainError('invalid_request', page.text)
    const { items, nextPageToken } = page
    return jsonReply(200, {
      publisherModels: items.map(({ id, model }) => publisherModel(id, model)),
      ...(nextPageToken !== undefined && { nextPageToken }),
    })
  }
}

/**
 * `GetPublisherModel`. Names of the past are answered as ever: Python's `ImageGenerationModel` asks for its model before
 * it edits with it.
 */
export function createGetPublisherModel({ system }: PublisherModelsParts): Handler {
  return async ({ caller, params }) => {
    const { id = '' } = params
    mustMayUse(caller, id, system)
    const resolution = resolveModel(id, { nowMs: system.clock.now() })
    if (resolution.kind === 'unknown') throw new PlantainError('unknown_model', UNKNOWN)
    return jsonReply(200, publisherModel(id, namedModel(id)))
  }
}

const UNKNOWN =
  'No model of that name is known here. GET /v1/publishers/google/models lists those that are served.'
