import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startProgress } from './progress.ts'
import { createTerminal } from './terminal.ts'

let nowMs = 0
beforeEach(() => {
  nowMs = 0
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

function channel(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 60 })
  const env = { NO_COLOR: '1' }
  const versions = { node: '24.0.0' }
  const { stderr } = createTerminal({
    stdin: stream,
    stdout: stream,
    stderr: stream,
    env,
    platform: 'linux',
    versions,
  })
  return { stderr, written: () => String(stream.read() ?? '') }
}

const clock = { now: () => nowMs, monotonicMs: () => nowMs }

test('a bar says how many are done and how long the rest will take, and leaves a clean line', () => {
  const { stderr, written } = channel(true)
  const progress = startProgress(stderr, 4, clock)
  progress.begin('a.jpg')
  nowMs = 3000
  progress.finish()
  progress.begin('b.jpg')
  expect(written()).toMatch(/━{6}╌{18} 1\/4 {2}9\.0 s left {2}b\.jpg$/)
  progress.say('a.edited.png')
  expect(written()).toBe('\r\x1b[2Ka.edited.png\n')
  vi.advanceTimersByTime(200)
  expect(written()).toContain('1/4')
  progress.stop()
  expect(written()).toBe('\r\x1b[2K\x1b[?25h')
  vi.advanceTimersByTime(1000)
  expect(written()).toBe('')
})

test('no line of it is wider than the terminal', () => {
  const { stderr, written } = channel(true)
  const progress = startProgress(stderr, 1, clock)
  progress.begin('x'.repeat(200))
  const line = written().split('\x1b[2K').at(-1) ?? ''
  expect(line.length).toBeLessThan(60)
  expect(line).toMatch(/^editing xxx/)
  progress.stop()
})

test('where no terminal is, there are the lines alone', () => {
  const { stderr, written } = channel(false)
  const progress = startProgress(stderr, 2, clock)
  progress.begin('a.jpg')
  progress.say('a.edited.png')
  progress.stop()
  expect(written()).toBe('a.edited.png\n')
})
