import { memoryCache } from './cache/cache.ts'
import type { Config } from './config/config.ts'
import type { Provider } from './contract/provider.ts'
import type { EditRequest } from './contract/request.ts'
import type { EditResult } from './contract/result.ts'
import type { System } from './contract/system.ts'
import { edit, type EditParts } from './edit/edit.ts'
import type { Ending } from './edit/settle.ts'
import type { Inspection } from './edit/spec.ts'
import { createGate } from './image/gate.ts'
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image/limits.ts'
import { memoryLedger } from './ledger/ledger.ts'
import type { ProbeReport } from './providers/probe.ts'
import { realSystem } from './system.ts'
import { createTargets, targetOf } from './targets.ts'

/** Plantain, put together: what the library and the CLI talk to. The server is put together in `gateway.ts`. */
export interface Plantain {
  readonly provider: Provider
  edit(request: EditRequest, signal: AbortSignal): Promise<EditResult>
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
  const parts = createPipeline({ system, providers: [provider] })
  return {
    provider,
    edit: (request, signal) => edit(parts, request, signal),
    probe,
    close: () => targets.close(),
  }
}

export interface PipelineOptions {
  readonly system: System
  readonly providers: readonly Provider[]
  readonly verify?: Inspection['verify']
  readonly imageLimits?: ImageLimits
}

/** What the pipeline stands on, in one process. */
export function createPipeline({
  system,
  providers,
  verify = 'pixels',
  imageLimits = DEFAULT_IMAGE_LIMITS,
}: PipelineOptions): EditParts {
  return {
    system,
    inspection: {
      imageLimits,
      verify,
      hashing: createGate({ capacity: 1 }),
      pixels: createGate({ capacity: PIXELS_AT_ONCE }),
    },
    ledger: memoryLedger(system),
    cache: memoryCache<Ending>({ maxBytes: CACHE_BYTES }),
    providers,
  }
}
