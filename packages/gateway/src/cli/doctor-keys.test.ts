import { expect, test } from 'vitest'
import type { GatewayConfig, GatewayTarget } from '../config/gateway-config.ts'
import { callerNamed } from '../auth/caller.fixture.ts'
import type { Caller } from '../contract/caller.ts'
import { regionFindings } from './doctor-keys.ts'

const vertexAt = (location: string): GatewayTarget => ({
  provider: 'vertex',
  name: `vertex:${location}`,
  credentials: [{ kind: 'adc', id: 'cloud', environment: null, env: {}, impersonate: null }],
  quota: { requestsPerMinute: null, inputTokensPerMinute: null },
  project: null,
  location,
  baseUrl: null,
})
const TARGETS: readonly GatewayTarget[] = [
  vertexAt('europe-west4'),
  vertexAt('global'),
  { provider: 'local', name: 'local' },
]

/** Gemini 2.5 was served in Europe then, as nothing is any more. */
const JUNE = '2026-06-01'
const NOVEMBER = '2026-11-26'

function findings(
  callers: readonly Caller[],
  day: string,
  { targets = TARGETS, routes = [] }: Partial<Pick<GatewayConfig, 'targets' | 'routes'>> = {},
) {
  const keys = callers.map((caller) => ({ hash: '', caller }))
  const found = regionFindings({ keys, keyless: callerNamed('loopback'), targets, routes }, Date.parse(day))
  return found.map(({ mark, text }) => `${mark}: ${text}`)
}

const key = (id: string, changes: Partial<Caller>) => callerNamed(id, { scopes: ['edit'], ...changes })

test('keys that are bound to no region are not spoken of', () => {
  expect(findings([key('web', {})], JUNE)).toEqual([])
  expect(findings([key('admin', { regions: ['eu'], scopes: ['admin'] })], JUNE)).toEqual([])
})

test.each<[string, Partial<Caller>, string, string]>([
  [
    'a model lives there',
    {},
    JUNE,
    'ok: “a” may not leave eu: vertex:europe-west4 has gemini-2.5-flash-image; local has the local engine.',
  ],
  [
    'none does',
    {},
    NOVEMBER,
    'warn: “a” may not leave eu: vertex:europe-west4 has no living model; local has the local engine.',
  ],
  [
    'none of its own',
    { models: ['nano-banana-pro'], providers: ['vertex'] },
    JUNE,
    'warn: “a” may not leave eu: vertex:europe-west4 has none of its models.',
  ],
  [
    'its own, by an alias',
    { models: ['nano-banana'], providers: ['vertex'] },
    JUNE,
    'ok: “a” may not leave eu: vertex:europe-west4 has gemini-2.5-flash-image.',
  ],
  [
    'one that nobody knows here',
    { models: ['gemini-9-image'], providers: ['vertex'] },
    NOVEMBER,
    'ok: “a” may not leave eu: vertex:europe-west4 has gemini-9-image.',
  ],
  [
    'only the local engine is wanted',
    { models: ['local'], providers: ['local'] },
    NOVEMBER,
    'ok: “a” may not leave eu: local has the local engine.',
  ],
  [
    'no target is there',
    { providers: ['ai-studio'] },
    JUNE,
    'warn: “a” may not leave eu: no target lies there.',
  ],
])('%s', (_, changes, day, expected) => {
  expect(findings([key('a', { regions: ['eu'], ...changes })], day)).toEqual([expected])
})

test('keys of which the same is to be told share a line, and a thousand do not fill a page', () => {
  const many = Array.from({ length: 1000 }, (_, at) => key(`customer-${at}`, { regions: ['eu'] }))
  const [line, other, ...more] = findings([...many, key('us', { regions: ['us'] })], NOVEMBER)
  expect(line).toMatch(/^warn: “customer-0”, .*“customer-4”, 995 more keys may not leave eu: /)
  expect(other).toMatch(/^warn: “us” may not leave us: local has/)
  expect(more).toEqual([])
})

test('callers without a key may be bound as well', () => {
  const keyless = callerNamed('loopback', { scopes: ['edit'], regions: ['eu'] })
  const [finding] = regionFindings({ keys: [], keyless, targets: TARGETS, routes: [] }, Date.parse(JUNE))
  expect(finding?.text).toMatch(
    /^Whoever comes without a key may not leave eu: vertex:europe-west4 has gemini/,
  )
})

const to = (target: string) => ({
  name: null,
  models: null,
  tiers: [[{ target, model: null, weight: 1 }]],
})

test('what no route leads to is not offered', () => {
  const routes = [to('vertex:global')]
  expect(findings([key('a', { regions: ['eu'], models: ['nano-banana'] })], JUNE, { routes })).toEqual([
    'warn: “a” may not leave eu: no target lies there.',
  ])
  expect(
    findings([key('a', { regions: ['eu'], models: ['nano-banana'] })], JUNE, {
      routes: [to('vertex:europe-west4')],
    }),
  ).toEqual(['ok: “a” may not leave eu: vertex:europe-west4 has gemini-2.5-flash-image.'])
})

test('a model is there only where a route of it leads', () => {
  const routes = [{ ...to('vertex:global'), models: ['gemini-2.5-flash-image'] }, to('vertex:europe-west4')]
  expect(findings([key('a', { regions: ['eu'] })], JUNE, { routes })).toEqual([
    'warn: “a” may not leave eu: vertex:europe-west4 has no living model; local has the local engine.',
  ])
})
