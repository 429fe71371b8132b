import { ERRORS } from '../contract/error.ts'
import { withoutItsImages } from '../wire/answer-patch.ts'
import type { Ending } from './settle.ts'
import type { Spec } from './spec.ts'
import { isPutBack } from './unmasked.ts'

/**
 * An ending whose answer goes out as Google gave it, but for the image: nothing of it may go out that was not put back,
 * unless any image is welcome.
 */
export function asPutBack(ending: Ending, spec: Spec): Ending {
  const { wire, judgement } = ending
  if (wire === undefined || !isPutBack(spec, { takesMask: false })) return ending
  const [image] = judgement.images
  if (judgement.isPutBack && image !== undefined)
    return { ...ending, wire: withoutItsImages(wire, { image }) }
  if (spec.request.accept === 'any' && image !== undefined) return ending
  const why = judgement.fault?.message ?? ERRORS.preserve_failed.text
  return { ...ending, wire: withoutItsImages(wire, { why }) }
}
