import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ProviderKind } from '../contract/provider.ts'
import { isResident } from '../contract/residency.ts'
import { estimateMicroUsd } from '../models/price.ts'
import { allModels, findModel, RECOMMENDED_MODEL, resolveModel } from '../models/registry.ts'
import { planCandidates, type Planned, type PlanOptions } from './plan.ts'
import type { RouteRule } from '../contract/routing.ts'
import type { Candidate, RouteTarget } from './target.ts'

const NOW_MS = Date.parse('2026-11-22T12:00:00Z')
/** Then `gemini-2.5-flash-image` was still served, in many regions. */
const SUMMER_MS = Date.parse('2026-07-01T00:00:00Z')
const REGIONAL = 'gemini-2.5-flash-image'
const PRO = 'gemini-3-pro-image'
const FLASH = 'gemini-3.1-flash-image'
const LITE = 'gemini-3.1-flash-lite-image'

function place(name: string, kind: ProviderKind, location: string | null = null): RouteTarget {
  return { name, kind, location, keys: [] }
}

const STUDIO = place('studio', 'ai-studio')
const GLOBAL = place('vertex:global', 'vertex', 'global')
const EUROPE = place('vertex:europe-west4', 'vertex', 'europe-west4')
const IOWA = place('vertex:us-central1', 'vertex', 'us-central1')
const LOCAL = place('local', 'local')
const PLACES = [STUDIO, GLOBAL, EUROPE, IOWA, LOCAL, place('studio-2', 'ai-studio')]

const plan = (
  targets: readonly RouteTarget[],
  asked: string | undefined,
  options: Partial<PlanOptions> = {},
): Planned => planCandidates(targets, asked, { nowMs: NOW_MS, ...options })

function candidatesOf(planned: Planned): readonly Candidate[] {
  return planned.kind === 'planned' ? planned.candidates : []
}

const shown = (planned: Planned) =>
  planned.kind === 'fault'
    ? planned.fault.code
    : planned.candidates.map(({ target, model, tier }) => `${tier} ${target.name} ${model}`)

const step = (target: string, model: string | null = null, weight = 1) => ({ target, model, weight })
const always = (...tiers: RouteRule['tiers']): readonly RouteRule[] => [{ models: null, tiers }]

describe('without a rule', () => {
  test('targets are tried in the order they are listed, and the local engine is for those who ask for it', () => {
    const all = [EUROPE, LOCAL, STUDIO, GLOBAL]
    // What is served in `global` only is not asked for elsewhere.
    expect(shown(plan(all, PRO))).toEqual([`1 studio ${PRO}`, `2 vertex:global ${PRO}`])
    expect(shown(plan(all, 'local'))).toEqual(['0 local local'])
    expect(shown(plan([LOCAL, STUDIO], undefined))).toEqual(['0 local local'])
    expect(shown(plan([STUDIO, LOCAL], undefined))).toEqual([`0 studio ${RECOMMENDED_MODEL}`])
    expect(shown(plan([LOCAL], PRO))).toBe('credential_missing')
    expect(shown(plan([STUDIO], 'local'))).toBe('unsupported_option')
    expect(shown(plan([], PRO))).toBe('credential_missing')
  })

  test('what Google’s record says of a place may be old, where that is the only one', () => {
    expect(shown(plan([EUROPE], PRO))).toEqual([`0 vertex:europe-west4 ${PRO}`])
    expect(shown(plan([EUROPE], PRO, { regions: ['eu'] }))).toBe('region_unavailable')
  })

  test('a name that nobody knows is the caller’s mistake, and in its own dialect the target’s to judge', () => {
    expect(shown(plan([STUDIO], 'gemini-9-image'))).toBe('unknown_model')
    expect(shown(plan([STUDIO], 'gemini-9-image', { forward: true }))).toEqual(['0 studio gemini-9-image'])
  })

  test('a model that answers text gives way to one for images, unless it is to do that', () => {
    const [instead] = candidatesOf(plan([STUDIO], 'gemini-2.5-flash'))
    expect(instead).toMatchObject({ model: RECOMMENDED_MODEL, notices: [{ code: 'model_migrated' }] })
    expect(shown(plan([STUDIO], 'gemini-2.5-flash', { keepTextModels: true }))).toEqual([
      '0 studio gemini-2.5-flash',
    ])
  })
})

