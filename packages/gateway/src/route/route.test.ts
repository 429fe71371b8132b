import { expect, test } from 'vitest'
import { route } from './route.ts'
import type { Candidate } from './target.ts'
import { PlantainError } from '../contract/error.ts'
import { EDITED, failing, type Play, REFUSAL, stage, STEPS } from './route.fixture.ts'

type Stage = ReturnType<typeof stage>

function run({ candidates, parts, time }: Stage, { timeoutMs = 180_000, policy = {} } = {}) {
  return route(
    candidates,
    STEPS,
    { ...parts, policy: { ...parts.policy, ...policy } },
    {
      signal: new AbortController().signal,
      deadlineMs: time.nowMs() + timeoutMs,
      environment: null,
      inputTokens: 0,
    },
  )
}

const always =
  (answer: ReturnType<Play>): Play =>
  () =>
    answer
const first =
  (...answers: readonly ReturnType<Play>[]): Play =>
  (nth) =>
    answers[nth] ?? EDITED

test('an edit that is made goes to one target, once', async () => {
  const staged = stage({ a: [always(EDITED)], b: [always(EDITED)] })
  expect(await run(staged)).toMatchObject({ judgement: { outcome: 'edited' }, degraded: false })
  expect(staged.seen).toEqual([{ key: 'a', model: 'm', atMs: 0, imagesOnly: false }])
})

const THROTTLED = failing('rate_limited', { waitMs: 34_400 })

test('what Google asks to wait is waited at that target, and a little spread, no longer', async () => {
  for (const random of [0, 0.5, 0.999]) {
    const staged = stage({ a: [first(THROTTLED)] }, () => random)
    expect(await run(staged)).toMatchObject({ judgement: { outcome: 'edited' } })
    const [, again] = staged.seen
    expect(again?.atMs).toBeGreaterThanOrEqual(34_400)
    expect(again?.atMs).toBeLessThanOrEqual(34_400 + 3000)
  }
})

test('another target is asked at once, and another key of the same', async () => {
  const staged = stage({ a: [always(THROTTLED), always(THROTTLED)], b: [always(EDITED)] }, () => 0)
  await run(staged)
  expect(staged.seen.map(({ key, atMs }) => [key, atMs])).toEqual([
    ['a#1', 0],
    ['a#2', 0],
    ['b', 0],
  ])
})

test('a wait beyond the deadline is not begun: the caller hears at once how long it is', async () => {
  const staged = stage({ a: [always(THROTTLED)] })
  const { judgement } = await run(staged, { timeoutMs: 20_000 })
  expect(judgement.fault).toMatchObject({ code: 'rate_limited', waitMs: 34_400, charged: 'no' })
  expect(staged.seen).toHaveLength(1)
  // Whoever comes next does not even ask, as long as that holds.
  staged.time.pass(10_000)
  expect((await run(staged, { timeoutMs: 20_000 })).judgement.fault).toMatchObject({ waitMs: 24_400 })
  expect(staged.seen).toHaveLength(1)
})

test('a quota of the day is asked once, and then not for a while', async () => {
  const staged = stage({ a: [always(failing('quota_exhausted'))] })
  for (const _ of [1, 2, 3]) {
    expect((await run(staged, { timeoutMs: 86_400_000 })).judgement.fault).toMatchObject({
      code: 'quota_exhausted',
    })
  }
  expect(staged.seen).toHaveLength(1)
  staged.time.pass(600_000)
  await run(staged)
  expect(staged.seen).toHaveLength(2)
})

test.each(['upstream_overloaded', 'upstream_error', 'upstream_unreachable'] as const)(
  '%s is tried again, later each time, four times in all',
  async (code) => {
    const staged = stage({ a: [always(failing(code, { charged: 'no' }))] })
    expect((await run(staged)).judgement.fault).toMatchObject({ code })
    const times = staged.seen.map(({ atMs }) => atMs)
    expect(times).toHaveLength(4)
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b))
    expect(Math.min(...gaps)).toBeGreaterThan(0)
  },
)

test.each(['image_blocked', 'upstream_rejected', 'unchanged', 'wrong_shape'] as const)(
  '%s is the last word, whoever else could be asked',
  async (code) => {
    const staged = stage({ a: [always(failing(code))], b: [always(EDITED)] })
    expect((await run(staged)).judgement.fault).toMatchObject({ code })
    expect(staged.seen).toHaveLength(1)
  },
)

