import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHealth, type Health } from './health.ts'

type How = 'good' | 'bad' | 'unknown'

const SECOND = 1000
/** Its first ejection lasts so long. */
const FIRST_MS = 15 * SECOND
const RAMP_MS = 30 * SECOND

/** An attempt that takes no time. */
function answer(health: Health, how: How, nowMs: number, isLast = false): void {
  health.sent(nowMs)
  health.ended(how, { sentMs: nowMs, nowMs, isLast })
}

/** The ends of attempts one millisecond after the other, as `+` and `-`. */
function answers(health: Health, ends: string, fromMs = 1, isLast = false): Health {
  for (const [at, end] of [...ends].entries()) {
    answer(health, end === '+' ? 'good' : 'bad', fromMs + at, isLast)
  }
  return health
}

/** One that was ejected at the moment 0 for the first time. */
function ejected(): Health {
  return answers(createHealth(), '-----', -4)
}

/** One whose probe has just succeeded, at `FIRST_MS`. */
function ramping(): Health {
  const health = ejected()
  answer(health, 'good', FIRST_MS)
  return health
}

const kindAt = (health: Health, nowMs: number) => health.standing(nowMs).kind

describe('what ejects', () => {
  test.each([
    // Five in a row, however few are known.
    ['----', false],
    ['-----', true],
    ['----+----', false],
    ['++++++++++++++++++++-----', true],
    // A quarter, once ten are known.
    ['+-++-++-+', false],
    ['+-++-++-+-', true],
    ['++++++++++', false],
    ['--+++++++-', true],
    ['--++++++++', false],
    ['+++++++++++++++-+-+-+-', false],
    ['+++++++++++++++-+-+-+-+-', true],
    // Of the last twenty, and what was before is forgotten.
    ['---++++++++++++++++++++---+-', false],
    ['---+++++++++++++++++++---+-', false],
    ['--+++++++++++++++-+-', false],
    ['---++++++++++++++-+-', true],
  ])('%s: %s', (ends, isOut) => {
    const health = answers(createHealth(), ends)
    expect(kindAt(health, ends.length)).toBe(isOut ? 'ejected' : 'healthy')
  })

  test('a good end is never what ejects, whatever was before it', () => {
    const health = answers(createHealth(), '--+--+--')
    answer(health, 'good', 20)
    answer(health, 'good', 21)
    expect(kindAt(health, 21)).toBe('healthy')
    answer(health, 'bad', 22)
    expect(kindAt(health, 22)).toBe('ejected')
  })

  test('what says nothing of the place is neither good nor bad', () => {
    const health = createHealth()
    for (let at = 1; at <= 100; at += 1) answer(health, 'unknown', at)
    expect(kindAt(health, 100)).toBe('healthy')
    answers(health, '----', 200)
    answer(health, 'unknown', 210)
    expect(kindAt(health, 210)).toBe('healthy')
    answer(health, 'bad', 211)
    expect(kindAt(health, 211)).toBe('ejected')
  })

  test('who is the last one is not ejected, and is at its next failure as soon as it no longer is', () => {
    const health = answers(createHealth(), '-'.repeat(100), 1, true)
    expect(kindAt(health, 100)).toBe('healthy')
    answer(health, 'bad', 101)
    expect(kindAt(health, 101)).toBe('ejected')
  })
})

