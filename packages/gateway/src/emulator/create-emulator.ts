import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LRUCache } from 'lru-cache'
import { PlantainError } from '../contract/error.ts'
import type { Clock, System } from '../contract/system.ts'
import { msOf } from '../models/lifecycle.ts'
import { invalidArgument } from '../wire/api-error.ts'
import type { Call } from './call.ts'
import { checkedOptions } from './checked-options.ts'
import { isDay } from './day.ts'
import { createDesk } from './desk.ts'
import type { Emulation } from './emulation.ts'
import type { EmulatorOptions, RunningEmulator } from './options.ts'
import { createQuotaMeter } from './faults/quota.ts'
import { createRuleSets, type PersonaList } from './faults/rule-sets.ts'
import { createFiles } from './files/files.ts'
import { createIdentity } from './identity/identity.ts'
import { credentialOf } from './identity/presented.ts'
import { createInteractions } from './interactions/interactions.ts'
import { createModelList, modelFor } from './model-list.ts'
import { DEFAULT_MIX } from './pictures/drift.ts'
import { createPredict } from './predict/predict.ts'
import { createCallRecord } from './record.ts'
import { refuse } from './refuse.ts'
import { createBodyReader } from './server/body.ts'
import { scenarioOf } from './scenarios.ts'
import { exchange, type ExchangeParts } from './server/exchange.ts'
import { createShiftedClock } from './shifted-clock.ts'
import { waitFor } from './wait-for.ts'
import { isLoopback, listen } from './server/listen.ts'
import type { KeptTruth } from './turn/picture-source.ts'
import { createSignatures } from './turn/signatures.ts'
import { createStudio } from './turn/studio.ts'
import { createTurnMaker } from './turn/turn-maker.ts'

/** Truths hold two PNGs each. */
const MOST_TRUTH_BYTES = 256 * 1024 * 1024

/** Starts an emulator with the given clock and randomness. Rejects with `PlantainError` where it cannot listen or an option is wrong. */
export async function createEmulator(given: EmulatorOptions, system: System): Promise<RunningEmulator> {
  const options = withScenario(checkedOptions(given))
  const { seed = 1, pictures = 'engine', cannedBytes, drift = DEFAULT_MIX, keys, imagen = 'serve' } = options
  const clock = createShiftedClock(system.clock, shiftTo(options.date, system.clock))
  const { random } = system
  const { host = '127.0.0.1' } = options
  const record = createCallRecord({ keep: options.keepCalls ?? 10_000 })
  const identity = createIdentity({ clock, random, ...(keys && { keys }) })
  const signatures = createSignatures()
  const meter = createQuotaMeter(clock)
  const truths = new LRUCache<string, KeptTruth>({
    maxSize: MOST_TRUTH_BYTES,
    sizeCalculation: ({ edit, region }) => edit.length + region.length,
  })
  const directory = join(tmpdir(), `plantain-emulator-${Buffer.from(random.bytes(8)).toString('hex')}`)
  const files = createFiles({ clock, random, directory })
  const studio = createStudio({ pictures, drift, ...(cannedBytes !== undefined && { cannedBytes }) })
  const rules = createRuleSets(clock, listed(options.personas))
  const makeTurn = createTurnMaker({
    meter,
    pictures: studio,
    signatures,
    note: record.note,
    keepTruth: (id, truth) => truths.set(id, truth),
    credentialOf: (call) => credentialOf(call)?.fingerprint ?? '',
  })
  /** Calls so far, and how many of them a reset has made forgotten. */
  let made = 0
  let forgotten = 0
  let crashes = 0
  let lastCrash: string | null = null

  const emulation: Emulation = {
    state: () => ({
      now: new Date(clock.now()).toISOString(),
      seed,
      pictures,
      totals: record.totals,
      crashes,
      lastCrash,
      calls: record.calls,
      files: files.held(),
      personas: rules.list(),
    }),
    truthOf: (id) => truths.get(id) ?? null,
    waitFor: (condition, { timeoutMs, signal }) => waitFor(record, condition, { timeoutMs, signal }),
    personas: rules.list,
    addPersonas: rules.add,
    removePersonas: rules.remove,
    revoke: identity.revoke,
    restore: identity.restore,
    advanceClock: clock.advance,
    reset: async () => {
      for (const part of [record, identity, signatures, meter, clock]) part.reset()
      forgotten = made
      truths.clear()
      rules.reset()
      interactions.clear()
      await files.clear()
      crashes = 0
      lastCrash = null
    },
  }

  const openFile = (uri: string, call: Call) => {
    if (call.surface === 'ai-studio') return files.lookup(uri, credentialOf(call)?.fingerprint ?? '')
    const none = 'The emulator holds no Cloud Storage objects and fetches nothing: send the image inline.'
    return Promise.reject(invalidArgument(none))
  }
  const interactions = createInteractions({
    clock,
    makeTurn,
    files: openFile,
    modelFor: (id, call) => modelFor(id, call, clock.now()),
  })
  const handle = createDesk({
    clock,
    identity,
    files,
    interactions,
    signatures,
    makeTurn,
    openFile,
    emulation,
    onLoopback: isLoopback(host),
    models: createModelList({ clock, retired: imagen }),
    predict: createPredict({
      clock,
      makeTurn,
      retired: imagen,
      segmentMask: studio.findMask,
      files: openFile,
    }),
  })
  const parts: ExchangeParts = {
    clock,
    seed,
    record,
    bodies: createBodyReader(),
    nextNumber: () => {
      made += 1
      return { key: made, ordinal: made - forgotten }
    },
    acting: rules.acting,
    credentialOf,
    handle,
    refuse,
    crashed,
  }
  const open = new Set<Promise<void>>()
  const listening = await listen(
    (request, response) => {
      const done = exchange(request, response, parts).catch((thrown: unknown) => {
        crashed(thrown)
        response.destroy()
      })
      open.add(done)
      void done.finally(() => open.delete(done))
    },
    { port: options.port ?? 0, host },
  )

  function crashed(thrown: unknown): void {
    crashes += 1
    lastCrash = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  }

  return {
    ...emulation,
    url: listening.url,
    port: listening.port,
    close: async () => {
      await listening.close()
      interactions.clear()
      await Promise.all(open)
      await studio.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A scenario's faults come before those that are given beside it; of other options the given ones win. */
function withScenario(given: EmulatorOptions): EmulatorOptions {
  if (given.scenario === undefined) return given
  const { options = {} } = scenarioOf(given.scenario)
  return { ...options, ...given, personas: [...listed(options.personas), ...listed(given.personas)] }
}

function shiftTo(date: string | undefined, clock: Clock): number {
  if (date === undefined) return 0
  if (isDay(date)) return msOf(date) - clock.now()
  throw new PlantainError('invalid_request', `“${date}” is no day. Write it as 2026-09-01.`)
}

function listed(personas: EmulatorOptions['personas'] = []): readonly PersonaList[] {
  if (personas === '') return []
  return typeof personas === 'string' ? [{ personas }] : personas
}
