import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../image/seeded.ts'
import type { Quota } from '../contract/routing.ts'
import { createPace, type Pace } from './pace.ts'

const MINUTE_MS = 60_000

interface Sent {
  readonly atMs: number
  readonly tokens: number
}

/** Whoever comes books its turn at once, as edits that wait do, and goes at its turn. */
function booked(
  pace: Pace,
  arrivals: readonly { readonly afterMs: number; readonly tokens: number }[],
): Sent[] {
  let nowMs = 0
  return arrivals.map(({ afterMs, tokens }) => {
    nowMs += afterMs
    const atMs = pace.readyAtMs(tokens, nowMs)
    pace.take(tokens, nowMs)
    return { atMs, tokens }
  })
}

/** The most of anything in a minute, wherever the minute begins. */
function mostInAMinute(sent: readonly Sent[], measure: (one: Sent) => number): number {
  let most = 0
  let sum = 0
  let from = 0
  for (const one of sent) {
    sum += measure(one)
    for (let first = sent[from]; first && first.atMs <= one.atMs - MINUTE_MS; first = sent[(from += 1)]) {
      sum -= measure(first)
    }
    most = Math.max(most, sum)
  }
  return most
}

const requestsOf = () => 1
const tokensOf = ({ tokens }: Sent) => tokens

/** From one to 6000, and the small ones as often as the large. */
const grant = fc.double({ min: 0, max: Math.log(6000), noNaN: true }).map((log) => Math.round(Math.exp(log)))
const afterMs = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 2000 }) },
  { weight: 2, arbitrary: fc.double({ min: 0, max: 20_000, noNaN: true }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 200_000 }) },
)
/** Every size there is, as a share of a grant. */
const arrival = fc.record({ afterMs, share: fc.double({ min: 0, max: 1, noNaN: true }) })
const arrivals = fc.array(arrival, { minLength: 1, maxLength: 400, size: 'max' })

describe('in no minute more than is granted, wherever it begins', () => {
  test('of requests', () => {
    fc.assert(
      fc.property(grant, arrivals, (requestsPerMinute, all) => {
        const pace = createPace({ requestsPerMinute, inputTokensPerMinute: null })
        const sent = booked(
          pace,
          all.map((one) => ({ afterMs: one.afterMs, tokens: 1 })),
        )
        expect(mostInAMinute(sent, requestsOf)).toBeLessThanOrEqual(requestsPerMinute)
      }),
      { numRuns: 1000 },
    )
  })

  test('of tokens, whatever an edit is estimated at', () => {
    fc.assert(
      fc.property(grant, fc.boolean(), arrivals, (inputTokensPerMinute, areSmall, all) => {
        const pace = createPace({ requestsPerMinute: null, inputTokensPerMinute })
        const largest = inputTokensPerMinute * (areSmall ? 0.1 : 1)
        const sent = booked(
          pace,
          all.map((one) => ({ afterMs: one.afterMs, tokens: Math.floor(one.share * largest) })),
        )
        expect(mostInAMinute(sent, tokensOf)).toBeLessThanOrEqual(inputTokensPerMinute)
      }),
      { numRuns: 1000 },
    )
  })

  test('of both at once, and whoever waits for one of them is counted for the other when it goes', () => {
    fc.assert(
      fc.property(grant, fc.integer({ min: 1, max: 1_000_000 }), arrivals, (requests, tokens, all) => {
        const pace = createPace({ requestsPerMinute: requests, inputTokensPerMinute: tokens })
        const sent = booked(
          pace,
          all.map((one) => ({ afterMs: one.afterMs, tokens: Math.floor(one.share ** 3 * tokens) })),
        )
        expect(mostInAMinute(sent, requestsOf)).toBeLessThanOrEqual(requests)
        expect(mostInAMinute(sent, tokensOf)).toBeLessThanOrEqual(tokens)
      }),
      { numRuns: 1000 },
    )
  })
})

test('a crowd of small edits behind a large one that waits does not come all at once', () => {
  const pace = createPace({ requestsPerMinute: 5, inputTokensPerMinute: 1000 })
  const crowd = [1000, ...Array.from({ length: 20 }, () => 1)]
  const sent = booked(
    pace,
    crowd.map((tokens) => ({ afterMs: 0, tokens })),
  )
  expect(sent[1]?.atMs).toBeGreaterThan(MINUTE_MS)
  expect(mostInAMinute(sent, requestsOf)).toBe(5)
})

test('turns are in the order in which they were booked, and none is before it was asked for', () => {
  fc.assert(
    fc.property(grant, grant, arrivals, (requests, tokens, all) => {
      const pace = createPace({ requestsPerMinute: requests, inputTokensPerMinute: tokens })
      let nowMs = 0
      let lastMs = 0
      for (const one of all) {
        nowMs += one.afterMs
        const needed = Math.floor(one.share * tokens)
        const atMs = pace.readyAtMs(needed, nowMs)
        expect(atMs).toBeGreaterThanOrEqual(Math.max(nowMs, lastMs))
        // To ask costs nothing.
        expect(pace.readyAtMs(needed, nowMs)).toBe(atMs)
        pace.take(needed, nowMs)
        lastMs = atMs
      }
    }),
    { numRuns: 500 },
  )
})

