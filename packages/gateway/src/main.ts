import { memoryCache } from './cache/cache.ts'
import type { Config } from './config/config.ts'
import { PlantainError } from './contract/error.ts'
import type { Provider } from './contract/provider.ts'
import type { EditRequest } from './contract/request.ts'
import type { EditResult } from './contract/result.ts'
import type { System } from './contract/system.ts'
import { edit, type EditParts } from './edit/edit.ts'
import type { Ending } from './edit/settle.ts'
import { createGate } from './image/gate.ts'
import { DEFAULT_IMAGE_LIMITS } from './image/limits.ts'
import { memoryLedger } from './ledger/ledger.ts'
import type { Dialer } from './net/dial.ts'
import type { AiStudioOptions } from './providers/ai-studio.ts'
import type { ProbeReport } from './providers/probe.ts'
import type { VertexOptions } from './providers/vertex.ts'
import { realSystem } from './system.ts'

/** Plantain, put together: what the library, the CLI and later the server talk to. */
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
  const { provider, probe, close } = await createTarget(config, system)
  const parts: EditParts = {
    system,
    inspection: {
      imageLimits: DEFAULT_IMAGE_LIMITS,
      verify: 'pixels',
      pixels: createGate({ capacity: PIXELS_AT_ONCE }),
    },
    ledger: memoryLedger(system),
    cache: memoryCache<Ending>({ maxBytes: CACHE_BYTES }),
    providers: [provider],
  }
  return {
    provider,
    edit: (request, signal) => edit(parts, request, signal),
    probe,
    close,
  }
}

type ConfiguredTarget = Pick<Plantain, 'provider' | 'probe' | 'close'>

/** Each kind is loaded only where it is chosen: an offline edit needs no HTTP client, a Google one no engine. */
async function createTarget(config: Config, system: System): Promise<ConfiguredTarget> {
  switch (config.provider.kind) {
    case 'local': {
      const [{ createLocalProvider, warmUp }, { createPool }] = await Promise.all([
        import('./providers/local.ts'),
        import('./image/pool.ts'),
      ])
      const pool = createPool()
      warmUp(pool)
      const provider = createLocalProvider({ pool, imageLimits: DEFAULT_IMAGE_LIMITS })
      return { provider, probe: () => Promise.resolve(null), close: () => pool.close() }
    }
    case 'ai-studio': {
      const { createAiStudioProvider, probeAiStudio } = await import('./providers/ai-studio.ts')
      const dialer = await openDialer()
      const options = aiStudioOptions(config, system, dialer)
      return {
        provider: createAiStudioProvider(options),
        probe: (model, signal) => probeAiStudio(options, model, signal),
        close: () => dialer.close(),
      }
    }
    case 'vertex': {
      const { createVertexProvider, probeVertex } = await import('./providers/vertex.ts')
      const dialer = await openDialer()
      const options = await vertexOptions(config, system, dialer)
      return {
        provider: createVertexProvider(options),
        probe: (model, signal) => probeVertex(options, model, signal),
        close: () => dialer.close(),
      }
    }
  }
}

async function openDialer(): Promise<Dialer> {
  const { createDialer } = await import('./net/dial.ts')
  return createDialer()
}

function aiStudioOptions({ aiStudio }: Config, { clock }: System, { dial }: Dialer): AiStudioOptions {
  const { key, baseUrl } = aiStudio
  if (!key) {
    throw new PlantainError(
      'credential_missing',
      'AI Studio needs an API key and none is set. Make one at https://aistudio.google.com/apikey and set GEMINI_API_KEY.',
    )
  }
  return { dial, clock, key, ...(baseUrl && { baseUrl }) }
}

async function vertexOptions(
  { vertex }: Config,
  { clock }: System,
  { dial }: Dialer,
): Promise<VertexOptions> {
  const { key, project, location, baseUrl, impersonate, credentialEnv } = vertex
  const common = { dial, clock, ...(baseUrl && { baseUrl }) }
  if (key) return { ...common, key }
  const { googleAuth } = await import('./net/google-auth.ts')
  const auth = googleAuth({
    credential: { kind: 'adc', env: credentialEnv },
    dial,
    ...(impersonate && { impersonate: { target: impersonate } }),
  })
  return { ...common, auth, location, ...(project && { project }) }
}
