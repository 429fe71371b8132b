import { PlantainError } from '../contract/error.ts'
import { mayCarryCredential } from '../contract/loopback.ts'
import { type Config, readConfig } from './config.ts'
import type { Quota } from '../contract/routing.ts'
import type { Environment } from './environment.ts'
import type { GatewayCredential, GatewayTarget } from './gateway-config.ts'
import type { Mistake } from './mistake.ts'
import type { Targets } from './target-entries.ts'

export interface EnvironmentTargets extends Targets {
  /** Why edits go there, to be read after “because”. */
  readonly because: string
  readonly mistakes: readonly Mistake[]
}

/** What the credential of the environment is called; no id of a file has brackets. */
const ID = '(environment)'
const QUOTA: Quota = { requestsPerMinute: null, inputTokensPerMinute: null }
const NOWHERE = { credentials: [], targets: [], because: '' } as const

/**
 * Where edits go when no file says so: as the command line and the library have it, to the local engine unless a key
 * or Vertex AI is chosen in the environment.
 */
export function environmentTargets(env: Environment): EnvironmentTargets {
  try {
    return targetsOf(readConfig(env))
  } catch (thrown) {
    if (!PlantainError.is(thrown)) throw thrown
    return { ...NOWHERE, mistakes: mistakesIn(thrown.message) }
  }
}

function targetsOf({ provider, aiStudio, vertex }: Config): EnvironmentTargets {
  const { because } = provider
  const one = (credential: GatewayCredential, target: GatewayTarget): EnvironmentTargets => {
    const credentials = [credential]
    const mistakes = baseUrlMistakes(target)
    return { credentials, targets: [target], because, mistakes }
  }
  switch (provider.kind) {
    case 'local':
      return { credentials: [], targets: [{ provider: 'local', name: 'local' }], because, mistakes: [] }
    case 'ai-studio': {
      const { key, baseUrl } = aiStudio
      if (key === null) return { ...NOWHERE, mistakes: [NO_KEY] }
      const credential = { kind: 'api-key', id: ID, key, environment: null } as const
      return one(credential, {
        provider: 'ai-studio',
        name: 'ai-studio',
        credentials: [credential],
        quota: QUOTA,
        baseUrl,
        apiVersion: null,
      })
    }
    case 'vertex': {
      const { key, project, location, baseUrl, impersonate, credentialEnv } = vertex
      const credential: GatewayCredential =
        key === null
          ? { kind: 'adc', id: ID, env: credentialEnv, impersonate, environment: null }
          : { kind: 'api-key', id: ID, key, environment: null }
      const name = `vertex:${key === null ? location : 'express'}`
      return one(credential, {
        provider: 'vertex',
        name,
        credentials: [credential],
        quota: QUOTA,
        project,
        location,
        baseUrl,
      })
    }
  }
}

const NO_KEY: Mistake = {
  place: { kind: 'variable', name: 'PLANTAIN_PROVIDER' },
  path: '',
  problem: 'names AI Studio, which needs an API key, and none is set',
  remedy: 'Make one at https://aistudio.google.com/apikey and set GEMINI_API_KEY to it.',
}

const BASE_URLS = {
  local: '',
  'ai-studio': 'GOOGLE_GEMINI_BASE_URL',
  vertex: 'GOOGLE_VERTEX_BASE_URL',
} as const

function baseUrlMistakes(target: GatewayTarget): readonly Mistake[] {
  if (target.provider === 'local' || target.baseUrl === null) return []
  const url = URL.parse(target.baseUrl)
  if (url !== null && mayCarryCredential(url)) return []
  return [
    {
      place: { kind: 'variable', name: BASE_URLS[target.provider] },
      path: '',
      problem:
        'is no https address without user, query or fragment (http only on this machine), and a credential is sent there',
      remedy: 'Write it as https://host/path.',
    },
  ]
}

/** `readConfig` tells all it finds as `…: NAME: what is wrong; NAME: what is wrong.` */
function mistakesIn(message: string): readonly Mistake[] {
  return [...message.matchAll(/([A-Z][A-Z0-9_]+): ([^;]+?)(?:;|\.?$)/g)].map(
    ([, name = '', problem = '']) => ({
      place: { kind: 'variable', name },
      path: '',
      problem,
      remedy: 'Correct it, or unset it.',
    }),
  )
}
