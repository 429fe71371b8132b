import { type Fault, fault } from '../contract/error.ts'
import type { ProviderKind } from '../contract/provider.ts'
import { redactKeys } from '../contract/redact.ts'
import { isResident } from '../contract/residency.ts'
import type { Notice } from '../contract/result.ts'
import type { RouteRule, RouteStep } from '../contract/routing.ts'
import { estimateMicroUsd, type EstimateOptions, formatUsd } from '../models/price.ts'
import { allModels, findModel, RECOMMENDED_MODEL, resolveModel } from '../models/registry.ts'
import { isLocalModel, ruleFor } from '../models/rule-for.ts'
import { isServedIn } from '../models/served.ts'
import type { Candidate, RouteTarget } from './target.ts'

export const LOCAL_MODEL_ID = 'local'

export type Planned =
  | { readonly kind: 'planned'; readonly candidates: readonly [Candidate, ...Candidate[]] }
  | { readonly kind: 'fault'; readonly fault: Fault }

const SET_UP =
  'GEMINI_API_KEY for ai-studio, GOOGLE_CLOUD_PROJECT for vertex. `plantain doctor` shows what is found.'

export interface PlanOptions {
  readonly nowMs: number
  readonly rules?: readonly RouteRule[]
  /** Kinds the caller may use; missing: all. */
  readonly allowed?: readonly ProviderKind[] | undefined
  /** Kinds that can do what the request holds, such as read a file that lies at Google; missing: all. */
  readonly able?: readonly ProviderKind[] | undefined
  /** Where it goes first, by the name of a target or of one of its keys. */
  readonly prefer?: string | undefined
  /** What the edit may not leave; missing or `null`: it may go anywhere. */
  readonly regions?: readonly string[] | null
  /** What the edit may cost at most, by what can be foreseen of it; missing or `null`: anything. */
  readonly mostMicroUsd?: number | null
  readonly estimate?: EstimateOptions
  /**
   * Whether names are the target's to judge, as in a request that is forwarded in its own dialect: one that is not on
   * record may be of a model that came out yesterday.
   */
  readonly forward?: boolean
  /** Whether a model that answers text is to do that, in place of an image model. */
  readonly keepTextModels?: boolean
}

/** Who may make an edit, in the order of tiers. Nothing is asked of the network for it. */
export function planCandidates(
  configured: readonly RouteTarget[],
  asked: string | undefined,
  options: PlanOptions,
): Planned {
  const { allowed, able } = options
  const targets = configured.filter(({ kind }) => allowed?.includes(kind) ?? true)
  const [first] = targets
  if (first === undefined) return refusedBy(configured.length > 0 ? NOT_ALLOWED : NO_TARGET)
  const unknown = asked === undefined || options.forward ? null : unknownModel(asked, options.nowMs)
  if (unknown !== null) return refusedBy(unknown)
  const name = asked ?? (first.kind === 'local' ? LOCAL_MODEL_ID : RECOMMENDED_MODEL)
  const every = candidatesFor(configured, name, options)
  if (every.length === 0)
    return refusedBy(isLocalModel(name, options.nowMs) ? noEngine(first) : noGoogle(name))
  const all = withoutRepeats(every.filter(({ target }) => targets.includes(target)))
  if (all.length === 0) return refusedBy(NOT_ALLOWED)
  const kept = all.filter(({ target }) => able?.includes(target.kind) ?? true)
  if (kept.length === 0) return refusedBy(UNREACHABLE_FILE)
  const resident = residentOnes(kept, options.regions ?? null)
  if (resident.length === 0) return refusedBy(outOfRegions(configured, options))
  const affordable = resident.filter((candidate) => isAffordable(candidate, options))
  if (affordable.length === 0) return refusedBy(tooDear(resident, options))
  const firstChoice = all[0]?.model
  const sorted = affordable.map((one) =>
    isPreferred(one, firstChoice, options) ? { ...one, tier: -1 } : one,
  )
  return { kind: 'planned', candidates: marked(sorted, firstChoice) }
}

