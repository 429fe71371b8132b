import { execFileSync, spawn } from 'node:child_process'
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { realSystem } from '../system.ts'
import { handClock } from './clock.fixture.ts'
import { createLog, type LogOptions } from './log.ts'

const folder = mkdtempSync(join(tmpdir(), 'log-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function logToFile(options: Partial<LogOptions> = {}) {
  files += 1
  const file = join(folder, 'new', `${files}.log`)
  const log = createLog({ clock: handClock().system.clock, level: 'info', to: { file }, ...options })
  const lines = async () => {
    await log.close({ timeoutMs: 60_000 })
    return readFileSync(file, 'utf8').split('\n').slice(0, -1)
  }
  return { log, file, lines }
}

test('a line of JSON for each message, with time and level, and nothing of the machine', async () => {
  const { log, lines } = logToFile()
  log.info('Listening', { url: 'http://127.0.0.1:8080', keys: 2 })
  log.warn('A key is old', { keyId: 'web' })
  log.debug('not asked for')
  log.error('It broke', { error: new Error('why') })
  const [listening, ...others] = (await lines()).map((line) => JSON.parse(line))
  expect(listening).toEqual({
    level: 'info',
    time: '2026-09-21T14:13:20.000Z',
    url: 'http://127.0.0.1:8080',
    keys: 2,
    msg: 'Listening',
  })
  expect(others).toMatchObject([
    { level: 'warn', keyId: 'web', msg: 'A key is old' },
    { level: 'error', error: { message: 'why' } },
  ])
})

test('what comes from outside is clean, in the message as in the fields', async () => {
  const { log, lines } = logToFile()
  log.error('Refused AIzaSyA-0123456789abcdef\nlevel: forged', { said: 'Bearer abcdefghijk' })
  expect((await lines()).map((line) => JSON.parse(line))).toMatchObject([
    { msg: 'Refused [redacted] level: forged', said: '[redacted]' },
  ])
})

test('a value that cannot even be read costs its own line and nothing else', async () => {
  const { log, lines } = logToFile()
  const error = Object.defineProperty(new Error('x'), 'message', {
    get: () => {
      throw new Error('a bug')
    },
  })
  log.error('odd', { error })
  log.info('fine')
  expect(log.lost()).toBe(1)
  expect(await lines()).toHaveLength(1)
})

test('nothing is written below the level, nor at all where it is silent', async () => {
  const quiet = logToFile({ level: 'error' })
  quiet.log.warn('no')
  quiet.log.error('yes')
  expect(await quiet.lines()).toHaveLength(1)
  const silent = logToFile({ level: 'silent' })
  silent.log.error('no')
  expect(await silent.lines()).toEqual([])
})

test('files are appended to, and read by their owner and group only', async () => {
  const { log, file, lines } = logToFile()
  log.info('first')
  await lines()
  const again = createLog({ clock: realSystem.clock, level: 'info', to: { file } })
  again.info('second')
  await again.close({ timeoutMs: 60_000 })
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3)
  expect(statSync(file).mode & 0o007).toBe(0)
})

test('a file that cannot be written is told at once', () => {
  const to = { file: '/dev/null/no/such.log' }
  expect(() => createLog({ clock: realSystem.clock, level: 'info', to })).toThrow(
    /log file \/dev\/null\/no\/such\.log cannot be written/,
  )
})

test('lines are in order and whole when thousands come at once', async () => {
  const { log, lines } = logToFile()
  for (let i = 0; i < 5000; i += 1) log.info(`message ${i}`)
  const numbers = (await lines()).map((line) => JSON.parse(line).msg)
  expect(numbers).toEqual(Array.from({ length: 5000 }, (_, i) => `message ${i}`))
})

test('a destination that takes nothing holds no memory and no caller up: lines are dropped and counted', async () => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  // Open for both, and never read: what a stuck reader of standard output is like.
  const fd = openSync(pipe, 'r+')
  const log = createLog({ clock: realSystem.clock, level: 'info', to: { fd }, maxWaitingBytes: 100_000 })
  for (let i = 0; i < 20_000; i += 1) log.info('x'.repeat(200))
  expect(log.lost()).toBeGreaterThan(19_000)
  await log.close({ timeoutMs: 50 })
  log.info('too late')
  expect(() => log.info('too late')).not.toThrow()
  // The write that is stuck is let go by reading what is in the pipe.
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
  expect(readSync(reader, Buffer.alloc(1_000_000))).toBeGreaterThan(0)
  closeSync(reader)
})

test('a program that ends without closing has still said everything', async () => {
  const program = `
    import { createLog } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)}
    const log = createLog({ clock: { now: () => 0, monotonicMs: () => 0 }, level: 'info', to: { fd: 1 }, format: process.argv[1] })
    for (let i = 0; i < 100; i += 1) log.info('message', { i })
    process.exit(0)`
  const run = spawn(process.execPath, ['--input-type=module', '-e', program, 'json'])
  expect((await text(run.stdout)).split('\n').slice(0, -1)).toHaveLength(100)
})

test('a reader that goes away does not take the program with it', async () => {
  const program = `
    import { createLog } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)}
    const log = createLog({ clock: { now: () => 0, monotonicMs: () => 0 }, level: 'info', to: { fd: 1 } })
    const timer = setInterval(() => log.info('x'.repeat(250)), 1)
    setTimeout(async () => {
      clearInterval(timer)
      await log.close()
      process.stderr.write(log.lost() > 0 ? 'alive' : 'nothing lost')
    }, 500)`
  const run = spawn(process.execPath, ['--input-type=module', '-e', program])
  run.stdout.destroy()
  expect(await text(run.stderr)).toBe('alive')
})

test('a person at a terminal reads one line for each request', async () => {
  const { log, lines } = logToFile({ format: 'readable' })
  log.info('Listening', { url: 'http://127.0.0.1:8080', keys: ['a'] })
  log.write('info', 'request', {
    requestId: 'req_1',
    keyId: 'web',
    method: 'POST',
    route: '/v1/edits',
    status: 200,
    code: null,
    how: 'answered',
    ms: 8123.4,
    outcome: 'edited',
    model: 'gemini-nano-banana-2.1',
    target: 'ai-studio',
    costMicroUsd: 39_000,
  })
  log.write('warn', 'request', {
    requestId: 'req_2',
    method: 'GET',
    route: '/v1/models',
    status: 499,
    code: 'cancelled',
    how: 'left',
    ms: 3,
  })
  expect(await lines()).toEqual([
    '14:13:20 info  Listening  url=http://127.0.0.1:8080  keys=["a"]',
    '14:13:20 info  POST /v1/edits 200  edited  8.12 s  ai-studio  gemini-nano-banana-2.1  $0.0390  web  req_1',
    '14:13:20 warn  GET /v1/models 499  left  cancelled  0.00 s  req_2',
  ])
})