describe('by a rule', () => {
  test('tiers come in its order, with what it says of models and weights', () => {
    const rules = always(
      [step('studio', null, 3), step('vertex:global')],
      [step('studio', 'nano-banana-2')],
      [step('local')],
    )
    const planned = plan(PLACES, 'nano-banana-pro', { rules })
    expect(shown(planned)).toEqual([
      `0 studio ${PRO}`,
      `0 vertex:global ${PRO}`,
      `1 studio ${FLASH}`,
      '2 local local',
    ])
    expect(candidatesOf(planned).map(({ weight }) => weight)).toEqual([3, 1, 1, 1])
    expect(candidatesOf(planned).map(({ degraded }) => degraded)).toEqual([false, false, true, true])
  })

  test('steps that come to the same model of a target are one, and within a tier it has both their shares', () => {
    const rules = always(
      [step('studio', null, 3), step('studio', PRO, 2), step('vertex:global')],
      [step('studio', 'nano-banana-pro')],
      [step('studio', 'nano-banana-2')],
    )
    const planned = plan(PLACES, PRO, { rules })
    expect(shown(planned)).toEqual([`0 studio ${PRO}`, `0 vertex:global ${PRO}`, `2 studio ${FLASH}`])
    expect(candidatesOf(planned).map(({ weight }) => weight)).toEqual([5, 1, 1])
  })

  test('whoever may use none of its targets is told so, and not that a credential is missing', () => {
    const rules = always([step('vertex:global')])
    expect(shown(plan([STUDIO, GLOBAL], PRO, { rules, allowed: ['ai-studio'] }))).toBe('not_allowed')
    expect(shown(plan([STUDIO, LOCAL], PRO, { allowed: ['local'] }))).toBe('not_allowed')
    expect(shown(plan([STUDIO], PRO, { allowed: [] }))).toBe('not_allowed')
    expect(shown(plan([STUDIO, LOCAL], 'local', { allowed: ['ai-studio'] }))).toBe('not_allowed')
    // Here it is: nobody could.
    expect(shown(plan([STUDIO], PRO, { rules }))).toBe('credential_missing')
  })

  test('a request that holds a file goes where that can be read, or is told that it cannot', () => {
    expect(shown(plan(PLACES, PRO, { able: ['vertex'] }))).toEqual([`1 vertex:global ${PRO}`])
    expect(shown(plan([STUDIO], PRO, { able: ['vertex'] }))).toBe('unsupported_option')
  })
})

describe('prices', () => {
  const estimate = { inputImages: 1, instructionChars: 400 }
  const price = (id: string) => {
    const model = findModel(id)
    if (model === null) throw new Error(id)
    return estimateMicroUsd(model, estimate).microUsd
  }

  test('a cap is kept to the micro-dollar, and the cheaper model is what remains', () => {
    const rules = always([step('studio')], [step('studio', LITE)])
    const most = (mostMicroUsd: number) => shown(plan([STUDIO], PRO, { rules, estimate, mostMicroUsd }))
    expect(price(LITE)).toBeLessThan(price(PRO))
    expect(most(price(PRO))).toEqual([`0 studio ${PRO}`, `1 studio ${LITE}`])
    expect(most(price(PRO) - 1)).toEqual([`1 studio ${LITE}`])
    expect(most(price(LITE) - 1)).toBe('not_allowed')
    expect(shown(plan([LOCAL], 'local', { estimate, mostMicroUsd: 0 }))).toEqual(['0 local local'])
  })

  test('who finds nothing affordable is told the least that it would be', () => {
    const rules = always([step('studio')], [step('studio', LITE)])
    const planned = plan([STUDIO], PRO, { rules, estimate, mostMicroUsd: 1000 })
    if (planned.kind !== 'fault') throw new Error(planned.kind)
    expect(planned.fault.message).toContain(`$${(price(LITE) / 1e6).toFixed(6).replace(/0+$/, '')},`)
    expect(planned.fault.message).toContain('$0.001 ')
  })
})

const NAMES = [
  ...allModels().map(({ id }) => id),
  'nano-banana',
  'Nano Banana Pro',
  'models/gemini-3-pro-image',
  'gemini-2.5-flash',
  'gemini-9-image',
]
const KINDS = ['ai-studio', 'vertex', 'local'] as const satisfies readonly ProviderKind[]
const LOCATIONS = ['global', 'eu', 'us', 'europe-west4', 'europe-west1', 'us-central1', 'asia-northeast1']

const target = fc.oneof(
  fc.constant<readonly [ProviderKind, string | null]>(['local', null]),
  fc.constant<readonly [ProviderKind, string | null]>(['ai-studio', null]),
  fc.constantFrom(...LOCATIONS).map((location) => ['vertex', location] as const),
)
const targetsOf = fc
  .array(target, { maxLength: 5 })
  .map((all) => all.map(([kind, location], at) => place(`t${at}`, kind, location)))
