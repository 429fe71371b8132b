import { assert, constantFrom, integer, oneof, property, record, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { msOf, standingOf } from './lifecycle.ts'
import { type IsoDate, SURFACES, type Surface } from './model.ts'
import { ALIASES, TEXT_MODELS } from './names.ts'
import {
  allModels,
  findModel,
  RECOMMENDED_MODEL,
  REGISTRY_DATE,
  type Resolution,
  resolveModel,
} from './registry.ts'

const TODAY = msOf(REGISTRY_DATE)

function on(day: IsoDate, surface?: Surface) {
  return { nowMs: msOf(day), ...(surface === undefined ? {} : { surface }) }
}

function model(resolution: Resolution): Extract<Resolution, { kind: 'model' }> {
  if (resolution.kind !== 'model') throw new Error(`not a model but ${resolution.kind}`)
  return resolution
}

function landing(asked: string, day: IsoDate = REGISTRY_DATE, surface?: Surface): string {
  return model(resolveModel(asked, on(day, surface))).model.id
}

function codes(asked: string, day: IsoDate = REGISTRY_DATE, surface?: Surface): readonly string[] {
  return model(resolveModel(asked, on(day, surface))).notices.map(({ code }) => code)
}

function text(asked: string, day: IsoDate = REGISTRY_DATE, surface?: Surface): string {
  return model(resolveModel(asked, on(day, surface)))
    .notices.map((notice) => notice.text)
    .join('\n')
}

const LIVING = [
  'gemini-nano-banana-2.1',
  'gemini-3-pro-image',
  'gemini-3.1-flash-image',
  'gemini-3.1-flash-lite-image',
]

/** What each id of Google's past comes to on the registry's date. */
const PAST: Readonly<Record<string, string>> = {
  'gemini-3-pro-image-preview': 'gemini-3-pro-image',
  'gemini-3.1-flash-image-preview': RECOMMENDED_MODEL,
  'gemini-2.5-flash-image': RECOMMENDED_MODEL,
  'gemini-2.5-flash-image-preview': RECOMMENDED_MODEL,
  'gemini-2.0-flash-preview-image-generation': RECOMMENDED_MODEL,
  'gemini-2.0-flash-exp-image-generation': RECOMMENDED_MODEL,
  'imagegeneration@002': RECOMMENDED_MODEL,
  'imagegeneration@003': RECOMMENDED_MODEL,
  'imagegeneration@004': RECOMMENDED_MODEL,
  'imagegeneration@005': RECOMMENDED_MODEL,
  'imagegeneration@006': RECOMMENDED_MODEL,
  'imagen-3.0-generate-001': RECOMMENDED_MODEL,
  'imagen-3.0-generate-002': RECOMMENDED_MODEL,
  'imagen-3.0-fast-generate-001': RECOMMENDED_MODEL,
  'imagen-3.0-capability-001': RECOMMENDED_MODEL,
  'imagen-3.0-capability-002': RECOMMENDED_MODEL,
  'imagen-4.0-generate-001': RECOMMENDED_MODEL,
  'imagen-4.0-ultra-generate-001': RECOMMENDED_MODEL,
  'imagen-4.0-fast-generate-001': RECOMMENDED_MODEL,
  'imagen-4.0-upscale-preview': RECOMMENDED_MODEL,
}

describe('names', () => {
  test.each(LIVING)('%s is itself', (id) => {
    expect(landing(id)).toBe(id)
    expect(codes(id)).not.toContain('model_migrated')
  })

  test.each(Object.entries(PAST))('%s of the past works as %s and says so', (id, heir) => {
    expect(landing(id)).toBe(heir)
    expect(codes(id)).toContain('model_migrated')
    expect(text(id)).toContain(id)
    expect(text(id)).toContain(heir)
  })

  test('these ids and the local engine are all there is', () => {
    expect(
      allModels()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([...LIVING, ...Object.keys(PAST), 'local'].toSorted())
  })

  test.each([
    ['nano-banana', RECOMMENDED_MODEL],
    ['nano-banana-1', RECOMMENDED_MODEL],
    ['gemini-nano-banana', RECOMMENDED_MODEL],
    ['nano-banana-2', 'gemini-3.1-flash-image'],
    ['nano-banana-2-lite', 'gemini-3.1-flash-lite-image'],
    ['nano-banana-lite', 'gemini-3.1-flash-lite-image'],
    ['nano-banana-2.1', 'gemini-nano-banana-2.1'],
    ['nano-banana-pro', 'gemini-3-pro-image'],
    ['nano-banana-pro-preview', 'gemini-3-pro-image'],
    ['imagegeneration', RECOMMENDED_MODEL],
  ])('alias %s means %s', (alias, id) => {
    expect(ALIASES.has(alias)).toBe(true)
    expect(landing(alias)).toBe(id)
    expect(codes(alias)[0]).toBe('model_alias')
  })

  test.each([
    'models/gemini-3-pro-image',
    'publishers/google/models/gemini-3-pro-image',
    'projects/p/locations/global/publishers/google/models/gemini-3-pro-image',
    'google/gemini-3-pro-image',
    'GEMINI-3-PRO-IMAGE',
    ' Models/Gemini-3-Pro-Image ',
  ])('%s is the bare id, without a word', (asked) => {
    const { model: found, requested, notices } = model(resolveModel(asked, { nowMs: TODAY }))
    expect({ id: found.id, requested, notices }).toEqual({
      id: 'gemini-3-pro-image',
      requested: asked,
      notices: [],
    })
  })

  test('a market name is an alias', () => {
    expect(landing('Nano Banana Pro')).toBe('gemini-3-pro-image')
    expect(landing('nano_banana_2.1')).toBe('gemini-nano-banana-2.1')
  })

  test('a text model is known as one and names the image model an edit would go to', () => {
    expect(resolveModel('models/gemini-2.5-flash', { nowMs: TODAY })).toMatchObject({
      kind: 'text-model',
      id: 'gemini-2.5-flash',
      instead: { id: RECOMMENDED_MODEL },
    })
    for (const id of TEXT_MODELS) expect(findModel(id)).toBeNull()
  })

  test.each([
    ['gemini-3-pro-imgae', 'gemini-3-pro-image'],
    ['gemini-2.5-flash-imag', 'gemini-2.5-flash-image'],
    ['nanobanana-pro', 'nano-banana-pro'],
    ['gemini-nanobanana-2.1', 'gemini-nano-banana-2.1'],
    ['imagen-4.0-ultra', 'imagen-4.0-ultra-generate-001'],
    ['loacl', 'local'],
  ])('%s is unknown and %s is suggested first', (asked, first) => {
    const resolution = resolveModel(asked, { nowMs: TODAY })
    if (resolution.kind !== 'unknown') throw new Error(resolution.kind)
    expect(resolution.suggestions[0]).toBe(first)
    expect(resolution.suggestions.length).toBeLessThanOrEqual(3)
  })

  test.each(['', 'gpt-image-1', 'flux', '__proto__', 'constructor', 'models/', 'x'.repeat(1e6)])(
    'nothing is suggested for a name from elsewhere (%#)',
    (asked) => {
      expect(resolveModel(asked, { nowMs: TODAY })).toEqual({ kind: 'unknown', asked, suggestions: [] })
    },
  )

  test('the local engine has no place and no end', () => {
    for (const surface of [undefined, ...SURFACES]) {
      expect(landing('local', '2040-01-01', surface)).toBe('local')
      expect(codes('local', '2040-01-01', surface)).toEqual([])
    }
  })
})

describe('migration', () => {
  test('an announced end warns from 60 days before and migrates when its day begins', () => {
    expect(codes('gemini-2.5-flash-image', '2026-08-02')).toEqual([])
    expect(codes('gemini-2.5-flash-image', '2026-08-03')).toEqual(['model_ending'])
    expect(landing('gemini-2.5-flash-image', '2026-10-01')).toBe('gemini-2.5-flash-image')
    const justBefore = { nowMs: msOf('2026-10-02') - 1 }
    expect(model(resolveModel('gemini-2.5-flash-image', justBefore)).model.id).toBe('gemini-2.5-flash-image')
    expect(landing('gemini-2.5-flash-image', '2026-10-02')).toBe('gemini-3.1-flash-image')
  })

  test('one never lands on a model that is not out yet', () => {
    expect(landing('gemini-2.5-flash-image', '2026-10-05')).toBe('gemini-3.1-flash-image')
    expect(landing('imagegeneration@002', '2026-03-01')).toBe('gemini-2.5-flash-image')
  })

  test('with a clock before all models an Imagen id still finds the newest', () => {
    expect(landing('imagegeneration@002', '2020-01-01')).toBe(RECOMMENDED_MODEL)
  })

  test('a deprecated model is nowhere to land, so the chain goes on', () => {
    expect(landing('gemini-2.5-flash-image', '2026-10-06', 'ai-studio')).toBe(RECOMMENDED_MODEL)
    expect(landing('gemini-3.1-flash-image-preview', '2026-09-01')).toBe('gemini-3.1-flash-image')
    expect(landing('gemini-3.1-flash-image-preview', '2026-10-06')).toBe(RECOMMENDED_MODEL)
  })

  test('each surface has its own clock', () => {
    const day = '2026-02-01'
    expect(landing('gemini-2.5-flash-image-preview', day, 'ai-studio')).toBe('gemini-2.5-flash-image')
    expect(landing('gemini-2.5-flash-image-preview', day, 'vertex')).toBe('gemini-2.5-flash-image-preview')
    expect(landing('gemini-2.5-flash-image-preview', '2026-03-19', 'vertex')).toBe('gemini-2.5-flash-image')
    expect(landing('gemini-3.1-flash-image-preview', '2026-07-01', 'vertex')).toBe(
      'gemini-3.1-flash-image-preview',
    )
    expect(landing('gemini-3.1-flash-image-preview', '2026-07-17', 'vertex')).toBe('gemini-3.1-flash-image')
  })

  test('where the surface is open, the first end counts', () => {
    expect(landing('gemini-2.5-flash-image-preview', '2026-01-14')).toBe('gemini-2.5-flash-image-preview')
    expect(landing('gemini-2.5-flash-image-preview', '2026-01-15')).toBe('gemini-2.5-flash-image')
  })

  test('a preview without a date of its own leaves with the other surface', () => {
    expect(landing('gemini-3-pro-image-preview', '2026-06-24', 'vertex')).toBe('gemini-3-pro-image-preview')
    expect(landing('gemini-3-pro-image-preview', '2026-06-25', 'vertex')).toBe('gemini-3-pro-image')
    expect(text('gemini-3-pro-image-preview')).toContain('Ratios, sizes, inputs and price are the same.')
  })

  test('an end that only third parties give warns and does not migrate', () => {
    expect(codes('gemini-3.1-flash-image', '2026-08-29', 'ai-studio')).toEqual([])
    expect(codes('gemini-3.1-flash-image', '2026-08-30', 'ai-studio')).toEqual(['model_ending'])
    expect(text('gemini-3.1-flash-image', '2026-10-28', 'ai-studio')).toContain('ends on 2026-10-29')
    expect(landing('gemini-3.1-flash-image', '2027-06-01', 'ai-studio')).toBe('gemini-3.1-flash-image')
    const after = text('gemini-3.1-flash-image', '2027-06-01', 'ai-studio')
    expect(after).toContain('ended on 2026-10-29 on AI Studio (by third parties only)')
    expect(after).toContain('Its successor is gemini-nano-banana-2.1')
    expect(codes('gemini-3.1-flash-image', '2027-06-01', 'vertex')).toEqual([])
  })

  test('a landing offers what the name offered, where a living model does', () => {
    // Gemini 2.5 was nearer and living, but had no 2K to give.
    expect(landing('imagen-4.0-ultra-generate-001', '2026-09-01')).toBe('gemini-3.1-flash-image')
    expect(landing('imagen-4.0-fast-generate-001', '2026-09-01')).toBe('gemini-2.5-flash-image')
  })

  test('Imagen moves before its end too, and says why', () => {
    expect(landing('imagen-3.0-capability-001', '2026-01-01')).toBe('gemini-2.5-flash-image')
    expect(text('imagen-3.0-capability-001', '2026-01-01')).toContain('is an Imagen model')
    expect(text('imagen-3.0-capability-001')).toContain('ended on 2026-06-30 on Vertex AI')
    expect(text('imagegeneration@002', '2025-09-24')).toContain('ended on 2025-09-24')
  })

  test('one lands on a model that is itself ending only with a warning', () => {
    expect(codes('gemini-2.5-flash-image-preview', '2026-09-15')).toEqual(['model_migrated', 'model_ending'])
  })

  test('the notice says what was asked, what is used, since when and what differs', () => {
    expect(text('gemini-2.5-flash-image')).toBe(
      'gemini-2.5-flash-image ended on 2026-10-02 on AI Studio (by Google’s own pages); ' +
        'gemini-nano-banana-2.1 (Nano Banana 2.1) is used instead. What differs: ratios 1:4, 4:1, 1:8, 8:1 can be ' +
        'asked for too; sizes 1K, 2K, 4K can be asked for too; input types image/heic, image/heif can be sent too; ' +
        'at most 14 input images instead of 3; a 1K image lists at $0.0336 instead of $0.039.',
    )
    expect(text('gemini-3.1-flash-image-preview')).toContain('no size 512')
    expect(codes('nano-banana')).toEqual(['model_alias', 'model_migrated'])
  })
})

describe('any string', () => {
  const anyWhen = record({
    nowMs: integer({ min: msOf('2020-01-01'), max: msOf('2040-01-01') }),
    surface: constantFrom<Surface | undefined>(undefined, ...SURFACES),
  })
  const anyName = oneof(
    string({ unit: 'binary' }),
    constantFrom(...ALIASES.keys(), ...TEXT_MODELS, ...allModels().map(({ id }) => id)),
  )

  test('resolves without throwing, to a model that resolves to itself', () => {
    assert(
      property(anyName, anyWhen, (asked, { nowMs, surface }) => {
        const when = { nowMs, ...(surface === undefined ? {} : { surface }) }
        const first = resolveModel(asked, when)
        if (first.kind !== 'model') return
        const again = model(resolveModel(first.model.id, when))
        expect(again.model.id).toBe(first.model.id)
        expect(first.model.family).not.toBe('imagen')
        expect(standingOf(first.model, when).kind).not.toBe('ended')
        expect(again.notices.map(({ code }) => code)).not.toContain('model_migrated')
      }),
      { numRuns: 3000 },
    )
  })
})
