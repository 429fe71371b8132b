import { expect, test } from 'vitest'
import { handClock } from './clock.fixture.ts'
import { createDaily } from './daily.ts'
import { createLog, type Log } from './log.ts'

const HOUR_MS = 3_600_000

/** From 20:00 UTC on. */
function dailyAt(startMs = Date.parse('2026-10-02T20:00:00Z')) {
  const { system, pass } = handClock(startMs)
  const warned: string[] = []
  const silent = createLog({ clock: system.clock, level: 'silent', to: { fd: 2 } })
  const log: Log = { ...silent, warn: (message) => void warned.push(message) }
  const daily = createDaily({ log, clock: system.clock })
  return { pass, warned, tell: (key: string) => daily({ key, message: key, fields: {} }) }
}

test('the same news is told once, and again on the next day', () => {
  const { pass, warned, tell } = dailyAt()
  for (const key of ['a', 'b', 'a', 'a']) tell(key)
  pass(3 * HOUR_MS)
  tell('a')
  expect(warned).toEqual(['a', 'b'])
  pass(HOUR_MS)
  tell('a')
  tell('a')
  expect(warned).toEqual(['a', 'b', 'a'])
})

test('what is remembered is bounded, however much news there is', () => {
  const { pass, warned, tell } = dailyAt()
  for (let i = 0; i < 5000; i += 1) tell(`news-${i}`)
  expect(warned).toHaveLength(1000)
  tell('news-4999')
  expect(warned).toHaveLength(1000)
  pass(24 * HOUR_MS)
  tell('news-4999')
  expect(warned).toHaveLength(1001)
})
