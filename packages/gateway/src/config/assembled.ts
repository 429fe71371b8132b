import { z } from 'zod'
import type { Environment } from './environment.ts'
import { environmentTargets } from './environment-targets.ts'
import type { Checked, Findings } from './findings.ts'
import { deepFrozen } from './frozen.ts'
import type { GatewayConfig } from './gateway-config.ts'
import { type CredentialEntry, LISTS, MOST_ITEMS, MOST_ROUTES } from './entry-schema.ts'
import { type Sections, SECTIONS } from './gateway-schema.ts'
import { checkReach } from './key-reach.ts'
import { type Keys, readKeys } from './key-entries.ts'
import { warnOfEnds } from './model-ends.ts'
import { checkFiles, checkTls } from './named-files.ts'
import { type NamedModel, namedModels, type RoutedName } from './named-models.ts'
import type { Path } from './path.ts'
import { group, list } from './scalars.ts'
import { insecurities } from './start-up.ts'
import { readRoutes } from './route-entries.ts'
import { type ReadTargets, readTargets } from './target-entries.ts'

export interface Surroundings {
  readonly env: Environment
  readonly findings: Findings
  /** A path that the configuration has at that place, from the root. */
  readonly absolute: (path: Path, named: string) => string
  /** What lives on Google's side depends on the day. */
  readonly nowMs: number
}

export interface Assembled {
  readonly config: GatewayConfig
  readonly because: string | null
  readonly named: readonly NamedModel[]
}

const Root = group(
  Object.fromEntries(
    [...Object.keys(SECTIONS), ...Object.keys(LISTS)].map((name) => [name, z.unknown().optional()]),
  ),
)

/** A section is `null` where it is malformed. */
type Parts = { readonly [Name in keyof Sections]: Checked<Sections[Name]> | null }

/** Makes a configuration of plain values, noting all that is wrong; `null` where it cannot be whole. */
export function assembled(value: unknown, surroundings: Surroundings): Assembled | null {
  const { findings, nowMs } = surroundings
  findings.checked(Root, value, [])
  const root = isGroup(value) ? value : {}
  const parts = readSections(root, surroundings)
  const keyEntries = readList(root['keys'], { name: 'keys', item: LISTS.keys, findings })
  const keys = readKeys(keyEntries, findings)
  const { because, credentials, targets, isWhole } = targetsOf(root, surroundings)
  const routeEntries = readList(root['routes'], { name: 'routes', item: LISTS.routes, findings })
  const routed: RoutedName[] = []
  const routes = readRoutes(routeEntries, {
    targets: isWhole ? targets : null,
    nowMs,
    findings,
    named: routed,
  })
  const isUnsure = keyEntries.includes(null) || !isList(root['keys'])
  checkSafety(parts, { keys, isUnsure, findings })
  if (isWhole && keys.isWhole && isList(root['keys'])) checkReach({ keys, targets, routes, nowMs, findings })
  if (parts.routing) checkTimeouts(parts.routing.value, findings)
  if (parts.limits) checkLimits(parts.limits.value, findings)
  if (parts.listen) checkTls(parts.listen.value, findings)
  const known = keys.known.filter((key) => key !== null)
  const reached = { keys: known, keyless: keys.keyless, targets, routes }
  const named = namedModels(reached, routed)
  warnOfEnds(named, { nowMs, findings })
  const sections = whole(parts)
  if (sections === null) return null
  return { config: deepFrozen({ ...sections, ...reached, credentials }), because, named }
}

function readSections(root: Group, { findings, absolute }: Surroundings): Parts {
  const read = <Schema extends z.ZodType>(schema: Schema, name: keyof Sections) =>
    findings.checked(schema, root[name], [name])
  return {
    listen: changed(read(SECTIONS.listen, 'listen'), ({ tls, ...listen }) => ({
      ...listen,
      tls: tls && {
        cert: absolute(['listen', 'tls', 'cert'], tls.cert),
        key: absolute(['listen', 'tls', 'key'], tls.key),
      },
    })),
    admin: read(SECTIONS.admin, 'admin'),
    models: read(SECTIONS.models, 'models'),
    limits: read(SECTIONS.limits, 'limits'),
    routing: read(SECTIONS.routing, 'routing'),
    cors: read(SECTIONS.cors, 'cors'),
    store: changed(read(SECTIONS.store, 'store'), (store) => ({
      ...store,
      folder: absolute(['store', 'folder'], store.folder),
    })),
    observe: changed(read(SECTIONS.observe, 'observe'), (observe) => ({
      ...observe,
      logFile: observe.logFile && absolute(['observe', 'logFile'], observe.logFile),
    })),
    data: read(SECTIONS.data, 'data'),
  }
}

