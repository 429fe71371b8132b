import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LegacyRequest, purposeOf } from './legacy-text.ts'
import { HELD_OUT } from './sentences-held-out.fixture.ts'
import { NO_EDITS } from './sentences-that-ask.fixture.ts'
import { EDITS } from './sentences-that-edit.fixture.ts'

const ASKED: LegacyRequest = {
  instruction: 'Make him smile',
  hasImage: true,
  tools: false,
  schema: false,
  textOnly: false,
}

function purpose(instruction: string) {
  return purposeOf({ ...ASKED, instruction })
}

describe('a request to a model that answers text', () => {
  it('has a table of more than a hundred sentences of each kind, none of them twice', () => {
    expect(EDITS.length).toBeGreaterThan(100)
    expect(NO_EDITS.length).toBeGreaterThan(100)
    expect(new Set([...EDITS, ...NO_EDITS]).size).toBe(EDITS.length + NO_EDITS.length)
  })

  it.each(EDITS)('is an edit: %s', (instruction) => {
    expect(purpose(instruction)).toBe('edit')
  })

  it.each(NO_EDITS)('is no edit: %s', (instruction) => {
    expect(purpose(instruction)).toBe('pass')
  })

  it('takes 36 of 40 sentences as meant that it was not made with', () => {
    const wrong = HELD_OUT.filter(([text, isEdit]) => (purpose(text) === 'edit') !== isEdit)
    expect(HELD_OUT).toHaveLength(40)
    expect(wrong).toEqual([
      ['Take out the guy in the yellow jacket', true],
      ['Would you be able to delete the date stamp in the corner?', true],
      ['Mach den Himmel blauer', true],
      ['Sum up the key points of this slide', false],
    ])
  })

  it.each<[string, Partial<LegacyRequest>]>([
    ['no image', { hasImage: false }],
    ['tools', { tools: true }],
    ['a schema for the answer', { schema: true }],
    ['text only', { textOnly: true }],
  ])('is no edit with %s, whatever the words', (_, difference) => {
    expect(purposeOf({ ...ASKED, ...difference })).toBe('pass')
  })

  it('means the same in capitals, with typographic apostrophes, blanks around it and no full stop', () => {
    const variants = [
      (text: string) => text.toUpperCase(),
      (text: string) => text.replaceAll("'", '’'),
      (text: string) => `\n  ${text}\t `,
      (text: string) => text.replace(/[.!]+$/, ''),
      (text: string) => text.normalize('NFD'),
    ]
    for (const variant of variants) {
      expect(EDITS.filter((text) => purpose(variant(text)) !== 'edit')).toEqual([])
      expect(NO_EDITS.filter((text) => purpose(variant(text)) !== 'pass')).toEqual([])
    }
  })

  it('lets the first wish decide', () => {
    const [edits, asks] = [fc.constantFrom('Make it blue.', 'Please crop it!'), fc.constantFrom(...TOLD)]
    fc.assert(fc.property(edits, asks, (first, then) => purpose(`${first} ${then}`) === 'edit'))
    fc.assert(fc.property(asks, edits, (first, then) => purpose(`${first} ${then}`) === 'pass'))
  })

  it('answers any text, soon', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => ['edit', 'pass'].includes(purpose(text))),
    )
    const endless = ['and ', ', then ', 'can you ', '"', "a '", '<', 'please ', 'find, ', 'x: ', '?', 'ﷺ']
    const begun = performance.now()
    for (const part of endless) purpose(part.repeat(1_000_000 / part.length))
    // Some 150 ms on a slow machine; quadratic work on a megabyte would take minutes.
    expect(performance.now() - begun).toBeLessThan(5_000)
  })
})

const TOLD = ['What is this?', 'Describe the photo.', 'Tell me what you see.', 'Write a poem about it.']
