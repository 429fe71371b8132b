import { expect, test } from 'vitest'
import { fuzzEmulator } from './fuzz/emulator.fuzz.ts'

test('spoiled requests are answered as Google would, and break nothing', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const { findings, statuses } = await fuzzEmulator({ count: 3000, seed })
  expect(findings, `seed ${seed}`).toEqual([])
  // It got further than being refused.
  expect(statuses[200]).toBeGreaterThan(500)
})