const modelName = fc.constantFrom(...NAMES)
const stepOf = fc.record({
  target: fc.constantFrom('t0', 't1', 't2', 't3', 't4', 'nobody'),
  // That a step sends Google's targets no `local` is seen to when the configuration is read.
  model: fc.option(modelName.filter((name) => name !== 'local')),
  weight: fc.constantFrom(1, 2.5),
})
const rule = fc.record({
  models: fc.option(fc.array(modelName, { minLength: 1, maxLength: 3 })),
  tiers: fc.array(fc.array(stepOf, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
})
const someKinds = fc.option(fc.subarray([...KINDS], { minLength: 1 }), { nil: undefined, freq: 2 })
const scene = fc.record({
  targets: targetsOf,
  asked: fc.option(modelName, { nil: undefined }),
  options: fc.record({
    nowMs: fc.constantFrom(NOW_MS, SUMMER_MS),
    rules: fc.array(rule, { maxLength: 2 }),
    allowed: someKinds,
    able: someKinds,
    regions: fc.option(fc.subarray(['eu', 'us', 'asia', 'europe-west4', 'us-central1', 'africa']), {
      freq: 2,
    }),
    mostMicroUsd: fc.option(fc.integer({ min: 0, max: 200_000 }), { freq: 2 }),
    estimate: fc.record({
      inputImages: fc.integer({ min: 0, max: 14 }),
      instructionChars: fc.integer({ min: 0, max: 5000 }),
    }),
    forward: fc.boolean(),
    keepTextModels: fc.boolean(),
  }),
})

const isServedThere = ({ target: { location }, model: id }: Candidate) =>
  location === null || (findModel(id)?.vertexLocations?.includes(location) ?? true)

describe('whatever is configured and asked', () => {
  test('who is planned may be asked, keeps what is sent in its regions, and does not cost more than may be spent', () => {
    let planned = 0
    fc.assert(
      fc.property(scene, ({ targets, asked, options }) => {
        const candidates = candidatesOf(planCandidates(targets, asked, options))
        const { allowed, able, regions, mostMicroUsd, estimate } = options
        if (candidates.length > 0) planned += 1
        for (const candidate of candidates) {
          const { kind, location } = candidate.target
          expect(targets).toContain(candidate.target)
          expect(allowed ?? KINDS).toContain(kind)
          expect(able ?? KINDS).toContain(kind)
          if (regions !== null && kind !== 'local') {
            expect(kind).toBe('vertex')
            expect(location).not.toBe('global')
            expect(isResident(candidate.target, regions)).toBe(true)
            expect(isServedThere(candidate)).toBe(true)
          }
          const known = findModel(candidate.model)
          if (known !== null && mostMicroUsd !== null)
            expect(estimateMicroUsd(known, estimate).microUsd).toBeLessThanOrEqual(mostMicroUsd)
          expect(candidate.model === 'local').toBe(kind === 'local')
          expect(known?.family).not.toBe('imagen')
        }
      }),
      { numRuns: 5000 },
    )
    expect(planned).toBeGreaterThan(500)
  })

  test('tiers are in order, nobody is there twice, and those are marked that make it by another model than the first', () => {
    fc.assert(
      fc.property(scene, ({ targets, asked, options }) => {
        const candidates = candidatesOf(planCandidates(targets, asked, options))
        const tiers = candidates.map(({ tier }) => tier)
        expect(tiers).toEqual(tiers.toSorted((a, b) => a - b))
        const names = candidates.map((one) => `${one.target.name} ${one.model}`)
        expect(new Set(names).size).toBe(names.length)
        // The first choice is the rule's, of whom nobody may be left: whoever is no second best is of one model.
        const chosen = new Set(candidates.filter(({ degraded }) => !degraded).map((one) => one.model))
        expect(chosen.size).toBeLessThanOrEqual(1)
        for (const one of candidates) if (chosen.size > 0) expect(one.degraded).toBe(!chosen.has(one.model))
      }),
      { numRuns: 5000 },
    )
  })

  test('the local engine stands in for Google only where a rule says so', () => {
    fc.assert(
      fc.property(scene, ({ targets, asked, options }) => {
        const candidates = candidatesOf(planCandidates(targets, asked, { ...options, rules: [] }))
        const kinds = new Set(candidates.map((one) => one.target.kind === 'local'))
        expect(kinds.size).toBeLessThanOrEqual(1)
        if (asked !== undefined) expect(kinds.has(true) && asked !== 'local').toBe(false)
      }),
      { numRuns: 3000 },
    )
  })

  test('nobody is left out who could be asked, and where all are it is said why', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(scene, ({ targets, asked, options }) => {
        const planned = planCandidates(targets, asked, { ...options, rules: [] })
        const expected = withoutRules(targets, asked, options)
        expect(shown(planned)).toEqual(expected)
        seen.add(typeof expected === 'string' ? expected : 'planned')
      }),
      { numRuns: 5000 },
    )
    expect([...seen].toSorted()).toEqual([
      'credential_missing',
      'not_allowed',
      'planned',
      'region_unavailable',
      'unknown_model',
      'unsupported_option',
    ])
  })
})

