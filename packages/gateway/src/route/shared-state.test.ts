import { describe, expect, test } from 'vitest'
import { Secret } from '../contract/secret.ts'
import { fault } from '../contract/error.ts'
import { TRIED_AGAIN_MS } from './locks.ts'
import { next, type NextOptions } from './next.ts'
import { begun } from './progress.ts'
import { EDITED, failing, type Play, stage, STEPS } from './route.fixture.ts'
import { route, type RouteOptions } from './route.ts'
import type { Candidate, RouteKey } from './target.ts'

// What one edit does to those that come after it.

const OPTIONS: RouteOptions = {
  signal: new AbortController().signal,
  deadlineMs: 1e9,
  environment: null,
  inputTokens: 0,
}
const OWN = { header: 'x-goog-api-key' as const, secret: new Secret('AIzaOWN') }
const LOCKED = fault('credential_invalid', 'No.')

/** One target with a key that is locked out, five minutes ago or just now. */
function lockedStage(play: Play, agoMs: number) {
  const staged = stage({ a: [play] })
  const [candidate] = staged.candidates
  const [key] = candidate?.target.keys ?? []
  if (candidate === undefined || key === undefined) throw new Error('nobody is on the stage')
  const { locks } = staged.parts.state
  locks.refused(key.name, { fault: LOCKED, isStale: false, sentMs: -agoMs, nowMs: -agoMs })
  const run = (more: Partial<RouteOptions> = {}, steps = STEPS) =>
    route(staged.candidates, steps, staged.parts, { ...OPTIONS, ...more })
  return { ...staged, candidate, key, locks, run }
}

describe('a key that is locked out', () => {
  test('is not let in by what its caller’s own credential may', async () => {
    const { key, locks, run } = lockedStage(() => EDITED, 0)
    await run({ credential: OWN })
    expect(locks.why(key.name)).not.toBeNull()
  })

  test('is tried no later for edits by other credentials', async () => {
    const { key, locks, run, time } = lockedStage(() => failing('invalid_request'), TRIED_AGAIN_MS - 1)
    await run({ credential: OWN })
    time.pass(1)
    expect(locks.bars(key.name, time.nowMs())).toBeNull()
  })

  test('is still to be tried after an edit that did not fit, and was not sent', async () => {
    const { run } = lockedStage(() => EDITED, TRIED_AGAIN_MS)
    const unfit = fault('image_too_large', 'Too large.')
    await run({}, { ...STEPS, fit: async () => ({ kind: 'fault', fault: unfit }) })
    expect(await run()).toMatchObject({ judgement: { outcome: 'edited' } })
  })

  test('is still to be tried after an edit that its caller called off', async () => {
    const { run } = lockedStage((nth) => (nth === 0 ? failing('cancelled') : EDITED), TRIED_AGAIN_MS)
    await run()
    expect(await run()).toMatchObject({ judgement: { outcome: 'edited' } })
  })

  test.each(['rate_limited', 'quota_exhausted'] as const)('is let in where it hears %s', async (code) => {
    const { key, locks, run } = lockedStage(() => failing(code, { waitMs: 100_000 }), TRIED_AGAIN_MS)
    await run({ deadlineMs: 1000 })
    expect(locks.why(key.name)).toBeNull()
  })
})

test('a target is not ejected where no key of the other can be used', async () => {
  const { candidates, parts } = stage({ a: [() => failing('upstream_error')], b: [() => EDITED] })
  const [a] = candidates
  if (a === undefined) throw new Error('nobody is on the stage')
  const alone = { ...parts, keysOf: ({ name, keys }: Candidate['target']) => (name === 'b' ? [] : keys) }
  for (let times = 0; times < 3; times += 1) await route(candidates, STEPS, alone, OPTIONS)
  expect(parts.state.site(a).health.standing(parts.clock.monotonicMs()).kind).toBe('healthy')
})

