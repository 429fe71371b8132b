import { Secret } from '../contract/secret.ts'
import { suggest } from '../contract/suggest.ts'
import { readConfig } from './config.ts'
import type { Environment } from './environment.ts'
import type { Findings } from './findings.ts'
import type { GatewayCredential, GatewayTarget } from './gateway-config.ts'
import type { CredentialEntry, TargetEntry } from './gateway-schema.ts'
import type { Path } from './path.ts'

/** Places edits go to; items are `null` where they are malformed. */
export interface TargetEntries {
  readonly credentials: readonly (CredentialEntry | null)[]
  readonly targets: readonly (TargetEntry | null)[]
}

export interface Targets {
  readonly credentials: readonly GatewayCredential[]
  readonly targets: readonly GatewayTarget[]
}

interface Context {
  readonly env: Environment
  readonly findings: Findings
}

/** Puts targets and their credentials together. What does not fit together is noted, and left out. */
export function readTargets(
  { credentials: entries, targets }: TargetEntries,
  { env, findings }: Context,
): Targets {
  const credentials = new Map<string, GatewayCredential | null>()
  for (const [at, entry] of entries.entries()) {
    if (entry === null) continue
    const path: Path = ['credentials', at]
    if (credentials.has(entry.id)) {
      findings.mistake([...path, 'id'], 'is the id of another credential as well', 'Choose another.')
    } else credentials.set(entry.id, credentialOf(entry, path, { env, findings }))
  }
  const names = new Map<string, number>()
  const isWhole = entries.every((entry) => entry !== null)
  const read = targets.flatMap((entry, at): readonly GatewayTarget[] => {
    if (entry === null) return []
    const target = targetOf(entry, { at, credentials, isWhole, findings })
    return target === null ? [] : [named(target, entry, { at, names, findings })]
  })
  warnOfUnused(entries, targets, findings)
  return { credentials: [...credentials.values()].filter((one) => one !== null), targets: read }
}

function credentialOf(
  entry: CredentialEntry,
  path: Path,
  { env, findings }: Context,
): GatewayCredential | null {
  const { id, apiKey, serviceAccountFile, impersonate = null } = entry
  const isAdc = entry.adc === true
  const kinds = [apiKey !== undefined, isAdc, serviceAccountFile !== undefined].filter(Boolean).length
  if (kinds !== 1) {
    const problem = kinds === 0 ? 'says nothing of how to prove itself' : 'is several credentials at once'
    findings.mistake(path, problem, 'Give it one of apiKey, adc: true and serviceAccountFile.')
    return null
  }
  if (apiKey !== undefined) {
    if (impersonate === null) return { kind: 'api-key', id, key: new Secret(apiKey) }
    findings.mistake(
      [...path, 'impersonate'],
      'does not go with an API key',
      'Use adc or serviceAccountFile.',
    )
    return null
  }
  if (serviceAccountFile !== undefined) return { kind: 'file', id, path: serviceAccountFile, impersonate }
  return { kind: 'adc', id, env: readConfig(env, { provider: 'local' }).vertex.credentialEnv, impersonate }
}

interface TargetContext {
  readonly at: number
  /** `null` where a credential is there, but cannot be used. */
  readonly credentials: ReadonlyMap<string, GatewayCredential | null>
  /** Whether all credentials could be read at all. */
  readonly isWhole: boolean
  readonly findings: Findings
}

type Unnamed<Target> = Target extends GatewayTarget ? Omit<Target, 'name'> : never

function targetOf(entry: TargetEntry, context: TargetContext): Unnamed<GatewayTarget> | null {
  const { provider, baseUrl = null, apiVersion = null, project = null, location } = entry
  switch (provider) {
    case 'local':
      refuse(
        entry,
        ['credential', 'baseUrl', 'apiVersion', 'project', 'location'],
        'the local engine',
        context,
      )
      return { provider }
    case 'ai-studio': {
      refuse(entry, ['project', 'location'], 'AI Studio', context)
      const credential = credentialFor(entry, context)
      if (credential === null) return null
      if (credential.kind === 'api-key') return { provider, credential, baseUrl, apiVersion }
      wrong(
        context,
        'credential',
        'is no API key, which AI Studio needs',
        'Name a credential that has an apiKey.',
      )
      return null
    }
    case 'vertex': {
      refuse(entry, ['apiVersion'], 'Vertex AI', context)
      const credential = credentialFor(entry, context)
      if (credential === null) return null
      if (credential.kind === 'api-key') refuse(entry, ['project', 'location'], 'an API key', context)
      return { provider, credential, project, location: location ?? 'global', baseUrl }
    }
  }
}

function credentialFor({ credential: id }: TargetEntry, context: TargetContext): GatewayCredential | null {
  const { credentials, isWhole } = context
  if (id === undefined) {
    wrong(context, 'credential', 'is missing', 'Name one of the credentials by its id.')
    return null
  }
  const credential = credentials.get(id)
  if (credential !== undefined) return credential
  const [near] = suggest(id, credentials.keys())
  const known = [...credentials.keys()].join(', ')
  const remedy =
    near !== undefined
      ? `Did you mean ${near}?`
      : known === ''
        ? 'Add it to credentials.'
        : `Credentials are ${known}.`
  if (isWhole) wrong(context, 'credential', 'is the id of no credential', remedy)
  return null
}

/** Settings that a target of that kind does not have. */
function refuse(
  entry: TargetEntry,
  names: readonly (keyof TargetEntry)[],
  what: string,
  context: TargetContext,
): void {
  for (const name of names) {
    if (entry[name] !== undefined) wrong(context, name, `does not go with ${what}`, 'Take it out.')
  }
}

function wrong({ at, findings }: TargetContext, name: string, problem: string, remedy: string): void {
  findings.mistake(['targets', at, name], problem, remedy)
}

interface Naming {
  readonly at: number
  readonly names: Map<string, number>
  readonly findings: Findings
}

/** A name that somebody chose has to be the only one; one that we make gets a number. */
function named(
  target: Unnamed<GatewayTarget>,
  { name }: TargetEntry,
  { at, names, findings }: Naming,
): GatewayTarget {
  if (name !== undefined && names.has(name)) {
    findings.mistake(['targets', at, 'name'], 'is the name of another target as well', 'Choose another.')
  }
  const base = name ?? plainName(target)
  const number = (names.get(base) ?? 0) + 1
  names.set(base, number)
  return { ...target, name: number === 1 ? base : `${base}#${number}` }
}

function plainName(target: Unnamed<GatewayTarget>): string {
  if (target.provider !== 'vertex') return target.provider
  return `vertex:${target.credential.kind === 'api-key' ? 'express' : target.location}`
}

function warnOfUnused(
  credentials: TargetEntries['credentials'],
  targets: TargetEntries['targets'],
  findings: Findings,
): void {
  for (const [at, entry] of credentials.entries()) {
    if (entry === null || targets.some((target) => target === null || target.credential === entry.id))
      continue
    findings.warning(['credentials', at], 'is used by no target', 'Name it in a target, or take it out.')
  }
}
