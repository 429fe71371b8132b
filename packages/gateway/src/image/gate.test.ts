import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createGate } from './gate.ts'

test('work under way stays within the limit, in the order of asking', async () => {
  const gate = createGate({ capacity: 10 })
  const ends: (() => void)[] = []
  const begun: string[] = []
  const run = (name: string, weight: number) =>
    gate.run(weight, async () => {
      begun.push(name)
      await new Promise<void>((resolve) => ends.push(resolve))
      return name
    })
  const all = [run('a', 6), run('b', 4), run('c', 5), run('d', 1)]
  await turn()
  // The last one would fit, and waits its turn all the same.
  expect(begun).toEqual(['a', 'b'])
  ends[0]?.()
  await turn()
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  for (const end of ends) end()
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd'])
})

test('what is heavier than the limit runs alone, and a failure makes room', async () => {
  const gate = createGate({ capacity: 10 })
  await expect(
    gate.run(1000, async () => {
      throw new Error('broken')
    }),
  ).rejects.toThrow('broken')
  expect(await gate.run(1000, async () => 'fits')).toBe('fits')
})

test('whoever leaves the line makes room for those behind', async () => {
  const gate = createGate({ capacity: 10 })
  const { promise, resolve } = Promise.withResolvers<void>()
  const first = gate.run(8, () => promise)
  const leaving = new AbortController()
  const second = gate.run(5, async () => 'second', { signal: leaving.signal })
  const third = gate.run(2, async () => 'third')
  leaving.abort(new Error('gone'))
  await expect(second).rejects.toThrow('gone')
  expect(await third).toBe('third')
  resolve()
  await first
})