function pacedStage(requestsPerMinute: number) {
  const staged = stage({ a: [() => EDITED] })
  const [candidate] = staged.candidates
  const [key] = candidate?.target.keys ?? []
  if (candidate === undefined || key === undefined) throw new Error('nobody is on the stage')
  const paced: RouteKey = { ...key, quota: { requestsPerMinute, inputTokensPerMinute: null } }
  return { ...staged, candidate: { ...candidate, target: { ...candidate.target, keys: [paced] } }, paced }
}

test('an edit that cannot be written down gives back its turn', async () => {
  const { candidate, paced, parts } = pacedStage(1)
  const attemptLog = { begin: () => Promise.reject(new Error('disk')), end: async () => {} }
  const broken = route([candidate], { ...STEPS, attemptLog }, { ...parts, keysOf: () => [paced] }, OPTIONS)
  await expect(broken).rejects.toThrow('disk')
  expect(parts.state.lane(candidate, paced).pace?.readyAtMs(0, 0)).toBe(0)
})

test('edits from before a reload that changed a quota keep the quota of now', () => {
  const [before, now] = [pacedStage(10), pacedStage(5)]
  const { state } = now.parts
  const options: NextOptions = {
    ...OPTIONS,
    inputTokens: 0,
    nowMs: 0,
    ownCredential: false,
    references: [],
    keysOf: () => [now.paced],
    random: () => 0,
  }
  let sent = 0
  for (let times = 0; times < 50; times += 1)
    for (const { candidate } of [before, now])
      if (next(begun([candidate], 4), state, options).kind === 'send') sent += 1
  // A fifth of the five may go at once.
  expect(sent).toBe(1)
})

describe('what an answer says of the gateway’s own key', () => {
  const wire = { status: 403, headers: {}, body: Buffer.from('project 123'), handedOverBytes: 0, cut: false }
  const refusal = failing('permission_denied', { upstream: { status: 403, reason: 'SERVICE_DISABLED' } })

  test('does not go out under another reason for which the edit ended', async () => {
    const { candidates, parts } = stage({ a: [() => ({ ...refusal, wire })], b: [() => EDITED] })
    const [, b] = candidates
    const [key] = b?.target.keys ?? []
    if (b === undefined || key === undefined) throw new Error('nobody is on the stage')
    Object.assign(parts.state.lane(b, key), {
      holdUntilMs: 170_000,
      holdFault: fault('rate_limited', 'Too many.'),
    })
    const routed = await route(candidates, STEPS, parts, { ...OPTIONS, deadlineMs: 60_000 })
    expect(routed.judgement.fault?.code).toBe('rate_limited')
    expect(routed.wire).toBeUndefined()
  })

  test('does not go out to whoever names a file', async () => {
    const { candidates, parts } = stage({ a: [() => ({ ...refusal, wire })] })
    const routed = await route(candidates, STEPS, parts, {
      ...OPTIONS,
      references: ['https://example.com/x'],
    })
    expect(routed.judgement.fault?.code).toBe('invalid_request')
    expect(routed.wire).toBeUndefined()
  })
})

describe('a file that one key is known to read', () => {
  const references = ['https://example.com/cat.jpg']

  test('does not keep an edit at a target that is down', async () => {
    const { candidates, parts, seen } = stage({
      a: [(nth) => (nth === 0 ? EDITED : failing('upstream_unreachable'))],
      b: [() => EDITED],
    })
    for (let times = 0; times < 2; times += 1)
      await route(candidates, STEPS, parts, { ...OPTIONS, references })
    expect(seen.map(({ key }) => key)).toEqual(['a', 'a', 'b'])
  })

  test('nor at a key that is throttled', async () => {
    const { candidates, parts, seen } = stage(
      { a: [(nth) => (nth === 0 ? EDITED : failing('rate_limited', { waitMs: 170_000 })), () => EDITED] },
      () => 0,
    )
    for (let times = 0; times < 2; times += 1)
      await route(candidates, STEPS, parts, { ...OPTIONS, references, deadlineMs: 60_000 })
    expect(seen.map(({ key }) => key)).toEqual(['a#1', 'a#1', 'a#2'])
  })
})
