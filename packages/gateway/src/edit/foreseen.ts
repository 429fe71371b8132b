import type { Fault } from '../contract/error.ts'
import type { EditRequest } from '../contract/request.ts'
import type { PhotoFacts } from '../image/photo.ts'
import { planFor } from './dispatch.ts'
import type { EditParts } from './parts.ts'
import { frameRefusal } from './unmasked.ts'

/**
 * Why an edit can come to nothing wherever it is sent, as far as that can be told before its mask is found, which takes
 * seconds; `null`: nothing is known against it.
 */
export function foreseen(parts: EditParts, request: EditRequest, photo: PhotoFacts): Fault | null {
  const plan = planFor(request, parts, { forward: false })
  if (plan.kind === 'fault') return plan.fault
  if (request.preserve === 'none') return null
  const refusals = plan.candidates.map(({ target: { keys }, model }) => {
    const limits = keys[0]?.provider.limits(model)
    if (limits === undefined || limits.mask) return null
    return frameRefusal(photo, request.output?.aspectRatio, model, limits)
  })
  return refusals.includes(null) ? null : (refusals[0] ?? null)
}