function candidatesFor(
  configured: readonly RouteTarget[],
  asked: string,
  options: PlanOptions,
): readonly Candidate[] {
  return tiersFor(configured, asked, options).flatMap((steps, tier) =>
    steps.map((step) => candidateOf(step, { asked, tier, options })),
  )
}

interface Step extends Omit<RouteStep, 'target'> {
  readonly target: RouteTarget
}

/** Without a rule targets are tried in the order they are listed, and the local engine never stands in for Google. */
function tiersFor(
  targets: readonly RouteTarget[],
  asked: string,
  { rules = [], nowMs }: PlanOptions,
): readonly (readonly Step[])[] {
  const wantsLocal = isLocalModel(asked, nowMs)
  const rule = wantsLocal ? null : ruleFor(rules, asked, nowMs)
  if (rule === null) {
    return targets
      .filter(({ kind }) => (kind === 'local') === wantsLocal)
      .map((target) => [{ target, model: null, weight: 1 }])
  }
  return rule.tiers.map((steps) =>
    steps.flatMap((step) => {
      const target = targets.find(({ name }) => name === step.target)
      return target === undefined ? [] : [{ ...step, target }]
    }),
  )
}

interface Making {
  readonly asked: string
  readonly tier: number
  readonly options: PlanOptions
}

function candidateOf({ target, model, weight }: Step, { asked, tier, options }: Making): Candidate {
  const base = { target, tier, weight, degraded: false }
  if (target.kind === 'local') return { ...base, model: LOCAL_MODEL_ID, notices: [] }
  const { nowMs, keepTextModels = false } = options
  const wanted = model ?? asked
  const resolution = resolveModel(wanted, { nowMs, surface: target.kind })
  if (resolution.kind === 'unknown') return { ...base, model: wanted, notices: [] }
  if (resolution.kind === 'model') return { ...base, model: resolution.model.id, notices: resolution.notices }
  if (keepTextModels) return { ...base, model: resolution.id, notices: [] }
  return {
    ...base,
    model: resolution.instead.id,
    notices: [textModelNotice(resolution.id, resolution.instead.id)],
  }
}

/** Two steps may come to the same model of a target, and to ask that twice is a retry; within a tier it has both shares. */
function withoutRepeats(candidates: readonly Candidate[]): readonly Candidate[] {
  const firsts = candidates.filter((one, at) => candidates.findIndex((other) => isSame(one, other)) === at)
  return firsts.map((first) => {
    const alike = candidates.filter((one) => isSame(one, first) && one.tier === first.tier)
    return { ...first, weight: alike.reduce((sum, { weight }) => sum + weight, 0) }
  })
}

/** Whoever made what the edit builds on is asked before all others, for the same model. */
function isPreferred(
  { target: { name }, model }: Candidate,
  firstChoice: string | undefined,
  { prefer }: PlanOptions,
): boolean {
  return model === firstChoice && (prefer === name || prefer?.startsWith(`${name}#`) === true)
}

function isSame(one: Candidate, other: Candidate): boolean {
  return one.target === other.target && one.model === other.model
}

/** Whoever makes it by another model than the first would is second best, and says so. */
function marked(
  [first, ...rest]: readonly Candidate[],
  firstChoice: string | undefined,
): readonly [Candidate, ...Candidate[]] {
  if (first === undefined) throw new Error('nobody is left')
  const mark = (one: Candidate) => ({ ...one, degraded: one.model !== firstChoice })
  return [mark(first), ...rest.map(mark)]
}

/**
 * A place outside is none, and neither is one where the model is not served; where no place is prescribed and none is
 * left, the record may be old, and it is for Google to say.
 */