function changed<Value>(part: Checked<Value> | null, by: (value: Value) => Value): Checked<Value> | null {
  return part && { value: by(part.value) }
}

function whole(parts: Parts): Sections | null {
  const { listen, admin, models, limits, routing, cors, store, observe, data } = parts
  if (!listen || !admin || !models || !limits || !routing || !cors || !store || !observe || !data) return null
  return {
    listen: listen.value,
    admin: admin.value,
    models: models.value,
    limits: limits.value,
    routing: routing.value,
    cors: cors.value,
    store: store.value,
    observe: observe.value,
    data: data.value,
  }
}

/** Items of a list, `null` for those that are malformed. */
function readList<Item extends z.ZodType>(
  value: unknown,
  {
    name,
    item: schema,
    findings,
  }: { readonly name: keyof typeof LISTS; readonly item: Item; readonly findings: Findings },
): readonly (z.infer<Item> | null)[] {
  if (value === undefined) return []
  const shape = list(z.unknown(), {
    least: name === 'targets' ? 1 : 0,
    most: name === 'routes' ? MOST_ROUTES : MOST_ITEMS,
  })
  const items = findings.checked(shape, value, [name])?.value ?? []
  return items.map((item, at) => findings.checked(schema, item, [name, at])?.value ?? null)
}

function targetsOf(
  root: Group,
  { env, findings, absolute }: Surroundings,
): ReadTargets & Pick<Assembled, 'because'> {
  const credentials = readList(root['credentials'], {
    name: 'credentials',
    item: LISTS.credentials,
    findings,
  }).map((entry, at) =>
    entry === null ? null : located(entry, ['credentials', at, 'serviceAccountFile'], { findings, absolute }),
  )
  const targets = readList(root['targets'], { name: 'targets', item: LISTS.targets, findings })
  const ofFile = readTargets({ credentials, targets }, { env, findings })
  if (root['targets'] !== undefined) return { ...ofFile, because: null }
  const { because, mistakes, ...ofEnvironment } = environmentTargets(env)
  findings.mistakes.push(...mistakes)
  return {
    credentials: [...ofFile.credentials, ...ofEnvironment.credentials],
    targets: ofEnvironment.targets,
    isWhole: mistakes.length === 0,
    because,
  }
}

function located(
  entry: CredentialEntry,
  path: Path,
  { findings, absolute }: Pick<Surroundings, 'findings' | 'absolute'>,
): CredentialEntry {
  if (entry.serviceAccountFile === undefined) return entry
  const file = absolute(path, entry.serviceAccountFile)
  checkFiles([{ path, file }], findings)
  return { ...entry, serviceAccountFile: file }
}

/** A malformed section, of which is told already, is taken for harmless, so that the others are judged all the same. */
function checkSafety(
  { listen, admin, cors }: Parts,
  {
    keys: { known: keys },
    isUnsure,
    findings,
  }: { readonly keys: Keys; readonly isUnsure: boolean; readonly findings: Findings },
): void {
  const exposure = {
    listen: listen?.value ?? { host: 'localhost', port: 0, tls: null, publicUrl: null },
    admin: admin?.value ?? null,
    cors: cors?.value ?? { origins: [], maxAgeSeconds: 0 },
  }
  for (const { path, problem, remedy } of insecurities({ ...exposure, keys, isUnsure })) {
    findings.mistake(path, problem, remedy)
  }
}

/** Limits that would make each other pointless. */
function checkLimits(
  { requestBytes, inFlightBytes, bodyIdleMs, bodyTotalMs }: Sections['limits'],
  findings: Findings,
): void {
  if (inFlightBytes < requestBytes) {
    findings.mistake(
      ['limits', 'inFlightBytes'],
      'is less than one request may have (requestBytes)',
      'Raise it, or lower requestBytes.',
    )
  }
  if (bodyTotalMs < bodyIdleMs) {
    findings.mistake(
      ['limits', 'bodyTotalMs'],
      'is shorter than the pause a body may make (bodyIdleMs)',
      'Raise it, or lower bodyIdleMs.',
    )
  }
}

function checkTimeouts({ timeouts }: Sections['routing'], findings: Findings): void {
  if (timeouts.attemptMs >= timeouts.firstByteMs) return
  findings.mistake(
    ['routing', 'timeouts', 'attemptMs'],
    'is shorter than an answer may take to begin (firstByteMs)',
    'Raise it, or lower firstByteMs.',
  )
}

type Group = Readonly<Record<string, unknown>>

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown): boolean {
  return value === undefined || Array.isArray(value)
}
