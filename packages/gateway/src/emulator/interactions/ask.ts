import type { Model } from '../../models/model.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { Asked, AskedImage } from '../asked.ts'
import type { Call } from '../call.ts'
import { askedIn, readSteps, storedStep, type StoredStep } from './conversation.ts'
import { InteractionError, invalidRequest } from './interaction-error.ts'
import type { StoredInteraction } from './interaction.ts'
import { type Memory, memoryOf, NO_MEMORY } from './memory.ts'
import type { InteractionRequest } from './read-request.ts'
import { readWanted } from './wanted.ts'

export interface AskParts {
  /** `null` for a model that answers text; throws `ApiError` 404 for one that is not served. */
  readonly modelFor: (id: string, call: Call) => Model | null
  /** What stands at an address; throws `ApiError`. */
  readonly files: (uri: string, call: Call) => Promise<AskedImage>
}

/** The interaction a request goes on from. Throws `ApiError` where there is none, or the request forbids it. */
export function previousOf(
  request: InteractionRequest,
  found: (id: string) => StoredInteraction,
): StoredInteraction | null {
  const { previous_interaction_id: previousId, background, store } = request
  if (store === false && previousId !== undefined) throw excluded('previous_interaction_id')
  if (store === false && background === true) throw excluded('background')
  if (previousId === undefined) return null
  const previous = found(previousId)
  if (previous.status !== 'in_progress') return previous
  throw new InteractionError(
    400,
    'failed_precondition',
    `The interaction ${previousId} is still in progress.`,
  )
}

/** Documented that they exclude each other; Google's words have not been seen. */
function excluded(name: string): InteractionError {
  return invalidRequest(`'${name}' needs the interaction to be stored: it cannot be used with 'store' false.`)
}

export interface Asking {
  readonly call: Call
  readonly before: StoredInteraction | null
  readonly parts: AskParts
}

export interface Question {
  readonly asked: Asked
  readonly input: readonly StoredStep[]
  /** All that was said and shown so far, without a system instruction, which is for one turn. */
  readonly memory: Memory
}

/** What the model is asked for. Throws `ApiError` 400 for what it does not take or offer. */
export async function askedBy(
  request: InteractionRequest,
  { call, before, parts }: Asking,
): Promise<Question> {
  const { surface } = call
  const model = served(request.model, call, parts)
  const about = { surface, model, modelId: request.model }
  const wanted = readWanted(request, about)
  const files = (uri: string) => parts.files(uri, call)
  const steps = await readSteps(request.steps, { surface, model, files })
  const said = askedIn(steps, before?.memory ?? NO_MEMORY)
  const system = request.system_instruction?.length ?? 0
  return {
    asked: { ...about, ...said, inputChars: said.inputChars + system, ...wanted, count: 1 },
    input: steps.map(storedStep),
    memory: memoryOf(said),
  }
}

function served(id: string, call: Call, { modelFor }: AskParts): Model | null {
  try {
    return modelFor(id, call)
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.status !== 404) throw thrown
    throw new InteractionError(404, 'model_not_found', thrown.message)
  }
}