test('a key that is not let in is taken out, and the edit goes on; without any there is nobody to ask', async () => {
  const out = failing('credential_invalid')
  const staged = stage({ a: [always(out), always(EDITED)] }, () => 0)
  expect(await run(staged)).toMatchObject({ judgement: { outcome: 'edited' } })
  await run(staged)
  expect(staged.seen.map(({ key }) => key)).toEqual(['a#1', 'a#2', 'a#2'])
  const alone = stage({ a: [always(out)] })
  for (const _ of [1, 2]) {
    expect((await run(alone)).judgement.fault).toMatchObject({ code: 'credential_invalid', charged: 'no' })
  }
  expect(alone.seen).toHaveLength(1)
  alone.parts.state.locks.mended('a', alone.time.nowMs())
  await run(alone)
  expect(alone.seen).toHaveLength(2)
})

test("what a caller's own key may not says nothing of the gateway's", async () => {
  const staged = stage({ a: [first(failing('credential_invalid'))], b: [always(EDITED)] })
  const { candidates, parts, time } = staged
  const own = await route(candidates, STEPS, parts, {
    signal: new AbortController().signal,
    deadlineMs: time.nowMs() + 1000,
    environment: null,
    inputTokens: 0,
    credential: { header: 'x-goog-api-key', secret: { reveal: () => 'x' } as never },
  })
  expect(own.judgement.fault).toMatchObject({ code: 'credential_invalid' })
  expect(await run(staged)).toMatchObject({ judgement: { outcome: 'edited' } })
  expect(staged.seen.map(({ key }) => key)).toEqual(['a', 'a'])
})

test('words in place of an image are asked for as an image once, then another model is', async () => {
  const staged = stage({ a: [always(REFUSAL)], b: [always(EDITED)] })
  const [a, b] = staged.candidates
  if (!a || !b) throw new Error('two are on the stage')
  const candidates = [a, { ...b, target: a.target, model: 'n', degraded: true }]
  await run({ ...staged, candidates })
  expect(staged.seen.map(({ model, imagesOnly }) => [model, imagesOnly])).toEqual([
    ['m', false],
    ['m', true],
    ['n', false],
    ['n', true],
  ])
  const kept = stage({ a: [always(REFUSAL)] })
  expect((await run(kept, { policy: { noImage: 'keep' } })).judgement.fault).toMatchObject({
    code: 'no_image',
  })
  expect(kept.seen).toHaveLength(1)
})

test('what may have been billed is made again once, or not at all', async () => {
  const cut = failing('upstream_interrupted', { charged: 'unknown' })
  const twice = stage({ a: [always(cut)] })
  await run(twice)
  expect(twice.seen).toHaveLength(2)
  const once = stage({ a: [always(cut)] })
  await run(once, { policy: { ambiguous: 'stop' } })
  expect(once.seen).toHaveLength(1)
})

test('a model that is not served at one target is asked for at the next', async () => {
  const staged = stage({ a: [always(failing('model_unavailable'))], b: [always(EDITED)] })
  expect(await run(staged)).toMatchObject({ judgement: { outcome: 'edited' }, target: { model: 'm' } })
  expect(staged.seen.map(({ key }) => key)).toEqual(['a', 'b'])
})

test('who is down is left alone after a few, tried by one after a while, and trusted by and by', async () => {
  let isUp = false
  const staged = stage(
    { a: [() => (isUp ? EDITED : failing('upstream_overloaded'))], b: [always(EDITED)] },
    () => 0.3,
  )
  for (let edit = 0; edit < 20; edit += 1) await run(staged)
  const toA = () => staged.seen.filter(({ key }) => key === 'a').length
  expect(toA()).toBe(5)
  staged.time.pass(15_000)
  isUp = true
  for (let edit = 0; edit < 10; edit += 1) await run(staged)
  // One found out that it is back; of the next nine a tenth would go there, and the dice say that none does.
  expect(toA()).toBe(6)
  staged.time.pass(30_000)
  for (let edit = 0; edit < 10; edit += 1) await run(staged)
  expect(toA()).toBe(16)
})

