import { expect, test } from 'vitest'
import { CAPABILITIES } from '../engine/grammar/capabilities.ts'
import { table } from './table.ts'
import { laidOut, wrapped } from './wrapped.ts'

test('text is broken at spaces and loses no word', () => {
  const text = 'one two three four five six seven'
  const broken = wrapped(text, 12, { rest: '  ' })
  expect(broken.split('\n').every((line) => line.length <= 12)).toBe(true)
  expect(broken.replaceAll(/\s+/g, ' ')).toBe(text)
  expect(wrapped('anoverlongwordthatfitsnowhere', 5)).toBe('anoverlongwordthatfitsnowhere')
})

test.each([60, 80, 100])('the list of what the engine can do fits %i columns', (width) => {
  const page = laidOut(CAPABILITIES, width, '  ')
  expect(page.split('\n').every((line) => line.length <= width && line.startsWith('  '))).toBe(true)
  expect(page.match(/^ {2}- /gm)).toHaveLength(CAPABILITIES.match(/^- /gm)!.length)
  expect(page.replaceAll(/\s+/g, ' ').trim()).toBe(CAPABILITIES.replaceAll(/\s+/g, ' '))
})

test('a table gives up its dispensable columns for width, and no other', () => {
  const columns = [
    { title: 'A', cell: () => 'aaaaaaaaaa' },
    { title: 'B', cell: () => 'bbbbbbbbbb', dispensable: 1 },
    { title: 'C', cell: () => 'c', align: 'right' as const, dispensable: 2 },
  ]
  expect(table([0], columns, 40)[1]).toBe('aaaaaaaaaa  bbbbbbbbbb  c')
  expect(table([0], columns, 23)[1]).toBe('aaaaaaaaaa  bbbbbbbbbb')
  expect(table([0], columns, 5)[1]).toBe('aaaaaaaaaa')
})