function residentOnes(
  candidates: readonly Candidate[],
  regions: readonly string[] | null,
): readonly Candidate[] {
  const inside = candidates.filter(({ target }) => isResident(target, regions))
  const served = inside.filter(
    ({ target, model }) => target.location === null || isServedIn(findModel(model), target.location),
  )
  return served.length > 0 || regions !== null ? served : inside
}

function isAffordable(candidate: Candidate, options: PlanOptions): boolean {
  const { mostMicroUsd = null } = options
  return mostMicroUsd === null || estimated(candidate, options) <= mostMicroUsd
}

function estimated({ model }: Candidate, { estimate }: PlanOptions): number {
  const known = findModel(model)
  if (known === null || estimate === undefined) return 0
  return estimateMicroUsd(known, estimate).microUsd
}

function refusedBy(why: Fault): Planned {
  return { kind: 'fault', fault: why }
}

const NOT_ALLOWED = fault(
  'not_allowed',
  'The key may not use any of the targets that such edits go to here. Its entry in the configuration names its providers.',
)

const NO_TARGET = fault('credential_missing', `No target is configured. ${SET_UP}`)

const UNREACHABLE_FILE = fault(
  'unsupported_option',
  'The request refers to a file that none of the targets can read: files of AI Studio are read there, and those of Cloud Storage by Vertex AI. Upload the file here, or send it inline.',
)

function unknownModel(asked: string, nowMs: number): Fault | null {
  const resolution = resolveModel(asked, { nowMs })
  if (resolution.kind !== 'unknown') return null
  const { suggestions } = resolution
  const near = suggestions.length > 0 ? ` Did you mean ${suggestions.join(' or ')}?` : ''
  return fault(
    'unknown_model',
    `No model ${shown(asked)} is known.${near} \`plantain models\` lists them all.`,
  )
}

function noEngine({ name }: RouteTarget): Fault {
  return fault(
    'unsupported_option',
    `Model "local" needs the local engine, and the target is ${name}. Say --provider local.`,
  )
}

function noGoogle(asked: string): Fault {
  return fault(
    'credential_missing',
    `Model ${asked} runs at Google, and edits go to the local engine here. Name the target and give it a credential: ${SET_UP}`,
  )
}

/** Says which models remain to a caller who is bound to regions. */
function outOfRegions(configured: readonly RouteTarget[], options: PlanOptions): Fault {
  const { allowed, able, regions = null } = options
  const remaining = allModels()
    .filter(({ family }) => family === 'gemini-image' || family === 'local')
    .filter(({ id }) => {
      const open = candidatesFor(configured, id, options).filter(
        ({ target: { kind } }) => (allowed?.includes(kind) ?? true) && (able?.includes(kind) ?? true),
      )
      return residentOnes(open, regions).some(({ model }) => model === id)
    })
    .map(({ id }) => id)
  const bound = `The key’s edits may not leave ${(regions ?? []).join(', ')}, and the model is not served there.`
  const rest =
    remaining.length > 0
      ? `There ${remaining.length === 1 ? 'is' : 'are'} ${remaining.join(', ')}.`
      : 'No model is, at the targets that are configured.'
  return fault('region_unavailable', `${bound} ${rest}`)
}

function tooDear(candidates: readonly Candidate[], options: PlanOptions): Fault {
  const least = Math.min(...candidates.map((candidate) => estimated(candidate, options)))
  return fault(
    'not_allowed',
    `The edit is estimated at ${formatUsd(least)}, and the key allows ${formatUsd(options.mostMicroUsd ?? 0)} an edit. Ask for a smaller image or a cheaper model.`,
  )
}

/** What is no name of a model may be anything: an instruction in the wrong place, a key. */
function shown(name: string): string {
  return /^[\w.@/-]{1,80}$/.test(name) ? `"${redactKeys(name)}"` : 'of that name'
}

function textModelNotice(asked: string, instead: string): Notice {
  const why = `${asked} answers text, not images`
  return {
    code: 'model_migrated',
    text: `${why}; ${instead} is used for this edit.`,
    model: { id: asked, successor: instead, why },
  }
}
