import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { realSystem } from '../system.ts'
import { requireConsent } from './consent.ts'
import { createTerminal } from './terminal.ts'

let config: string
let announced = 0
beforeEach(() => {
  config = mkdtempSync(join(tmpdir(), 'plantain-consent-'))
  announced = 0
})

/** A terminal at which `keys` are typed a little later. */
function terminalWith(keys: string | null) {
  const stdin = Object.assign(new PassThrough(), { isTTY: keys !== null, setRawMode: () => stdin })
  const output = Object.assign(new PassThrough(), { isTTY: keys !== null, columns: 80, rows: 24 })
  output.resume()
  if (keys !== null) void wait(300).then(() => stdin.write(keys))
  return createTerminal({
    stdin,
    stdout: output,
    stderr: output,
    env: { XDG_CONFIG_HOME: config },
    platform: 'linux',
    versions: { node: '24.0.0' },
  })
}

function require(keys: string | null, { target = 'ai-studio', agreedNow = false } = {}): Promise<void> {
  const question = { target, place: 'Google', agreedNow, cost: 'about $0.04' }
  const context = {
    terminal: terminalWith(keys),
    clock: realSystem.clock,
    signal: new AbortController().signal,
  }
  return requireConsent(question, () => (announced += 1), context)
}

const agreedFile = () => join(config, 'plantain', 'agreed.json')

test('where nobody can be asked, nothing is sent unless it was agreed to', async () => {
  await expect(require(null)).rejects.toMatchObject({
    code: 'consent_required',
    message: expect.stringMatching(/about \$0\.04.*--yes/),
  })
  expect(announced).toBe(0)
  await require(null, { agreedNow: true })
  expect(announced).toBe(1)
  expect(() => statSync(agreedFile())).toThrow(/ENOENT/)
})

test('a yes is remembered for that target alone, readable by its owner only', async () => {
  await require('y')
  expect(Object.keys(JSON.parse(readFileSync(agreedFile(), 'utf8')))).toEqual(['ai-studio'])
  expect(statSync(agreedFile()).mode & 0o777).toBe(0o600)
  await require(null)
  await expect(require(null, { target: 'vertex' })).rejects.toMatchObject({ code: 'consent_required' })
})

test.each([
  ['n', 'consent_required'],
  ['\r', 'consent_required'],
  ['\x03', 'cancelled'],
])('%j is no agreement', async (keys, code) => {
  await expect(require(keys)).rejects.toMatchObject({ code })
  expect(announced).toBe(1)
  await expect(require(null)).rejects.toMatchObject({ code: 'consent_required' })
})

test('a file that says nothing agrees to nothing', async () => {
  await require('y')
  for (const text of ['', '[]', 'null', '{"ai-studio": true}', 'not json']) {
    writeFileSync(agreedFile(), text)
    await expect(require(null)).rejects.toMatchObject({ code: 'consent_required' })
  }
})
