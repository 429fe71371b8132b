import { expect, test } from 'vitest'
import { msOf } from './lifecycle.ts'
import type { IsoDate, Surface } from './model.ts'
import { type ModelOutlook, outlookOf } from './outlook.ts'

interface Where {
  readonly withinDays?: number
  readonly surfaces?: readonly Surface[]
}

function outlook(asked: string, day: IsoDate, { withinDays = 30, surfaces = [] }: Where = {}): ModelOutlook {
  const found = outlookOf(asked, { nowMs: msOf(day), withinDays, surfaces })
  if (found.kind !== 'model') throw new Error(found.kind)
  return found
}

function told(asked: string, day: IsoDate, where?: Where) {
  const { state, inDays, end, heir } = outlook(asked, day, where)
  return [state, end?.on ?? null, inDays, heir?.model.id ?? null]
}

test.each<[string, IsoDate, Where, ReturnType<typeof told>]>([
  ['gemini-nano-banana-2.1', '2026-11-26', {}, ['living', null, null, null]],
  ['gemini-2.5-flash-image', '2026-09-01', {}, ['living', '2026-10-02', 31, 'gemini-3.1-flash-image']],
  ['gemini-2.5-flash-image', '2026-09-02', {}, ['ending', '2026-10-02', 30, 'gemini-3.1-flash-image']],
  ['Nano Banana', '2026-10-01', {}, ['ending', '2026-10-02', 1, 'gemini-3.1-flash-image']],
  ['models/nano-banana', '2026-10-02', {}, ['over', '2026-10-02', 0, 'gemini-3.1-flash-image']],
  ['nano-banana', '2026-11-26', {}, ['over', '2026-10-02', -55, 'gemini-nano-banana-2.1']],
  [
    'nano-banana',
    '2026-11-26',
    { surfaces: ['vertex'] },
    ['over', '2026-10-02', -55, 'gemini-3.1-flash-image'],
  ],
  // Nothing is due by the word of third parties, before the day or after it.
  ['nano-banana-2', '2026-09-28', {}, ['living', '2026-10-29', 31, 'gemini-nano-banana-2.1']],
  ['nano-banana-2', '2026-09-29', {}, ['doubtful', '2026-10-29', 30, 'gemini-nano-banana-2.1']],
  ['nano-banana-2', '2027-10-29', {}, ['doubtful', '2026-10-29', -365, 'gemini-nano-banana-2.1']],
  ['nano-banana-2', '2027-10-29', { surfaces: ['vertex'] }, ['living', null, null, null]],
  // The longer one looks ahead, the more there is to see.
  ['nano-banana', '2026-06-24', { withinDays: 100 }, ['ending', '2026-10-02', 100, 'gemini-3.1-flash-image']],
  ['nano-banana', '2026-06-24', { withinDays: 99 }, ['living', '2026-10-02', 100, 'gemini-3.1-flash-image']],
  ['nano-banana', '2026-10-01', { withinDays: 0 }, ['living', '2026-10-02', 1, 'gemini-3.1-flash-image']],
  // Imagen ids are not asked at any date.
  ['imagen-4.0-generate-001', '2026-06-01', {}, ['over', '2026-06-30', 29, 'gemini-3.1-flash-image']],
  [
    'imagen-4.0-upscale-preview',
    '2026-11-26',
    { surfaces: ['vertex'] },
    ['over', null, null, 'gemini-nano-banana-2.1'],
  ],
  ['local', '2030-01-01', {}, ['living', null, null, null]],
])('%s on %s, %j', (asked, day, where, expected) => {
  expect(told(asked, day, where)).toEqual(expected)
})

test('of two surfaces the one speaks where the model is over first', () => {
  const preview = 'gemini-3.1-flash-image-preview'
  expect(told(preview, '2026-07-01', { surfaces: ['vertex'] })).toEqual([
    'ending',
    '2026-07-17',
    16,
    'gemini-3.1-flash-image',
  ])
  const both = outlook(preview, '2026-07-01', { surfaces: ['vertex', 'ai-studio'] })
  expect([both.state, both.end?.surface]).toEqual(['over', 'ai-studio'])
})

test('what takes its place does so on every surface in question', () => {
  const there = told('nano-banana', '2026-11-26', { surfaces: ['vertex'] })
  const everywhere = told('nano-banana', '2026-11-26', { surfaces: ['vertex', 'ai-studio'] })
  expect(there.at(-1)).toBe('gemini-3.1-flash-image')
  expect(everywhere.at(-1)).toBe('gemini-nano-banana-2.1')
})

test('what differs is told of each model with its successor', () => {
  expect(outlook('gemini-3.1-flash-image-preview', '2026-11-26').heir?.difference).toEqual({
    ratios: { lost: [], gained: [] },
    sizes: { lost: ['512'], gained: [] },
    inputTypes: { lost: [], gained: [] },
    inputImages: { before: 14, after: 14 },
    price: { size: '1K', before: 0.067, after: 0.0336 },
  })
})

test('other names are told as what they are', () => {
  const options = { nowMs: msOf('2026-11-26'), withinDays: 30, surfaces: [] }
  expect(outlookOf('gemini-2.5-flash', options)).toMatchObject({ kind: 'text-model' })
  expect(outlookOf('gemini-9-image', options)).toMatchObject({ kind: 'unknown' })
})
