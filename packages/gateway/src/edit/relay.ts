import { PlantainError } from '../contract/error.ts'
import type { Answer } from '../contract/provider.ts'
import type { EditRequest } from '../contract/request.ts'
import type { WireDocument } from '../contract/wire.ts'
import type { EditResult } from '../contract/result.ts'
import type { Steps } from '../route/route.ts'
import { dispatch, type Ends, planFor, spanOf } from './dispatch.ts'
import type { EditParts } from './parts.ts'
import { fitWire } from './fit-wire.ts'
import { type Judgement, noImage } from './judge.ts'
import { type Ending, endingOf, endingOfThrown, settle } from './settle.ts'

/** A request in a target's own dialect. */
export type WireRequest = EditRequest & { readonly wire: WireDocument }

/**
 * Passes on what is no edit: a question to a model that answers text, a count of tokens. It has an id and a bill like
 * an edit, and nobody looks at its pictures. The outcome is `edited` where the target answered at all.
 */
export async function relay(parts: EditParts, request: WireRequest, ends: Ends): Promise<EditResult> {
  const ticket = await parts.ledger.reserve(request.id === undefined ? {} : { id: request.id })
  const pursue = async (): Promise<Ending> => {
    const span = spanOf(request, ends, parts)
    const plan = planFor(request, parts, { forward: true, keepTextModels: true })
    if (plan.kind === 'fault') return endingOf(plan.fault)
    const speaking = plan.candidates.filter(({ target }) =>
      target.keys.some(({ provider }) => provider.dialect === 'gemini'),
    )
    if (speaking.length === 0) return endingOf(NOBODY_TO_ASK.fault)
    return dispatch(request, speaking, stepsFor(request, ticket, parts), { parts, span })
  }
  return settle(ticket, request, await pursue().catch(endingOfThrown))
}

const NOBODY_TO_ASK = new PlantainError(
  'unsupported_option',
  'Questions and counts of tokens are answered by Google, and edits go to the local engine here. Ask for an edit, or configure a Google target.',
)

function stepsFor(
  request: WireRequest,
  attemptLog: Steps<Judgement>['attemptLog'],
  { inspection }: EditParts,
) {
  const spec = {
    request,
    instruction: '',
    images: [],
    photo: null,
    source: null,
    mask: null,
    variant: 0,
    preserve: 'none' as const,
  }
  const { imageLimits } = inspection
  return {
    fit: (target) => fitWire(spec, request.wire, { target, imageLimits }),
    judge: async (_, answer) => answered(answer),
    refuse: noImage,
    attemptLog,
  } satisfies Steps<Judgement>
}

function answered(answer: Answer): Judgement {
  if (answer.kind === 'fault') return noImage(answer.fault)
  const checks = { changed: null, ratio: null, size: null, preserved: null, label: null, drift: null }
  return {
    outcome: 'edited',
    fault: null,
    images: [],
    isPutBack: false,
    text: answer.text,
    checks,
    notices: [],
  }
}