describe('how long', () => {
  test('15 s, to the millisecond', () => {
    const health = ejected()
    expect(health.standing(0)).toEqual({ kind: 'ejected', untilMs: FIRST_MS })
    expect(kindAt(health, FIRST_MS - 0.001)).toBe('ejected')
    expect(health.standing(FIRST_MS)).toEqual({ kind: 'on-probation', isProbed: false })
  })

  test('15 s longer each time that its probe fails, up to 300 s', () => {
    const health = ejected()
    const lengths: number[] = []
    let nowMs = 0
    for (let time = 0; time < 25; time += 1) {
      const standing = health.standing(nowMs)
      if (standing.kind !== 'ejected') throw new Error(standing.kind)
      lengths.push((standing.untilMs - nowMs) / SECOND)
      nowMs = standing.untilMs
      answer(health, 'bad', nowMs)
    }
    const growing = Array.from({ length: 20 }, (_, at) => 15 * (at + 1))
    expect(lengths).toEqual([...growing, 300, 300, 300, 300, 300])
  })

  test.each([
    [600 * SECOND, 30],
    [600 * SECOND + 1, 15],
  ])('who was well for %s ms gets %s s', (wellMs, seconds) => {
    const health = ramping()
    answer(health, 'good', FIRST_MS + RAMP_MS)
    expect(kindAt(health, FIRST_MS + RAMP_MS)).toBe('healthy')
    const againMs = FIRST_MS + wellMs
    answers(health, '-----', againMs - 4)
    expect(health.standing(againMs)).toEqual({ kind: 'ejected', untilMs: againMs + seconds * SECOND })
  })

  test('a place that is fine for its probe and bad again after it is out for ever longer', () => {
    const health = createHealth()
    let nowMs = 0
    const outs: number[] = []
    for (let time = 0; time < 6; time += 1) {
      answers(health, '-----', nowMs)
      const standing = health.standing(nowMs + 4)
      if (standing.kind !== 'ejected') throw new Error(standing.kind)
      outs.push((standing.untilMs - nowMs - 4) / SECOND)
      answer(health, 'good', standing.untilMs)
      nowMs = standing.untilMs + RAMP_MS
      expect(kindAt(health, nowMs)).toBe('healthy')
    }
    expect(outs).toEqual([15, 30, 45, 60, 75, 90])
  })
})

describe('probes', () => {
  test('one at a time, and the next once it has ended', () => {
    const health = ejected()
    health.sent(FIRST_MS)
    expect(health.standing(FIRST_MS + 1)).toEqual({ kind: 'on-probation', isProbed: true })
    // As that of another edit that was throttled, or given up: nobody knows more than before.
    health.ended('unknown', { sentMs: FIRST_MS, nowMs: FIRST_MS + 2, isLast: false })
    expect(health.standing(FIRST_MS + 2)).toEqual({ kind: 'on-probation', isProbed: false })
  })

  test('what was sent before the ejection and ends meanwhile makes no room for a second one', () => {
    const health = ejected()
    health.sent(FIRST_MS)
    health.ended('unknown', { sentMs: -3, nowMs: FIRST_MS + 1, isLast: false })
    expect(health.standing(FIRST_MS + 1)).toEqual({ kind: 'on-probation', isProbed: true })
  })

  test('neither does one that went there before it for want of anybody else', () => {
    const health = ejected()
    health.sent(4000)
    health.sent(FIRST_MS)
    health.ended('unknown', { sentMs: 4000, nowMs: FIRST_MS + 1, isLast: true })
    expect(health.standing(FIRST_MS + 1)).toEqual({ kind: 'on-probation', isProbed: true })
  })

  test('its failure ejects, even where there is nobody else: that one is out already', () => {
    const health = ejected()
    answer(health, 'bad', FIRST_MS + 7, true)
    expect(health.standing(FIRST_MS + 7)).toEqual({ kind: 'ejected', untilMs: FIRST_MS + 7 + 2 * FIRST_MS })
  })

  test.each(['good', 'bad', 'unknown'] as const)(
    'what was sent before the ejection and ends %s says nothing of the time after it',
    (how) => {
      const late = { sentMs: -4, isLast: false }
      const out = ejected()
      out.ended(how, { ...late, nowMs: 5000 })
      expect(out.standing(5000)).toEqual({ kind: 'ejected', untilMs: FIRST_MS })
      out.ended(how, { ...late, nowMs: FIRST_MS + 1 })
      expect(out.standing(FIRST_MS + 1)).toEqual({ kind: 'on-probation', isProbed: false })
      const back = ramping()
      for (let at = 1; at <= 10; at += 1) back.ended(how, { ...late, nowMs: FIRST_MS + at })
      answer(back, 'bad', FIRST_MS + 11)
      expect(kindAt(back, FIRST_MS + 11)).toBe('ramping')
    },
  )

  test('who was sent there during the ejection, for want of anybody else, and finds it well lets it in', () => {
    const health = ejected()
    answer(health, 'bad', 4000, true)
    expect(health.standing(4000)).toEqual({ kind: 'ejected', untilMs: FIRST_MS })
    answer(health, 'good', 5000, true)
    expect(health.standing(5000)).toEqual({ kind: 'ramping', share: 0.1 })
  })
})

