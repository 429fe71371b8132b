import { tmpdir } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { PERSONAS } from '../src/emulator/faults/persona.ts'
import { SCENARIOS } from '../src/emulator/scenarios.ts'
import { startEmulatorProcess } from './emulator-process.ts'
import { runPlantain } from './run-plantain.ts'

const run = (...args: readonly string[]) => runPlantain(['emulator', ...args], { cwd: tmpdir() })

test('a scenario by its name, on loopback, until it is told to stop', async () => {
  const emulator = await startEmulatorProcess({ args: ['--canned', '--scenario', '4-retry-info'] })
  onTestFinished(async () => void (await emulator.stop()))
  const response = await fetch(
    `http://127.0.0.1:${emulator.port}/v1/models/gemini-nano-banana-2.1:generateContent?key=any`,
    { method: 'POST', body: JSON.stringify({ contents: [{ parts: [{ text: 'a rocket' }] }] }) },
  )
  expect(response.status).toBe(429)
  expect(await response.text()).toContain('"retryDelay": "34.4s"')
  expect(emulator.complaints()).toBe('')
  await emulator.stop()
  expect(emulator.ended()).toBe('exit 0')
})

test('--list knows every scenario and persona, and starts nothing', async () => {
  const { exit, stdout } = await run('--list')
  const words = stdout.toString()
  expect(exit).toBe(0)
  for (const { name } of [...SCENARIOS, ...PERSONAS]) expect(words).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
  expect(words).toMatch(/^ {2}blocked\[=REASON\] +the prompt is blocked/m)
})

test.each([
  [['--persona', 'finish=NOPE'], /^plantain: “finish=NOPE” cannot be read: .*one of STOP, .*\.$/m],
  [['--scenario', '4-retry'], /^plantain: There is no scenario “4-retry”\. There are 1-no-image, /m],
  [['--key', ''], /^plantain: --key is empty: .*`plantain emulator --help`\.$/m],
  [['photo.jpg'], /got 1: photo\.jpg\. See `plantain emulator --help`\.$/m],
] as const)('%j is a mistake: one line, exit 2', async (args, said) => {
  const { exit, stderr } = await run(...args)
  expect(exit).toBe(2)
  expect(stderr).toMatch(said)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})