test('of targets that are all down the last one is not ejected, and goes on being asked', async () => {
  const down = always(failing('upstream_overloaded', { charged: 'no' }))
  const staged = stage({ a: [down], b: [down], c: [down] }, () => 0.5)
  const { candidates, parts, time } = staged
  for (let edit = 0; edit < 30; edit += 1) {
    await run(staged)
    const kinds = candidates.map((one) => parts.state.site(one).health.standing(time.nowMs()).kind)
    expect(kinds).toContain('healthy')
    if (edit >= 10) expect(kinds.filter((kind) => kind === 'healthy')).toHaveLength(1)
  }
})

test('nobody waits for an edit that was given up', async () => {
  const staged = stage({ a: [always(THROTTLED)] })
  const gone = new AbortController()
  const { candidates, parts } = staged
  const sleep = async () => gone.abort()
  const ended = await route(
    candidates,
    STEPS,
    { ...parts, sleep },
    {
      signal: gone.signal,
      deadlineMs: 180_000,
      environment: null,
      inputTokens: 0,
    },
  )
  expect(ended.judgement.fault).toMatchObject({ code: 'rate_limited' })
  expect(staged.seen).toHaveLength(1)
})

const UNREAD = failing('permission_denied', { upstream: { status: 403, reason: 'SERVICE_DISABLED' } })

function pointing({ candidates, parts, time }: ReturnType<typeof stage>, uri = 'files/cat') {
  return route(candidates, STEPS, parts, {
    signal: new AbortController().signal,
    deadlineMs: time.nowMs() + 1000,
    environment: null,
    inputTokens: 0,
    references: [uri],
  })
}

test('a file at Google is read by the key that may, which is remembered, and nobody is locked out for it', async () => {
  const staged = stage({ a: [always(UNREAD), always(UNREAD)], b: [always(UNREAD), always(EDITED)] }, () => 0)
  const names = () => staged.seen.splice(0).map(({ key }) => key)
  expect(await pointing(staged)).toMatchObject({ judgement: { outcome: 'edited' } })
  expect(names()).toEqual(['a#1', 'a#2', 'b#1', 'b#2'])
  expect(await pointing(staged)).toMatchObject({ judgement: { outcome: 'edited' } })
  expect(names()).toEqual(['b#2'])
  await pointing(staged, 'files/dog')
  expect(names()).toEqual(['a#1', 'a#2', 'b#1', 'b#2'])
  for (const account of ['a#1', 'a#2', 'b#1', 'b#2']) expect(staged.parts.state.locks.why(account)).toBeNull()
})

test('a file at Google that no key may read is the request’s fault, not the operator’s', async () => {
  const staged = stage({ a: [always(UNREAD)] })
  const { judgement } = await pointing(staged)
  expect(judgement.fault).toMatchObject({ code: 'invalid_request', charged: 'no' })
})

test('a token that was revoked is fetched anew before its key is taken out', async () => {
  const stale = failing('credential_invalid', { upstream: { status: 401, reason: '' } })
  const once = stage({ a: [first(stale)] })
  expect(await run(once)).toMatchObject({ judgement: { outcome: 'edited' } })
  expect(once.seen).toHaveLength(2)
  const always401 = stage({ a: [always(stale)] })
  expect((await run(always401)).judgement.fault).toMatchObject({ code: 'credential_invalid' })
  expect(always401.seen).toHaveLength(2)
  await run(always401)
  expect(always401.seen).toHaveLength(2)
})

test('a key that was locked out is tried by one edit after five minutes, and serves again if it was mended', async () => {
  const staged = stage({ a: [first(failing('credential_invalid')), always(EDITED)] }, () => 0)
  const names = () => staged.seen.splice(0).map(({ key }) => key)
  await run(staged)
  expect(names()).toEqual(['a#1', 'a#2'])
  staged.time.pass(299_000)
  await run(staged)
  expect(names()).toEqual(['a#2'])
  staged.time.pass(2000)
  await run(staged)
  await run(staged)
  expect(names()).toEqual(['a#1', 'a#1'])
})