describe('the ramp', () => {
  test.each([
    [0, 0.1],
    [10, 0.4],
    [15, 0.55],
    [20, 0.7],
    [29.999, 0.999_97],
  ])('after %s s it gets %s of its load', (seconds, share) => {
    const standing = ramping().standing(FIRST_MS + seconds * SECOND)
    if (standing.kind !== 'ramping') throw new Error(standing.kind)
    expect(standing.share).toBeCloseTo(share, 10)
  })

  test('after 30 s it gets all', () => {
    expect(ramping().standing(FIRST_MS + RAMP_MS)).toEqual({ kind: 'healthy' })
  })

  test.each([
    ['-', false],
    ['--', true],
    ['+-+-', true],
    ['-++', false],
    ['+++-', true],
    ['++++-', false],
    ['-+++', false],
    ['++++-+++-', false],
    ['++++-+++--', true],
  ])('%s ejects again: %s', (ends, isOut) => {
    const health = answers(ramping(), ends, FIRST_MS + 1)
    expect(kindAt(health, FIRST_MS + ends.length)).toBe(isOut ? 'ejected' : 'ramping')
  })

  test('its rules end with it, even if nobody looked in between', () => {
    const health = ramping()
    answer(health, 'bad', FIRST_MS + RAMP_MS - 1)
    const nowMs = FIRST_MS + RAMP_MS
    health.ended('bad', { sentMs: nowMs - 2, nowMs, isLast: false })
    expect(kindAt(health, nowMs)).toBe('healthy')
  })
})

/** What may happen to a place, in some order. */
const step = fc.record({
  afterMs: fc.integer({ min: 1, max: 20_000 }),
  how: fc.constantFrom<How>('good', 'bad', 'bad', 'bad', 'unknown'),
  /** Whether it ends before anything else happens. */
  isSwift: fc.boolean(),
})

test('whatever happens: nobody is ejected for longer than 300 s, nor a second probe sent, nor a share outside 0.1 to 1', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const health = createHealth()
      const open: { readonly how: How; readonly sentMs: number; readonly isProbe: boolean }[] = []
      let nowMs = 0
      const end = ({ how, sentMs }: { readonly how: How; readonly sentMs: number }) =>
        health.ended(how, { sentMs, nowMs, isLast: false })
      for (const { afterMs, how, isSwift } of steps) {
        nowMs += afterMs
        const standing = health.standing(nowMs)
        if (standing.kind === 'ejected') expect(standing.untilMs - nowMs).toBeLessThanOrEqual(300_000)
        if (standing.kind === 'ramping') {
          expect(standing.share).toBeGreaterThanOrEqual(0.1)
          expect(standing.share).toBeLessThan(1)
        }
        const isProbe = standing.kind === 'on-probation'
        const mayGo = standing.kind !== 'ejected' && !(isProbe && standing.isProbed)
        if (isProbe) expect(open.some((one) => one.isProbe)).toBe(standing.isProbed)
        if (mayGo) {
          health.sent(nowMs)
          open.push({ how, sentMs: nowMs, isProbe })
        }
        const ended = isSwift ? open.pop() : how === 'unknown' ? undefined : open.shift()
        if (ended !== undefined) end(ended)
      }
    }),
    { numRuns: 2000 },
  )
})
