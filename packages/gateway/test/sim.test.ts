import { expect, test } from 'vitest'
import { figures } from './sim/figures.ts'
import { simulateSeed } from './sim/sim.worker.ts'

test('in random worlds nothing happens that must never be, and every seed replays', async () => {
  let edited = 0
  let attempts = 0
  for (let seed = 1; seed <= 40; seed += 1) {
    const world = await simulateSeed({ seed, edits: 500 })
    expect(world.violations).toEqual([])
    edited += world.edited
    attempts += world.attempts
    if (seed % 10 === 0) expect(await simulateSeed({ seed, edits: 500 })).toEqual(world)
  }
  // The worlds are bad, and not so bad that nothing is left to be routed.
  expect(edited).toBeGreaterThan(5000)
  expect(attempts).toBeGreaterThan(10_000)
})

test('success and attempts an edit are within what is promised', async () => {
  const lines: string[] = []
  const kept = await figures({ edits: 10_000, seeds: 1, say: (line) => lines.push(line) })
  expect(kept, lines.join('\n')).toBe(true)
})
