import { type Credentials, pooled, type Pooled, readCredentials } from './credential-entries.ts'
import type { Quota } from '../contract/routing.ts'
import type { CredentialEntry, TargetEntry } from './entry-schema.ts'
import type { Environment } from './environment.ts'
import type { Findings } from './findings.ts'
import type { ApiKeyCredential, GatewayCredential, GatewayTarget } from './gateway-config.ts'

/** Places edits go to; items are `null` where they are malformed. */
export interface TargetEntries {
  readonly credentials: readonly (CredentialEntry | null)[]
  readonly targets: readonly (TargetEntry | null)[]
}

export interface Targets {
  readonly credentials: readonly GatewayCredential[]
  readonly targets: readonly GatewayTarget[]
}

export interface ReadTargets extends Targets {
  /** Whether each entry became a target, so that they have the same numbers. */
  readonly isWhole: boolean
}

interface Context {
  readonly env: Environment
  readonly findings: Findings
}

/** Puts targets and their credentials together. What does not fit together is noted, and left out. */
export function readTargets(
  { credentials: entries, targets }: TargetEntries,
  { env, findings }: Context,
): ReadTargets {
  const credentials = readCredentials(entries, { env, findings })
  const names = new Map<string, number>()
  const read = targets.flatMap((entry, at): readonly GatewayTarget[] => {
    if (entry === null) return []
    const target = targetOf(entry, { at, credentials, findings })
    return target === null ? [] : [named(target, entry, { at, names, findings })]
  })
  warnOfUnused(entries, targets, findings)
  return {
    credentials: [...credentials.byId.values()].filter((one) => one !== null),
    targets: read,
    isWhole: read.length === targets.length,
  }
}

interface TargetContext {
  readonly at: number
  readonly credentials: Credentials
  readonly findings: Findings
}

type Unnamed<Target> = Target extends GatewayTarget ? Omit<Target, 'name'> : never

function targetOf(entry: TargetEntry, context: TargetContext): Unnamed<GatewayTarget> | null {
  const { provider } = entry
  switch (provider) {
    case 'local':
      refuse(entry, NOT_LOCAL, 'the local engine', context)
      return { provider }
    case 'ai-studio':
      return aiStudioOf(entry, context)
    case 'vertex':
      return vertexOf(entry, context)
  }
}

const NOT_LOCAL = [
  'credential',
  'credentials',
  'baseUrl',
  'apiVersion',
  'project',
  'location',
  'quota',
] as const

function aiStudioOf(entry: TargetEntry, context: TargetContext): Unnamed<GatewayTarget> | null {
  refuse(entry, ['project', 'location'], 'AI Studio', context)
  const { baseUrl = null, apiVersion = null } = entry
  const [first, ...rest] = poolOf(entry, context).flatMap(({ credential, path }): ApiKeyCredential[] => {
    if (credential.kind === 'api-key') return [credential]
    context.findings.mistake(
      path,
      'is no API key, which AI Studio needs',
      'Name a credential that has an apiKey.',
    )
    return []
  })
  if (first === undefined) return null
  return { provider: 'ai-studio', credentials: [first, ...rest], quota: quotaOf(entry), baseUrl, apiVersion }
}

function vertexOf(entry: TargetEntry, context: TargetContext): Unnamed<GatewayTarget> | null {
  refuse(entry, ['apiVersion'], 'Vertex AI', context)
  const { baseUrl = null, project = null, location = 'global' } = entry
  const [first, ...rest] = poolOf(entry, context).map(({ credential }) => credential)
  if (first === undefined) return null
  if ([first, ...rest].some(({ kind }) => kind === 'api-key')) {
    refuse(entry, ['project', 'location'], 'an API key', context)
  }
  const credentials = [first, ...rest] as const
  return { provider: 'vertex', credentials, quota: quotaOf(entry), project, location, baseUrl }
}

function poolOf(entry: TargetEntry, { at, ...context }: TargetContext): readonly Pooled[] {
  return pooled(entry, ['targets', at], context)
}

function quotaOf({ quota }: TargetEntry): Quota {
  return {
    requestsPerMinute: quota?.requestsPerMinute ?? null,
    inputTokensPerMinute: quota?.inputTokensPerMinute ?? null,
  }
}

/** Settings that a target of that kind does not have. */
function refuse(
  entry: TargetEntry,
  names: readonly (keyof TargetEntry)[],
  what: string,
  { at, findings }: TargetContext,
): void {
  for (const name of names) {
    if (entry[name] === undefined) continue
    findings.mistake(['targets', at, name], `does not go with ${what}`, 'Take it out.')
  }
}

interface Naming {
  readonly at: number
  /** The names that are taken, and the number of the last that was made of each. */
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
  let number = (names.get(base) ?? 0) + 1
  while (number > 1 && names.has(`${base}#${number}`)) number += 1
  const own = number === 1 ? base : `${base}#${number}`
  names.set(own, 1).set(base, number)
  return { ...target, name: own }
}

function plainName(target: Unnamed<GatewayTarget>): string {
  if (target.provider !== 'vertex') return target.provider
  const isExpress = target.credentials.every(({ kind }) => kind === 'api-key')
  return `vertex:${isExpress ? 'express' : target.location}`
}

function warnOfUnused(
  credentials: TargetEntries['credentials'],
  targets: TargetEntries['targets'],
  findings: Findings,
): void {
  // What a malformed target names is not known.
  if (targets.includes(null)) return
  const used = new Set(targets.flatMap((target) => [target?.credential, ...(target?.credentials ?? [])]))
  for (const [at, entry] of credentials.entries()) {
    if (entry === null || used.has(entry.id)) continue
    findings.warning(['credentials', at], 'is used by no target', 'Name it in a target, or take it out.')
  }
}
