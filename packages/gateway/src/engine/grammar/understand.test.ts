import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from './capabilities.ts'
import { SUPPORTED, UNSUPPORTED } from './sentences.ts'
import type { SupportedSentence } from './sentences.ts'
import { understand } from './understand.ts'

const ALONE = { inputs: 1, hasMask: false }

function read({ inputs = 1, hasMask = false }: SupportedSentence, say: string) {
  return understand(say, { inputs, hasMask })
}

function operationsOf(sentence: SupportedSentence, say: string) {
  const understanding = read(sentence, say)
  return understanding.kind === 'plan' ? understanding.plan.operations : understanding.reason
}

describe('the table of sentences', () => {
  it('has 80 to take, 40 to refuse and no sentence twice', () => {
    expect(SUPPORTED).toHaveLength(80)
    expect(UNSUPPORTED).toHaveLength(40)
    const keys = SUPPORTED.map(({ say, hasMask }) => `${say} ${hasMask}`)
    expect(new Set([...keys, ...UNSUPPORTED.map(({ say }) => say)]).size).toBe(120)
  })

  it.each(SUPPORTED)('takes: $say', (sentence) => {
    expect(operationsOf(sentence, sentence.say)).toEqual(sentence.does)
  })

  it.each(UNSUPPORTED)('refuses: $say', ({ say, because }) => {
    const understanding = understand(say, ALONE)
    if (understanding.kind === 'plan') expect.fail(JSON.stringify(understanding.plan.operations))
    expect([understanding.reason, ...understanding.notUnderstood].join('\n')).toContain(because)
  })
})

describe('all or nothing', () => {
  it('names what it understood, what it did not, and what can be asked for', () => {
    expect(understand('Blur the background slightly, add a hat and crop to 1:1', ALONE)).toEqual({
      kind: 'unsupported',
      understood: ['background: blur slightly', 'crop: 1:1'],
      notUnderstood: ['add a hat'],
      reason: expect.stringContaining('does not understand "add a hat"'),
      can: CAPABILITIES,
    })
  })

  it('lists kept constraints with what it will do', () => {
    const understanding = understand('make it brighter but keep the background, no cropping', ALONE)
    expect(understanding).toMatchObject({
      plan: { understood: ['brightness +40 % (subject)', 'keep: background', 'no crop'] },
    })
  })

  it('refuses every supported sentence with an unknown clause behind or before it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SUPPORTED), fc.boolean(), (sentence, behind) => {
        const say = behind
          ? `${sentence.say.replace(/[.!?]$/, '')} and add a hat`
          : `Add a hat. ${sentence.say}`
        expect(read(sentence, say).kind).toBe('unsupported')
      }),
    )
  })

  it('accounts for every word: an unknown one anywhere refuses the whole', () => {
    const unmarked = SUPPORTED.filter(({ hasMask }) => hasMask !== true)
    fc.assert(
      fc.property(fc.constantFrom(...unmarked), fc.nat(), (sentence, place) => {
        const words = sentence.say.split(' ')
        words.splice(place % (words.length + 1), 0, 'dragon')
        expect(read(sentence, words.join(' ')).kind).toBe('unsupported')
      }),
      { numRuns: 500 },
    )
  })
})

describe('what does not change the meaning', () => {
  const polite = fc.constantFrom(
    (say: string) => `Please ${say}`,
    (say: string) => `${say.replace(/[.!?]$/, '')}!`,
    (say: string) => say.toUpperCase(),
    (say: string) => `  ${say.replaceAll(' ', '  ')}\n`,
    (say: string) => say.replaceAll("'", '’'),
    (say: string) => `\u{200B}${say}\u{0007} 🙏`,
  )

  it('is politeness, case, blanks, stops, quotes and control characters', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SUPPORTED), polite, (sentence, say) => {
        expect(operationsOf(sentence, say(sentence.say))).toEqual(sentence.does)
      }),
      { numRuns: 300 },
    )
  })
})

function order(say: string, context = ALONE) {
  const understanding = understand(say, context)
  return understanding.kind === 'plan'
    ? understanding.plan.operations.map(({ op }) => op)
    : understanding.reason
}

describe('the order of work', () => {
  it('is as said, with work on a part of the picture before framing', () => {
    expect(order('crop to 1:1, make the photo brighter and remove the background')).toEqual([
      'background',
      'crop',
      'brightness',
    ])
  })

  it('fills a removed object before anything else', () => {
    expect(order('remove the background and erase the marked object', { inputs: 1, hasMask: true })).toEqual([
      'remove-object',
      'background',
    ])
  })
})

describe('hostile text', () => {
  const WORDS = [
    ...new Set([...SUPPORTED, ...UNSUPPORTED].flatMap(({ say }) => say.split(' '))),
    '\u{0000}',
    '🎩',
    '#',
    '99999999999',
    '½',
    'İ',
    '\u{D800}',
    '16:',
    'rgb(1,2',
    "'s",
    '%',
    ')(',
  ]

  it('never throws and never plans nothing', () => {
    const context = fc.record({ inputs: fc.integer({ min: 1, max: 3 }), hasMask: fc.boolean() })
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 25 }), context, (words, came) => {
        const understanding = understand(words.join(' '), came)
        if (understanding.kind === 'plan') expect(understanding.plan.operations).not.toHaveLength(0)
        else expect(understanding.reason).not.toBe('')
      }),
      { numRuns: 500 },
    )
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (say) => void understand(say, ALONE)))
  })

  it('refuses more than 2,000 characters, also those that grow only when normalised', () => {
    expect(understand('blur the background '.repeat(101), ALONE)).toMatchObject({
      reason: expect.stringContaining('longer than 2000'),
    })
    expect(understand('ﷺ'.repeat(1000), ALONE)).toMatchObject({
      reason: expect.stringContaining('longer than 2000'),
    })
  })

  const UNITS = [
    'a, ',
    'and ',
    'make ',
    '9:',
    '#',
    '\u{0301}',
    'the person and ',
    'blur and ',
    'can you make sure that you ',
    'make the person and the person in the photo brighter, ',
    'from navy to pink ',
    'not keep ',
    'a gradient from ',
  ]

  it.each(UNITS)('is read in time that grows with its length: %s', (unit) => {
    const text = unit.repeat(Math.ceil(2000 / unit.length)).slice(0, 2000)
    const spentMs = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage()
      understand(text, { inputs: 2, hasMask: true })
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    })
    // Measured 1 to 20 ms; the margin is for a busy machine, a reading that explodes takes seconds.
    expect(Math.min(...spentMs)).toBeLessThan(60)
  })
})
