import { Secret } from '../contract/secret.ts'
import { readConfig } from './config.ts'
import type { CredentialEntry, TargetEntry } from './entry-schema.ts'
import type { Environment } from './environment.ts'
import type { Findings } from './findings.ts'
import type { GatewayCredential } from './gateway-config.ts'
import { nearestOf } from './nearest.ts'
import type { Path } from './path.ts'

export interface Credentials {
  /** `null` where a credential is there, but cannot be used. */
  readonly byId: ReadonlyMap<string, GatewayCredential | null>
  /** Whether all credentials could be read at all. */
  readonly isWhole: boolean
}

interface Context {
  readonly env: Environment
  readonly findings: Findings
}

/** Makes credentials of the list `credentials`, whose items are `null` where they are malformed. */
export function readCredentials(
  entries: readonly (CredentialEntry | null)[],
  { env, findings }: Context,
): Credentials {
  const byId = new Map<string, GatewayCredential | null>()
  for (const [at, entry] of entries.entries()) {
    if (entry === null) continue
    const path: Path = ['credentials', at]
    if (byId.has(entry.id)) {
      findings.mistake([...path, 'id'], 'is the id of another credential as well', 'Choose another.')
    } else byId.set(entry.id, credentialOf(entry, path, { env, findings }))
  }
  return { byId, isWhole: entries.every((entry) => entry !== null) }
}

function credentialOf(
  entry: CredentialEntry,
  path: Path,
  { env, findings }: Context,
): GatewayCredential | null {
  const { id, apiKey, serviceAccountFile, impersonate = null, environment = null } = entry
  const isAdc = entry.adc === true
  const kinds = [apiKey !== undefined, isAdc, serviceAccountFile !== undefined].filter(Boolean).length
  if (kinds !== 1) {
    const problem = kinds === 0 ? 'says nothing of how to prove itself' : 'is several credentials at once'
    findings.mistake(path, problem, 'Give it one of apiKey, adc: true and serviceAccountFile.')
    return null
  }
  if (apiKey !== undefined) {
    if (impersonate === null) return { kind: 'api-key', id, environment, key: new Secret(apiKey) }
    findings.mistake(
      [...path, 'impersonate'],
      'does not go with an API key',
      'Use adc or serviceAccountFile.',
    )
    return null
  }
  if (serviceAccountFile !== undefined) {
    return { kind: 'file', id, environment, path: serviceAccountFile, impersonate }
  }
  const { credentialEnv } = readConfig(env, { provider: 'local' }).vertex
  return { kind: 'adc', id, environment, env: credentialEnv, impersonate }
}

/** A credential that a target names, and where it does. */
export interface Pooled<Credential extends GatewayCredential = GatewayCredential> {
  readonly credential: Credential
  readonly path: Path
}

/** The credentials of a target, one or a pool; what cannot be used is noted, and left out. */
export function pooled(
  entry: TargetEntry,
  path: Path,
  { credentials, findings }: { readonly credentials: Credentials; readonly findings: Findings },
): readonly Pooled[] {
  if (entry.credential !== undefined && entry.credentials !== undefined) {
    findings.mistake(
      [...path, 'credentials'],
      'does not go beside credential',
      'Keep one of the two: credential for one, credentials for a pool.',
    )
    return []
  }
  const named = namedIn(entry, path)
  if (named.length === 0) {
    findings.mistake(
      [...path, 'credential'],
      'is missing',
      'Name one of the credentials by its id, or several as credentials.',
    )
  }
  const ids = named.map(({ id }) => id)
  return named.flatMap(({ id, path: here }, at): readonly Pooled[] => {
    if (ids.indexOf(id) < at) {
      findings.mistake(here, 'is in the pool twice', 'Take one of the two out.')
      return []
    }
    const credential = credentials.byId.get(id)
    if (credential === undefined && credentials.isWhole) {
      const words = { what: 'Credentials', none: 'Add it to credentials.' }
      findings.mistake(here, 'is the id of no credential', nearestOf(id, credentials.byId.keys(), words))
    }
    return credential ? [{ credential, path: here }] : []
  })
}

function namedIn(
  { credential, credentials }: TargetEntry,
  path: Path,
): readonly { readonly id: string; readonly path: Path }[] {
  if (credential !== undefined) return [{ id: credential, path: [...path, 'credential'] }]
  return (credentials ?? []).map((id, at) => ({ id, path: [...path, 'credentials', at] }))
}