/** How much of the grant goes in an hour in which there is always somebody who wants to. */
function shareGone(quota: Quota, needed: () => number, measure: (one: Sent) => number): number {
  const pace = createPace(quota)
  const most = quota.requestsPerMinute ?? quota.inputTokensPerMinute ?? 0
  let gone = 0
  for (let nowMs = 0; nowMs < 60 * MINUTE_MS;) {
    const tokens = needed()
    const atMs = pace.readyAtMs(tokens, nowMs)
    pace.take(tokens, nowMs)
    gone += measure({ atMs, tokens })
    nowMs = atMs
  }
  return gone / (60 * most)
}

describe('nobody starves: of what is granted nine tenths go in the long run', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 10, 15, 60, 150, 360, 1000, 6000])('of %s requests a minute', (granted) => {
    const quota = { requestsPerMinute: granted, inputTokensPerMinute: null }
    expect(shareGone(quota, () => 1, requestsOf)).toBeGreaterThan(0.9)
  })

  test.each([
    ['small edits', 0, 0.01],
    ['edits of up to a fifth', 0, 0.2],
    // Two of them never fit into a minute, and three tenths of it stay free.
    ['edits of seven tenths', 0.7, 0.7],
  ])('of tokens by %s, as far as they fit', (_, least, most) => {
    const granted = 100_000
    const random = seeded(least * 10 + most * 100)
    const needed = () => Math.ceil(granted * (least + (most - least) * random()))
    const gone = shareGone({ requestsPerMinute: null, inputTokensPerMinute: granted }, needed, tokensOf)
    expect(gone).toBeGreaterThan(least > 0.5 ? 0.9 * least : most > 0.1 ? 0.8 : 0.9)
  })

  test('what is more than a minute’s grant goes all the same, alone in its minute', () => {
    const pace = createPace({ requestsPerMinute: null, inputTokensPerMinute: 1000 })
    const sent = booked(pace, [
      { afterMs: 0, tokens: 10 },
      { afterMs: 0, tokens: 5000 },
      { afterMs: 0, tokens: 10 },
      { afterMs: 0, tokens: 5000 },
    ])
    const times = sent.map(({ atMs }) => atMs)
    for (const [at, atMs] of times.entries()) {
      const before = times[at - 1]
      if (before === undefined) expect(atMs).toBe(0)
      else expect(atMs - before).toBeGreaterThanOrEqual(MINUTE_MS)
    }
    expect(times.at(-1)).toBeLessThan(4 * 70_000)
  })
})

test('a fifth of a grant goes at once, the rest is spread', () => {
  const pace = createPace({ requestsPerMinute: 60, inputTokensPerMinute: null })
  const sent = booked(
    pace,
    Array.from({ length: 60 }, () => ({ afterMs: 0, tokens: 1 })),
  )
  const times = sent.map(({ atMs }) => atMs)
  expect(times.filter((atMs) => atMs === 0)).toHaveLength(12)
  const gaps = times.slice(12).map((atMs, at) => atMs - (times[at + 11] ?? 0))
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThan(1)
})

test('a crowd that stays goes evenly by and by', () => {
  const pace = createPace({ requestsPerMinute: 60, inputTokensPerMinute: null })
  const crowd = Array.from({ length: 60 * 30 }, () => ({ afterMs: 0, tokens: 1 }))
  const times = booked(pace, crowd).map(({ atMs }) => atMs)
  const gaps = times.slice(1).map((atMs, at) => atMs - (times[at] ?? 0))
  expect(Math.max(...gaps.slice(-60))).toBeLessThan(1100)
})

test('who has nothing granted to it that is known is never waited for', () => {
  const pace = createPace({ requestsPerMinute: null, inputTokensPerMinute: null })
  const crowd = Array.from({ length: 100 }, () => ({ afterMs: 0, tokens: 1e9 }))
  expect(booked(pace, crowd).every(({ atMs }) => atMs === 0)).toBe(true)
})

test('what was taken and never went is free for others, in a minute as at once', () => {
  const pace = createPace({ requestsPerMinute: 10, inputTokensPerMinute: null })
  const went = Array.from({ length: 10 }, () => pace.take(0, 0))
  const lateMs = pace.readyAtMs(0, 0)
  const last = went.at(-1) ?? NaN
  pace.giveBack(0, last)
  expect(pace.readyAtMs(0, 0)).toBeLessThan(lateMs)
  for (const atMs of went.slice(0, -1)) pace.giveBack(0, atMs)
  expect(pace.readyAtMs(0, 0)).toBe(0)
  // Nothing that was not taken comes back.
  const readyMs = pace.readyAtMs(0, 0)
  pace.giveBack(0, 12_345)
  expect(pace.readyAtMs(0, 0)).toBe(readyMs)
})
