import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { AttemptBounds } from '../contract/attempt-bounds.ts'
import type { ProviderRequest } from '../contract/provider.ts'
import { DEFAULT_IMAGE_LIMITS as imageLimits } from '../image/limits.ts'
import type { Pool } from '../image/pool.ts'
import { createLocalProvider } from './local.ts'

const EDIT: ProviderRequest = { model: 'local', input: [{ kind: 'text', text: 'brighter' }] }

/** A pool with work that would take a minute. */
const slow: Pool = {
  run: async (_task, _input, { signal }) => wait(60_000, undefined, { signal }).then(() => Promise.reject()),
  close: () => Promise.resolve(),
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}

function send(bounds: Partial<AttemptBounds>) {
  return createLocalProvider({ pool: slow, imageLimits }).send(EDIT, {
    signal: AbortSignal.timeout(10_000),
    ...bounds,
  })
}

test.each<[string, () => Partial<AttemptBounds>]>([
  ['an abort', () => ({ signal: AbortSignal.timeout(50) })],
  ['a caller who leaves', () => ({ leaving: AbortSignal.timeout(50) })],
  ['a caller who has left', () => ({ leaving: AbortSignal.abort() })],
  ['whatever comes first', () => ({ leaving: AbortSignal.timeout(50), timeouts: { totalMs: 5000 } })],
])('%s ends local work, which costs nothing', async (_, bounds) => {
  const begun = performance.now()
  expect(await send(bounds())).toEqual({
    kind: 'fault',
    fault: { code: 'cancelled', message: 'The edit was cancelled.', charged: 'no' },
  })
  expect(performance.now() - begun).toBeLessThan(3000)
})

test('the total bounds local work; the other timeouts are of networks', async () => {
  const begun = performance.now()
  const answer = await send({ timeouts: { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 200 } })
  expect(answer).toMatchObject({
    kind: 'fault',
    fault: {
      code: 'upstream_timeout',
      charged: 'no',
      message: expect.stringContaining('timeouts.totalMs'),
    },
  })
  expect(performance.now() - begun).toBeGreaterThan(180)
})

test('what fails of itself is a bug still, and no timer outlives it', async () => {
  const before = timers()
  const pool: Pool = { ...slow, run: () => Promise.reject(new TypeError('a bug')) }
  const sent = createLocalProvider({ pool, imageLimits }).send(EDIT, {
    signal: AbortSignal.timeout(10_000),
    timeouts: { totalMs: 60_000 },
  })
  expect(timers()).toBe(before + 1)
  await expect(sent).rejects.toThrow('a bug')
  expect(timers()).toBe(before)
})