test('an edit under way goes on by the keys of today', async () => {
  const staged = stage({ a: [always(failing('credential_invalid')), always(EDITED)] })
  const [mine, other] = staged.targets[0]?.keys ?? []
  if (mine === undefined || other === undefined) throw new Error('nobody is on the stage')
  const [candidate] = staged.candidates
  const before = { ...candidate, target: { ...candidate?.target, keys: [mine] } } as Candidate
  // Rotated while the first attempt is under way.
  const keysOf = () => (staged.seen.length === 0 ? [mine] : [other])
  const ended = await run({ ...staged, candidates: [before], parts: { ...staged.parts, keysOf } })
  expect(ended).toMatchObject({ judgement: { outcome: 'edited' } })
  expect(staged.seen.map(({ key }) => key)).toEqual(['a#1', 'a#2'])
})

test.each([
  ['image_too_large', {}],
  ['unsupported_option', {}],
  ['upstream_rejected', { upstream: { status: 404, reason: '' } }],
  ['upstream_rejected', { upstream: { status: 302, reason: '' } }],
] as const)('%s of one target is not the last word of all', async (code, details) => {
  const staged = stage({ a: [always(failing(code, details))], b: [always(EDITED)] })
  expect(await run(staged)).toMatchObject({ judgement: { outcome: 'edited' } })
  expect(staged.seen).toHaveLength(2)
})

test('what cannot be done with an answer ends the edit with its reason; a bug leaves no place taken', async () => {
  const staged = stage({ a: [always(EDITED)] })
  const ends: unknown[] = []
  const attemptLog = {
    begin: async () => 'att_1',
    end: async (_: string, end: unknown) => void ends.push(end),
  }
  const judgeBy = (thrown: Error) => ({ ...STEPS, attemptLog, judge: () => Promise.reject(thrown) })
  const options = {
    signal: new AbortController().signal,
    deadlineMs: 1000,
    environment: null,
    inputTokens: 0,
  }
  const told = await route(
    staged.candidates,
    judgeBy(new PlantainError('unsupported_option', 'Too large for WebP.')),
    staged.parts,
    options,
  )
  expect(told.judgement.fault).toMatchObject({ code: 'unsupported_option', charged: 'yes' })
  await expect(
    route(staged.candidates, judgeBy(new TypeError('a bug')), staged.parts, options),
  ).rejects.toThrow('a bug')
  expect(ends).toMatchObject([{ code: 'unsupported_option' }, { code: 'internal' }])
})

test('a target where attempts hang until the deadline is left alone like one that fails', async () => {
  const staged = stage({ a: [always(EDITED)], b: [always(EDITED)] })
  const { time, seen, candidates } = staged
  const [a] = candidates
  const hanging = a?.target.keys[0]?.provider
  if (hanging === undefined) throw new Error('nobody is on the stage')
  const answer = hanging.send
  for (const [ms, edits] of [
    [59_000, 20],
    [60_000, 5],
  ] as const) {
    Object.assign(hanging, {
      send: async (...asked: Parameters<typeof answer>) => {
        await answer(...asked)
        time.pass(ms)
        return failing('deadline_exceeded', { charged: 'unknown' })
      },
    })
    for (let edit = 0; edit < edits; edit += 1) await run(staged)
    expect(seen.every(({ key }) => key === 'a')).toBe(true)
  }
  await run(staged)
  expect(seen.at(-1)?.key).toBe('b')
})

test('a probe that says nothing is no probe for ever, however long its request took to be made fit', async () => {
  let answer = failing('upstream_overloaded')
  const staged = stage({ a: [() => answer], b: [always(EDITED)] })
  const { time, seen, candidates, parts } = staged
  for (let edit = 0; edit < 5; edit += 1) await run(staged)
  time.pass(15_000)
  answer = failing('rate_limited', { waitMs: 1 })
  const fit: typeof STEPS.fit = (...asked) => {
    time.pass(5)
    return STEPS.fit(...asked)
  }
  const probed = () =>
    route(candidates, { ...STEPS, fit }, parts, {
      signal: new AbortController().signal,
      deadlineMs: time.nowMs() + 180_000,
      environment: null,
      inputTokens: 0,
    })
  for (let edit = 0; edit < 3; edit += 1) {
    await probed()
    time.pass(1000)
  }
  expect(seen.filter(({ key, atMs }) => key === 'a' && atMs >= 15_000)).toHaveLength(3)
})
