import type { Config } from './config/config.ts'
import { PlantainError } from './contract/error.ts'
import type { Provider } from './contract/provider.ts'
import type { Secret } from './contract/secret.ts'
import type { System } from './contract/system.ts'
import { DEFAULT_IMAGE_LIMITS } from './image/limits.ts'
import { createPool, type Pool } from './image/pool.ts'
import type { Dialer, DialerOptions } from './net/dial.ts'
import type { CredentialSource } from './net/google-credential.ts'
import type { ProbeReport } from './providers/probe.ts'

/** Where edits can be sent, and by what; one of them is one provider. */
export type TargetSettings =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'ai-studio'
      readonly key: Secret
      readonly baseUrl?: string
      readonly apiVersion?: 'v1' | 'v1beta'
      /** How results and logs call it. */
      readonly name?: string
    }
  | {
      readonly kind: 'vertex'
      /** Express mode: a key, and no project. */
      readonly key: Secret
      readonly baseUrl?: string
      readonly name?: string
    }
  | {
      readonly kind: 'vertex'
      readonly credential: CredentialSource
      /** Service account to act as. */
      readonly impersonate?: string
      readonly project?: string
      readonly location: string
      readonly baseUrl?: string
      readonly name?: string
    }

export interface OpenTarget {
  readonly provider: Provider
  /** Asks it, free of charge, whether it would serve `model`; `null` for the local engine. */
  probe(model: string, signal: AbortSignal): Promise<ProbeReport | null>
}

export interface Targets {
  open(settings: TargetSettings): Promise<OpenTarget>
  /** Where pixel work runs, the local engine's and all other. */
  readonly pool: Pool
  /** Where subjects are looked for that no engine was asked for. */
  readonly segmenter: Pool
  close(): Promise<void>
}

/**
 * Providers are named here and nowhere else. Each kind is loaded only where it is wanted: an offline edit needs no HTTP
 * client, a Google one no engine.
 */
export function createTargets(
  { clock }: System,
  /** Of a connection; missing: the dialer's own. */
  { connectTimeoutMs }: { readonly connectTimeoutMs?: number } = {},
): Targets {
  const pool = createPool()
  // Starts with the first subject that is looked for.
  const segmenter = createPool({ maxWorkers: 1 })
  const closing: (() => Promise<void>)[] = [() => pool.close(), () => segmenter.close()]
  let dialer: Promise<Dialer> | undefined
  /** The engine holds memory and workers, and one serves all. */
  let local: Provider | undefined
  const dial = async () => {
    dialer ??= openDialer(closing, connectTimeoutMs === undefined ? {} : { connectTimeoutMs })
    return (await dialer).dial
  }

  return {
    pool,
    segmenter,
    async open(settings) {
      switch (settings.kind) {
        case 'local': {
          const { createLocalProvider, warmUp } = await import('./providers/local.ts')
          if (local === undefined) {
            warmUp(pool)
            local = createLocalProvider({ pool, imageLimits: DEFAULT_IMAGE_LIMITS })
          }
          return { provider: local, probe: () => Promise.resolve(null) }
        }
        case 'ai-studio': {
          const { createAiStudioProvider, probeAiStudio } = await import('./providers/ai-studio.ts')
          const { key, baseUrl, apiVersion, name } = settings
          const options = {
            dial: await dial(),
            clock,
            key,
            ...(baseUrl !== undefined && { baseUrl }),
            ...(apiVersion !== undefined && { apiVersion }),
            ...(name !== undefined && { target: name }),
          }
          return {
            provider: createAiStudioProvider(options),
            probe: (model, signal) => probeAiStudio(options, model, signal),
          }
        }
        case 'vertex': {
          const { createVertexProvider, probeVertex } = await import('./providers/vertex.ts')
          const options = await vertexOptions(settings, { dial: await dial(), clock })
          return {
            provider: createVertexProvider(options),
            probe: (model, signal) => probeVertex(options, model, signal),
          }
        }
      }
    },
    close: async () => {
      for (const close of closing.splice(0)) await close()
    },
  }
}

async function openDialer(closing: (() => Promise<void>)[], options: DialerOptions): Promise<Dialer> {
  const { createDialer } = await import('./net/dial.ts')
  const dialer = createDialer(options)
  closing.push(() => dialer.close())
  return dialer
}

async function vertexOptions(
  settings: Extract<TargetSettings, { kind: 'vertex' }>,
  line: Pick<VertexLine, 'dial' | 'clock'>,
) {
  const { baseUrl, name } = settings
  const common = {
    ...line,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(name !== undefined && { target: name }),
  }
  if ('key' in settings) return { ...common, key: settings.key }
  const { credential, impersonate, project, location } = settings
  const { googleAuth } = await import('./net/google-auth.ts')
  const auth = googleAuth({
    credential,
    dial: line.dial,
    ...(impersonate !== undefined && { impersonate: { target: impersonate } }),
  })
  return { ...common, auth, location, ...(project !== undefined && { project }) }
}

interface VertexLine {
  readonly dial: Dialer['dial']
  readonly clock: System['clock']
}

/** The target that the environment chooses. Throws `credential_missing` where it lacks one. */
export function targetOf({ provider, aiStudio, vertex }: Config): TargetSettings {
  switch (provider.kind) {
    case 'local':
      return { kind: 'local' }
    case 'ai-studio': {
      const { key, baseUrl } = aiStudio
      if (key !== null) return { kind: 'ai-studio', key, ...(baseUrl !== null && { baseUrl }) }
      throw new PlantainError(
        'credential_missing',
        'AI Studio needs an API key and none is set. Make one at https://aistudio.google.com/apikey and set GEMINI_API_KEY.',
      )
    }
    case 'vertex': {
      const { key, project, location, baseUrl, impersonate, credentialEnv } = vertex
      const common = { kind: 'vertex' as const, ...(baseUrl !== null && { baseUrl }) }
      if (key !== null) return { ...common, key }
      return {
        ...common,
        credential: { kind: 'adc', env: credentialEnv },
        location,
        ...(project !== null && { project }),
        ...(impersonate !== null && { impersonate }),
      }
    }
  }
}
