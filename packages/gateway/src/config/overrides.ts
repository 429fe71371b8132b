import { suggest } from '../contract/suggest.ts'
import type { Environment } from './environment.ts'
import { LISTS } from './entry-schema.ts'
import { SECTIONS } from './gateway-schema.ts'
import type { Mistake } from './mistake.ts'
import { type Path, pathText } from './path.ts'
import { allSettings, type Setting } from './setting.ts'

export interface Overridden {
  readonly value: unknown
  /** The variable that a value, or a group that had to be made for one, comes from; by path. */
  readonly variables: ReadonlyMap<string, string>
  readonly mistakes: readonly Mistake[]
}

/**
 * What Kubernetes sets in every container for a service that happens to be called plantain-listen or the like:
 * PLANTAIN_LISTEN_SERVICE_HOST, PLANTAIN_LISTEN_PORT_8080_TCP, and an address in PLANTAIN_LISTEN_PORT.
 */
const SERVICE_LINK = /_SERVICE_(?:HOST|PORT)|_PORT_\d+_(?:TCP|UDP|SCTP)/
const SERVICE_ADDRESS = /^(?:tcp|udp|sctp):\/\//

/**
 * Lays `PLANTAIN_<PATH>` variables over a configuration. A variable that is empty counts as not set; a list is written
 * with commas. One that begins like a setting and is none is a mistake, since what it was meant to do does not happen.
 */
export function overridden(value: unknown, env: Environment): Overridden {
  const settings = new Map(allSettings().map((setting) => [setting.variable, setting]))
  const mistakes: Mistake[] = []
  const variables = new Map<string, string>()
  let result = value
  for (const [variable, text] of Object.entries(env)) {
    if (!text || !isOurs(variable) || SERVICE_LINK.test(variable) || SERVICE_ADDRESS.test(text)) continue
    const setting = settings.get(variable)
    if (setting === undefined) mistakes.push(unknown(variable, settings))
    else result = laidOver(result, setting, { text, variables })
  }
  return { value: result, variables, mistakes }
}

function isOurs(variable: string): boolean {
  const [, section = ''] = /^PLANTAIN_([A-Z]+)_/.exec(variable) ?? []
  const name = section.toLowerCase()
  return Object.hasOwn(SECTIONS, name) || Object.hasOwn(LISTS, name)
}

function unknown(variable: string, settings: ReadonlyMap<string, Setting>): Mistake {
  const [near] = suggest(variable, settings.keys())
  const remedy =
    near === undefined
      ? 'Settings and their variables are in docs/configuration.md; keys, credentials, targets and routes are set in the file.'
      : `Did you mean ${near}?`
  return {
    place: { kind: 'variable', name: variable },
    path: '',
    problem: 'is no setting that a variable can change',
    remedy,
  }
}

interface Laying {
  readonly text: string
  readonly variables: Map<string, string>
}

/** A copy of the configuration with the setting in it. What is no group where one is needed stays, and is told elsewhere. */
function laidOver(value: unknown, { path, isList, variable }: Setting, { text, variables }: Laying): unknown {
  const put = (group: unknown, at: number): unknown => {
    const name = path[at]
    if (name === undefined) return isList ? itemsOf(text) : text
    if (group !== undefined && !isGroup(group)) return group
    const here: Path = path.slice(0, at + 1)
    if (at === path.length - 1 || group?.[name] === undefined) variables.set(pathText(here), variable)
    return { ...group, [name]: put(group?.[name], at + 1) }
  }
  return put(value, 0)
}

function itemsOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
