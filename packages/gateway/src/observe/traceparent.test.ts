import { expect, test } from 'vitest'
import { readTraceparent } from './traceparent.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

test.each([
  ['sampled', `00-${TRACE}-${SPAN}-01`, true],
  ['not sampled', `00-${TRACE}-${SPAN}-00`, false],
  ['other flags', `00-${TRACE}-${SPAN}-fe`, false],
  ['a later version', `cc-${TRACE}-${SPAN}-01`, true],
  ['a later version that says more', `cc-${TRACE}-${SPAN}-01-what-the-future-brings`, true],
])('read: %s', (_, header, sampled) => {
  expect(readTraceparent(header)).toEqual({ traceId: TRACE, spanId: SPAN, sampled })
})

test.each([
  ['none', undefined],
  ['empty', ''],
  ['version ff', `ff-${TRACE}-${SPAN}-01`],
  ['version 00 that says more', `00-${TRACE}-${SPAN}-01-x`],
  ['more without a dash', `cc-${TRACE}-${SPAN}-01x`],
  ['zeros for a trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['zeros for a span', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['too short', `00-${TRACE}-${SPAN}`],
  ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
  ['endless', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(10_000)}`],
])('not continued: %s', (_, header) => {
  expect(readTraceparent(header)).toBe(null)
})
