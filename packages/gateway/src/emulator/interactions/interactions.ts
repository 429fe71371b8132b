import type { JsonObject } from '../../contract/json-object.ts'
import type { Clock } from '../../contract/system.ts'
import type { Seeded } from '../../image/seeded.ts'
import { ApiError } from '../../wire/api-error.ts'
import { interactionEvents } from '../../wire/interactions-events.ts'
import type { Asked, Turn, TurnMaker } from '../asked.ts'
import type { Call } from '../call.ts'
import { drawnBytes } from '../drawn-bytes.ts'
import { errorContext, internal } from '../faults/errors.ts'
import { jsonReply, type Reply } from '../reply.ts'
import { askedBy, type AskParts, previousOf, type Question } from './ask.ts'
import { eventsAfter, eventStream } from './events.ts'
import { readQuery } from './get-query.ts'
import { errorOf, InteractionError } from './interaction-error.ts'
import { createInteractionStore, DEFAULT_STORE_LIMITS, type StoreLimits } from './interaction-store.ts'
import { storedDocument, type StoredInteraction } from './interaction.ts'
import { createJobs, orGone } from './jobs.ts'
import { outcomeOf } from './outcome.ts'
import { type InteractionRequest, readRequest } from './read-request.ts'

export interface InteractionsParts extends AskParts {
  readonly clock: Clock
  readonly makeTurn: TurnMaker
  readonly limits?: StoreLimits
}

/** The Interactions API. Each sees what its owner created. Every handler throws `ApiError`, to be written by `interactionError`. */
export interface Interactions {
  create(call: Call, owner: string): Promise<Reply>
  get(call: Call, id: string, owner: string): Promise<Reply>
  delete(id: string, owner: string): Promise<Reply>
  cancel(id: string, owner: string): Promise<Reply>
  /** Forgets all, and stops what runs in the background. */
  clear(): void
}

export function createInteractions(parts: InteractionsParts): Interactions {
  const { clock, limits = DEFAULT_STORE_LIMITS } = parts
  const store = createInteractionStore(clock, limits)
  const jobs = createJobs()

  const found = (id: string, owner: string): StoredInteraction => {
    const interaction = store.get(id)
    if (interaction?.owner !== owner) throw notFound(id)
    return interaction
  }

  /** Runs on when its caller is gone, and ends by itself, by `cancel` or by `delete`. */
  const runApart = (begun: StoredInteraction, asked: Asked, call: Call): Promise<void> =>
    jobs.run(begun.id, async (signal) => {
      const over = await settled(begun, {
        asked,
        clock,
        make: () => parts.makeTurn(asked, { ...call, signal }),
      })
      if (!signal.aborted) store.put(over)
    })

  return {
    create: async (call, owner) => {
      const request = await readRequest(await call.json())
      const before = previousOf(request, (id) => found(id, owner))
      const question = await askedBy(request, { call, before, parts })
      const { asked } = question
      const begun = begin(request, { ...question, owner }, { clock, random: call.random })
      const { background = false, stream = false, store: keeps = true } = request
      if (background) {
        const job = runApart(begun, asked, call)
        store.put(begun)
        if (!stream) return documentReply(begun)
        await orGone(job, call.signal)
        return eventStream(interactionEvents(found(begun.id, owner)))
      }
      const over = ended(begun, outcomeOf(await parts.makeTurn(asked, call), asked, begun.memory), clock)
      if (keeps) store.put(over)
      return stream ? eventStream(interrupted(over, asked, call)) : documentReply(over)
    },
    get: async (call, id, owner) => {
      const { stream, lastEventId, withInput } = readQuery(call.query)
      const interaction = found(id, owner)
      if (!stream) return documentReply(interaction, withInput)
      await orGone(jobs.end(id), call.signal)
      return eventStream(eventsAfter(interactionEvents(found(id, owner)), lastEventId))
    },
    delete: async (id, owner) => {
      found(id, owner)
      jobs.stop(id)
      store.delete(id)
      return jsonReply({})
    },
    cancel: async (id, owner) => {
      const interaction = found(id, owner)
      if (interaction.status !== 'in_progress') throw notRunning(interaction)
      jobs.stop(id)
      const cancelled: StoredInteraction = { ...interaction, status: 'cancelled', updatedMs: clock.now() }
      store.put(cancelled)
      return documentReply(cancelled)
    },
    clear: () => {
      jobs.stopAll()
      store.clear()
    },
  }
}

function begin(
  request: InteractionRequest,
  { input, memory, owner }: Omit<Question, 'asked'> & { readonly owner: string },
  { clock, random }: { readonly clock: Clock; readonly random: Seeded },
): StoredInteraction {
  const nowMs = clock.now()
  return {
    id: `v1_${drawnBytes(random, ID_BYTES).toString('base64url')}`,
    owner,
    model: request.model,
    status: 'in_progress',
    createdMs: nowMs,
    updatedMs: nowMs,
    previousId: request.previous_interaction_id ?? null,
    input,
    steps: [],
    usage: null,
    errors: [],
    memory,
  }
}

const ID_BYTES = 48

function ended(
  begun: StoredInteraction,
  change: Partial<StoredInteraction>,
  clock: Clock,
): StoredInteraction {
  return { ...begun, ...change, updatedMs: clock.now() }
}

/** In the background an error is a way to end, not an answer. */
async function settled(
  begun: StoredInteraction,
  { asked, make, clock }: Background,
): Promise<StoredInteraction> {
  try {
    return ended(begun, outcomeOf(await make(), asked, begun.memory), clock)
  } catch (thrown) {
    const error = thrown instanceof ApiError ? thrown : internal()
    return ended(begun, { status: 'failed', errors: [errorOf(error)] }, clock)
  }
}

interface Background {
  readonly asked: Asked
  readonly make: () => Promise<Turn>
  readonly clock: Clock
}

/** A persona may break a stream off with an error in its middle. */
function interrupted(over: StoredInteraction, asked: Asked, call: Call): readonly JsonObject[] {
  const events = interactionEvents(over)
  const { stream } = call.faults
  if (stream === null) return events
  const error = errorOf(stream(errorContext(asked, call)))
  return [...events.slice(0, Math.floor(events.length / 2)), { event_type: 'error', error }]
}

function documentReply(interaction: StoredInteraction, withInput = false): Reply {
  return jsonReply(storedDocument(interaction, { withInput }))
}

/** As far as known. */
function notFound(id: string): ApiError {
  return new ApiError(404, `Interaction ${id} was not found.`)
}

/** Only what runs in the background can be cancelled, by Google's types; its words have not been seen. */
function notRunning({ id, status }: StoredInteraction): ApiError {
  return new InteractionError(
    400,
    'failed_precondition',
    `The interaction ${id} is not running in the background: its status is ${status}.`,
  )
}
