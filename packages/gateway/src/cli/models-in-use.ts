import type { LoadedConfig } from '../config/load-gateway-config.ts'
import { surfacesOf } from '../config/named-models.ts'
import { pathText } from '../config/path.ts'
import { calledModel, endText } from '../models/end-text.ts'
import { differenceText } from '../models/difference.ts'
import type { Surface } from '../models/model.ts'
import { type ModelOutlook, type Outlook, outlookOf } from '../models/outlook.ts'
import { RECOMMENDED_MODEL } from '../models/registry.ts'
import type { Finding } from './finding.ts'

/** A model in use, and what becomes of it. */
export interface InUse {
  /** As it is written. */
  readonly name: string
  /** The places in the configuration, or what else makes it one in use. */
  readonly where: readonly string[]
  readonly outlook: Outlook
}

export interface Ahead {
  readonly nowMs: number
  readonly withinDays: number
}

const BY_DEFAULT = 'requests that name no model'

/** The models a configuration names and the one that is used where none is named, each once, as they are written. */
export function modelsInUse(
  loaded: Extract<LoadedConfig, { kind: 'config' }>,
  ahead: Ahead,
): readonly InUse[] {
  const uses = [
    defaultUse(loaded),
    ...loaded.named
      // Nobody at Google is asked for it.
      .filter(({ surfaces }) => surfaces.length > 0)
      .map(({ name, path, surfaces }) => ({ name, where: pathText(path), surfaces })),
  ]
  return [...Map.groupBy(uses, ({ name }) => name)].map(([name, those]) => ({
    name,
    where: those.map(({ where }) => where),
    outlook: outlookOf(name, { ...ahead, surfaces: [...new Set(those.flatMap(({ surfaces }) => surfaces))] }),
  }))
}

interface Use {
  readonly name: string
  readonly where: string
  readonly surfaces: readonly Surface[]
}

/** Without a file there may be no key either, as in a pipeline: what an edit at Google would take is judged all the same. */
function defaultUse({ file, config: { targets } }: Extract<LoadedConfig, { kind: 'config' }>): Use {
  const isLocal = file !== null && targets[0]?.provider === 'local'
  return { name: isLocal ? 'local' : RECOMMENDED_MODEL, where: BY_DEFAULT, surfaces: surfacesOf(targets) }
}

/** Whether somebody has to act, by dates that can be relied on. */
export function isDue({ outlook }: InUse): boolean {
  return outlook.kind === 'model' && (outlook.state === 'over' || outlook.state === 'ending')
}

/** The same for people. */
export function findingOf(use: InUse): Finding {
  const { name, outlook, where } = use
  const usedBy = `Used by ${listed(where)}.`
  if (outlook.kind === 'unknown') {
    const [near] = outlook.suggestions
    const hint = near === undefined ? {} : { remedy: `If ${near} is meant, write that.` }
    const text = `is not on record here, so that its end is not known either. ${usedBy}`
    return { topic: name, mark: 'warn', text, ...hint }
  }
  if (outlook.kind === 'text-model') {
    const text = `answers text; an edit that asks for it is made by ${outlook.instead.id}. ${usedBy}`
    return { topic: name, mark: 'note', text }
  }
  const { model, state, heir } = outlook
  const isAlias = model.id !== name.toLowerCase()
  const text = [
    `${isAlias ? `stands for ${model.id}, which ` : ''}${fateOf(outlook)}.`,
    ...(heir !== null && state !== 'living' ? [differenceText(model, heir.model)] : []),
    usedBy,
  ].join(' ')
  const remedy = remedyOf(use, outlook)
  return { topic: name, mark: MARKS[state], text, ...(remedy !== null && { remedy }) }
}

const MARKS = { living: 'ok', doubtful: 'warn', ending: 'fail', over: 'fail' } as const

function fateOf({ state, end, inDays, heir }: ModelOutlook): string {
  const successor = heir === null ? null : calledModel(heir.model)
  const becomes = successor === null ? 'no successor is on record' : `${successor} takes its place`
  if (end === null || inDays === null) {
    return state === 'over'
      ? `is asked for no more, as a model of the Imagen family; ${becomes}`
      : 'lives; no end is on record'
  }
  const isPast = inDays <= 0
  const day = isPast ? endText(end) : `${endText(end)}, ${inDays === 1 ? 'in 1 day' : `in ${inDays} days`}`
  switch (state) {
    case 'living':
      return `lives until ${day}`
    case 'doubtful':
      return `is said to ${isPast ? 'have ended' : 'end'} on ${day}. Nothing moves by that word alone; if it is true, ${becomes}`
    case 'ending':
      return `ends on ${day}; then ${becomes}`
    case 'over':
      return isPast
        ? `ended on ${day}; ${becomes}`
        : `is asked for no more, though it lives until ${day}; ${becomes}`
  }
}

function remedyOf({ where }: InUse, { state, heir }: ModelOutlook): string | null {
  if (state !== 'over' && state !== 'ending') return null
  const places = where.filter((place) => place !== BY_DEFAULT)
  if (places.length === 0) return 'Install a newer Plantain: npm install plantain@latest.'
  return heir === null
    ? `Name another model in ${listed(places)}.`
    : `Write ${heir.model.id} in ${listed(places)}.`
}

const MOST_LISTED = 5

function listed(places: readonly string[]): string {
  const more = places.length - MOST_LISTED
  return [...places.slice(0, MOST_LISTED), ...(more > 0 ? [`${more} more`] : [])].join(', ')
}
