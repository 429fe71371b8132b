import { memoryCache } from './cache/cache.ts'
import type { Config } from './config/config.ts'
import type { Provider } from './contract/provider.ts'
import type { Random, System } from './contract/system.ts'
import type { EditRequest } from './contract/request.ts'
import type { EditResult } from './contract/result.ts'
import type { Ends } from './edit/dispatch.ts'
import { edit } from './edit/edit.ts'
import { createLateResults } from './edit/late-results.ts'
import type { EditParts, Fleet } from './edit/parts.ts'
import type { Ending } from './edit/settle.ts'
import type { Inspection } from './edit/spec.ts'
import { createGate } from './image/gate.ts'
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image/limits.ts'
import type { Pool } from './image/pool.ts'
import { memoryLedger } from './ledger/ledger.ts'
import type { ProbeReport } from './providers/probe.ts'
import type { RouteParts } from './route/route.ts'
import { createRouteState, type RouteState } from './route/state.ts'
import { soleTarget } from './route/target.ts'
import { realSystem, sleep } from './system.ts'
import { createTargets, targetOf } from './targets.ts'

/** Plantain, put together: what the library and the CLI talk to. The server is put together in `gateway.ts`. */
export interface Plantain {
  readonly provider: Provider
  /** Rejects only on a bug. `waiting` is told before each wait, with what it is for. */
  edit(request: EditRequest, signal: AbortSignal, waiting?: Ends['waiting']): Promise<EditResult>
  /** Asks the configured target, free of charge, whether it would serve `model`; `null` for the local engine. */
  probe(model: string, signal: AbortSignal): Promise<ProbeReport | null>
  close(): Promise<void>
}

/** Results kept so that the same question in one process is paid for once. */
const CACHE_BYTES = 64_000_000

/** One of the largest photos taken, or five of a phone: decoding takes up to five bytes a pixel. */
const PIXELS_AT_ONCE = 64_000_000

/** Builds every part from the configuration. Throws `PlantainError` where the chosen target lacks a credential. */
export async function createPlantain(config: Config, system: System = realSystem): Promise<Plantain> {
  const targets = createTargets(system)
  const { provider, probe } = await targets.open(targetOf(config))
  const fleet: Fleet = {
    targets: [soleTarget(provider)],
    rules: [],
    policy: DEFAULT_POLICY,
    timeouts: {},
    keysOf: ({ keys }) => keys,
  }
  const parts = createPipeline({
    system,
    pool: targets.pool,
    segmenter: targets.segmenter,
    fleet: () => fleet,
  })
  return {
    provider,
    edit: (request, cancel, waiting) => edit(parts, request, { cancel, ...(waiting && { waiting }) }),
    probe,
    close: () => targets.close(),
  }
}

export interface PipelineOptions {
  readonly system: System
  readonly pool: Pool
  readonly segmenter: Pool
  readonly fleet: () => Fleet
  readonly state?: RouteState
  readonly verify?: Inspection['verify']
  readonly imageLimits?: ImageLimits
}

/** What the pipeline stands on, in one process. */
export function createPipeline({
  system,
  pool,
  segmenter,
  fleet,
  state = createRouteState(),
  verify = 'pixels',
  imageLimits = DEFAULT_IMAGE_LIMITS,
}: PipelineOptions): EditParts {
  return {
    system,
    inspection: {
      imageLimits,
      verify,
      hashing: createGate({ capacity: 1 }),
      finding: createGate({ capacity: 1 }),
      pixels: createGate({ capacity: PIXELS_AT_ONCE }),
      pool,
      segmenter,
    },
    ledger: memoryLedger(system),
    cache: memoryCache<Ending>({ maxBytes: CACHE_BYTES }),
    fleet,
    late: createLateResults({ clock: system.clock, keepMs: LATE_KEEP_MS, maxBytes: LATE_BYTES }),
    route: { clock: system.clock, sleep, random: () => fraction(system.random), state },
  }
}

/** Clients try again within minutes, or not at all. */
const LATE_KEEP_MS = 600_000
const LATE_BYTES = 64_000_000

/** Four attempts outlast what passes soon: the waits between them add up to some seconds, if nobody says otherwise. */
const DEFAULT_POLICY: RouteParts['policy'] = { attempts: 4, ambiguous: 'retry', noImage: 'retry' }

/** From 0 up to 1, without it. */
function fraction(random: Random): number {
  const bytes = random.bytes(4)
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32
}