type Scene = typeof scene extends fc.Arbitrary<infer Value> ? Value : never

/** What a plan comes to without rules, by one question after the other. */
function withoutRules(
  targets: Scene['targets'],
  asked: Scene['asked'],
  { nowMs, allowed, able, regions, mostMicroUsd, estimate, forward, keepTextModels }: Scene['options'],
): readonly string[] | string {
  const usable = targets.filter(({ kind }) => allowed?.includes(kind) !== false)
  if (usable.length === 0) return targets.length === 0 ? 'credential_missing' : 'not_allowed'
  const name = asked ?? (usable[0]?.kind === 'local' ? 'local' : RECOMMENDED_MODEL)
  if (!forward && resolveModel(name, { nowMs }).kind === 'unknown') return 'unknown_model'
  const isMeant = ({ kind }: RouteTarget) => (kind === 'local') === (name === 'local')
  if (!targets.some(isMeant)) return name === 'local' ? 'unsupported_option' : 'credential_missing'
  const all = targets.filter(isMeant).flatMap((one, tier) => {
    if (!usable.includes(one)) return []
    const said = one.kind === 'local' ? null : resolveModel(name, { nowMs, surface: one.kind })
    const text = said?.kind === 'text-model' && (keepTextModels ? said.id : said.instead.id)
    const id = said === null ? 'local' : said.kind === 'model' ? said.model.id : text || name
    return [{ target: one, model: id, tier, weight: 1, degraded: false, notices: [] }]
  })
  if (all.length === 0) return 'not_allowed'
  const readers = all.filter((one) => able?.includes(one.target.kind) !== false)
  if (readers.length === 0) return 'unsupported_option'
  const inside = readers.filter((one) => isResident(one.target, regions))
  const served = inside.filter(isServedThere)
  const there = served.length > 0 || regions !== null ? served : inside
  if (there.length === 0) return 'region_unavailable'
  const affordable = there.filter(({ model: id }) => {
    const known = findModel(id)
    return (
      mostMicroUsd === null || known === null || estimateMicroUsd(known, estimate).microUsd <= mostMicroUsd
    )
  })
  if (affordable.length === 0) return 'not_allowed'
  return affordable.map((one) => `${one.tier} ${one.target.name} ${one.model}`)
}

describe('who is bound to regions that have no such model', () => {
  test('hears of exactly those that remain there', () => {
    let named = 0
    fc.assert(
      fc.property(scene, ({ targets, asked, options }) => {
        const { regions } = options
        const planned = planCandidates(targets, asked, options)
        if (planned.kind !== 'fault' || planned.fault.code !== 'region_unavailable') return
        const remaining = allModels().filter(({ id }) =>
          candidatesOf(planCandidates(targets, id, { ...options, mostMicroUsd: null })).some(
            (one) => one.model === id,
          ),
        )
        const told = /There (?:is|are) (.*)\.$/.exec(planned.fault.message)?.[1]?.split(', ') ?? []
        expect(told.toSorted()).toEqual(remaining.map(({ id }) => id).toSorted())
        for (const region of regions ?? []) expect(planned.fault.message).toContain(region)
        if (told.length > 0) named += 1
      }),
      { numRuns: 5000 },
    )
    expect(named).toBeGreaterThan(5)
  })

  test('as one that asks for Pro in Europe while Flash is still served there', () => {
    const options = { nowMs: SUMMER_MS, regions: ['eu'] }
    const planned = planCandidates([STUDIO, GLOBAL, EUROPE, LOCAL], PRO, options)
    if (planned.kind !== 'fault') throw new Error(planned.kind)
    expect(planned.fault.code).toBe('region_unavailable')
    expect(planned.fault.message).toMatch(new RegExp(`There are ${REGIONAL}, local\\.$`))
    expect(shown(planCandidates([STUDIO, GLOBAL, EUROPE], REGIONAL, options))).toEqual([
      `2 vertex:europe-west4 ${REGIONAL}`,
    ])
  })
})

test('what an earlier edit was made by is asked first, and not for another model', () => {
  const rules = always([step('studio'), step('vertex:global')], [step('vertex:global', PRO)])
  const planned = planCandidates([STUDIO, GLOBAL], LITE, { nowMs: NOW_MS, rules, prefer: 'vertex:global#2' })
  expect(shown(planned)).toEqual([`0 studio ${LITE}`, `-1 vertex:global ${LITE}`, `1 vertex:global ${PRO}`])
})
