import { expect, test } from 'vitest'
import { boundedLabel } from './bounded-label.ts'

test('a caller who makes names up fills what room there is, and crowds no known name out', () => {
  const label = boundedLabel({ known: ['known-1', 'known-2'], maxOthers: 3 })
  const seen = new Set(Array.from({ length: 10_000 }, (_, i) => label(`made-up-${i}`)))
  expect(seen).toEqual(new Set(['made-up-0', 'made-up-1', 'made-up-2', 'other']))
  expect([label('known-2'), label('made-up-1'), label('made-up-7')]).toEqual([
    'known-2',
    'made-up-1',
    'other',
  ])
})
