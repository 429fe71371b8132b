import type { Turn, TurnPart } from '../asked.ts'
import type { Refusal } from '../faults/effect.ts'
import type { FinishReason } from '../reasons.ts'

/** A turn without an image; usage is added by whoever counts. */
export function refusedTurn(
  refusal: Refusal,
): Pick<Turn, 'parts' | 'finishReason' | 'finishMessage' | 'blockReason'> {
  switch (refusal.kind) {
    case 'text':
      return { parts: [spoken(TALK)], finishReason: 'STOP' }
    case 'empty':
      return { parts: [], finishReason: null }
    case 'blocked':
      return { parts: [], finishReason: null, blockReason: refusal.reason }
    case 'finish': {
      const message = MESSAGES[refusal.reason]
      return {
        parts: [],
        finishReason: refusal.reason,
        ...(message !== undefined && { finishMessage: message }),
      }
    }
  }
}

export function spoken(text: string, thought = false): TurnPart {
  return { kind: 'text', text, thought }
}

const TALK =
  "I can't change the photo itself, but here is what I would do: soften the light, and move the subject a little to the left."

/** As far as known: Google explains refusals of images and says nothing of the others. */
const MESSAGES: Partial<Record<FinishReason, string>> = {
  IMAGE_SAFETY:
    'Unable to show the generated image. The image was filtered out because it violated Google’s policy on generated images. You will not be charged for blocked images. Try rephrasing the prompt.',
  IMAGE_PROHIBITED_CONTENT:
    'Unable to show the generated image. The prompt may violate Google’s policy on prohibited use. Try rephrasing the prompt.',
  IMAGE_RECITATION:
    'Unable to show the generated image. The image is too close to an existing one. Try rephrasing the prompt.',
  IMAGE_OTHER: 'Unable to show the generated image. Try rephrasing the prompt.',
}
