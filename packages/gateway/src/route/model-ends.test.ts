import { describe, expect, test } from 'vitest'
import { DAY_MS, endsOf, isReliable, msOf, standingOf } from '../models/lifecycle.ts'
import { type IsoDate, type Model, SURFACES, type Surface } from '../models/model.ts'
import { ALIASES } from '../models/names.ts'
import { allModels, findModel, REGISTRY_DATE } from '../models/registry.ts'
import { isServed } from '../models/served.ts'
import { type Planned, planCandidates } from './plan.ts'
import { stage } from './route.fixture.ts'
import type { RouteTarget } from './target.ts'

/** AI Studio, or Vertex AI's `global`. */
function targetAt(surface: Surface): RouteTarget {
  const [target] = stage({ [surface]: [] }).targets
  if (target === undefined) throw new Error('there is no target')
  return { ...target, kind: surface, location: surface === 'vertex' ? 'global' : null }
}

const TARGETS = { 'ai-studio': targetAt('ai-studio'), vertex: targetAt('vertex') }

function plan(asked: string, surface: Surface, nowMs: number): Planned {
  return planCandidates([TARGETS[surface]], asked, { nowMs })
}

function landing(asked: string, surface: Surface, nowMs: number) {
  const planned = plan(asked, surface, nowMs)
  if (planned.kind === 'fault') throw new Error(`${asked}: ${planned.fault.message}`)
  const [{ model: id, notices }] = planned.candidates
  const model = findModel(id)
  if (model === null) throw new Error(`${id} is on no record`)
  return { model, codes: notices.map(({ code }) => code) }
}

/** It by its id, as a resource, and by each alias. */
function namesOf({ id }: Model): readonly string[] {
  return [id, `models/${id}`, ...[...ALIASES].filter(([, of]) => of === id).map(([alias]) => alias)]
}

const GOOGLES = allModels().filter(({ family }) => family !== 'local')

/** Every model that had a life here, once it is over; what a clock before the first release would do is nobody's case. */
const ENDS = GOOGLES.flatMap((model) =>
  endsOf(model)
    .filter(isReliable)
    .map(({ on, surface }) => ({ model, on, surface })),
).filter(({ on }) => msOf(on) >= msOf('2025-10-02'))

describe('0 failed edits: the day after a model ended', () => {
  test('there are ends to walk', () => {
    expect(new Set(ENDS.map(({ model }) => model.id)).size).toBeGreaterThan(10)
  })

  test.each(ENDS.map(({ model, on, surface }) => [model.id, on, surface] as const))(
    '%s, %s on %s: its names go on to a living model on both surfaces',
    (id, on) => {
      const model = findModel(id)!
      const nowMs = msOf(on) + DAY_MS
      for (const surface of SURFACES) {
        for (const name of namesOf(model)) {
          const landed = landing(name, surface, nowMs)
          expect([name, isServed(landed.model, { surface, nowMs })]).toEqual([name, true])
          const isOver = standingOf(model, { surface, nowMs }).kind === 'ended'
          if (isOver) expect([name, landed.model.id]).not.toEqual([name, id])
          if (isOver) expect(landed.codes).toContain('model_migrated')
        }
      }
    },
  )
})

/** The registry's day, the day after each end that is to come, and far beyond all of them. */
const DAYS: readonly number[] = [
  msOf(REGISTRY_DATE),
  ...GOOGLES.flatMap((model) => endsOf(model).map(({ on }) => msOf(on) + DAY_MS)),
  msOf('2035-01-01'),
].filter((ms) => ms >= msOf(REGISTRY_DATE))

test.each(GOOGLES.map(({ id }) => [id]))('%s can be asked for from now on, at any time', (id) => {
  for (const nowMs of DAYS) {
    for (const surface of SURFACES) {
      for (const name of namesOf(findModel(id)!)) {
        const { model } = landing(name, surface, nowMs)
        expect([name, nowMs, isServed(model, { surface, nowMs })]).toEqual([name, nowMs, true])
      }
    }
  }
})

const HEARSAY = GOOGLES.filter(({ family }) => family !== 'imagen').flatMap((model) =>
  endsOf(model)
    .filter((end) => !isReliable(end))
    .map(({ on, surface }): [string, IsoDate, Surface] => [model.id, on, surface]),
)

test('there is an end by the word of third parties', () => {
  expect(HEARSAY).toContainEqual(['gemini-3.1-flash-image', '2026-10-29', 'ai-studio'])
})

test.each(HEARSAY)('%s, %s on %s: the word of third parties only warns', (id, on, surface) => {
  for (const name of namesOf(findModel(id)!)) {
    const { model, codes } = landing(name, surface, msOf(on) + DAY_MS)
    expect([name, model.id]).toEqual([name, id])
    expect(codes).toContain('model_ending')
    expect(codes).not.toContain('model_migrated')
  }
})
