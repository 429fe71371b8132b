import { expect, test } from 'vitest'
import { fault } from '../contract/error.ts'
import { Secret } from '../contract/secret.ts'
import type { EditRequest } from '../contract/request.ts'
import type { WireDocument } from '../contract/wire.ts'
import { createLateResults, questionOf } from './late-results.ts'
import { endingOf } from './settle.ts'

const wire = (query: string, apiVersion = 'v1beta'): WireDocument => ({
  method: 'streamGenerateContent',
  apiVersion,
  query,
  images: [],
  asked: null,
  pieces: () => [],
  fingerprint: () => 'f',
})
const asked = (more: Partial<EditRequest>) => {
  const request = { owner: 'k', input: [{ kind: 'text' as const, text: 'x' }], ...more }
  return questionOf(request, { images: [], variant: 0 })
}
const by = (key: string) => ({ credential: { header: 'x-goog-api-key' as const, secret: new Secret(key) } })

test.each<[string, Partial<EditRequest>, Partial<EditRequest>]>([
  ['events are not a list', { wire: wire('?alt=sse') }, { wire: wire('') }],
  ['nor one version another', { wire: wire('', 'v1') }, { wire: wire('') }],
  ['what one person’s key paid for is not another’s', by('AIzaA'), by('AIzaB')],
  ['nor who has a seed', { seed: 1 }, {}],
])('%s', (_, one, other) => {
  expect(asked(one)).not.toBe(asked(other))
  expect(asked(one)).toBe(asked({ ...one }))
})

const EDITED = {
  ...endingOf(fault('internal', 'Never shown.')),
}
const ending = { ...EDITED, judgement: { ...EDITED.judgement, outcome: 'edited' as const, fault: null } }
const never = new AbortController().signal

test('what is older than it is kept is gone, and takes no memory', async () => {
  let ms = 0
  const late = createLateResults({
    clock: { now: () => ms, monotonicMs: () => ms },
    keepMs: 1000,
    maxBytes: 1e6,
  })
  late.keep('old', ending)
  ms = 900
  late.keep('new', ending)
  ms = 1800
  expect(late.isEmpty()).toBe(false)
  expect(await late.take('old', never)).toBeNull()
  expect(await late.take('new', never)).toMatchObject({ usage: null, notices: [{ code: 'late_result' }] })
  late.keep('last', ending)
  ms = 10_000
  expect(late.isEmpty()).toBe(true)
})

test('a failure is not kept, and whoever waited for it makes the edit anew', async () => {
  const late = createLateResults({
    clock: { now: () => 0, monotonicMs: () => 0 },
    keepMs: 1000,
    maxBytes: 1e6,
  })
  const { promise, resolve, reject } = Promise.withResolvers<typeof EDITED>()
  late.expect('failed', promise)
  const waiting = late.take('failed', never)
  resolve(EDITED)
  expect(await waiting).toBeNull()
  late.expect('broken', Promise.reject(new Error('a bug')))
  expect(await late.take('broken', never)).toBeNull()
  reject(new Error('nobody hears'))
  expect(late.isEmpty()).toBe(true)
})

test('results without an image take of its memory as well', async () => {
  const late = createLateResults({
    clock: { now: () => 0, monotonicMs: () => 0 },
    keepMs: 1000,
    maxBytes: 100_000,
  })
  const names = Array.from({ length: 100 }, (_, at) => `question ${at}`)
  for (const name of names) late.keep(name, ending)
  const kept = await Promise.all(names.map((name) => late.take(name, never)))
  expect(kept.filter((one) => one !== null)).toHaveLength(24)
})
