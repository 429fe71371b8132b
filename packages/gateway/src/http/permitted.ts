import { permissionFault } from '../auth/permission.ts'
import type { Caller } from '../contract/caller.ts'
import { PlantainError } from '../contract/error.ts'
import type { System } from '../contract/system.ts'
import { namedModel, resolveModel } from '../models/registry.ts'

/** Throws `not_allowed` where the caller may not use the model, by any of its names; see `mayUseModel`. */
export function mustMayUse(caller: Caller, asked: string, { clock }: System): void {
  const resolution = resolveModel(asked, { nowMs: clock.now() })
  const resolved =
    resolution.kind === 'model'
      ? resolution.model.id
      : resolution.kind === 'text-model'
        ? resolution.instead.id
        : null
  const named = namedModel(asked)?.id
  const why = permissionFault(caller, { model: { asked, resolved, ...(named !== undefined && { named }) } })
  if (why !== null) throw new PlantainError(why)
}
