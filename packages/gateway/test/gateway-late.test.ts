import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { startEmulator } from '../src/emulator.ts'
import { EDITS, GENERATE } from './bad-input.ts'
import { gatewayOn, type LoggedGateway } from './gateway-client.ts'
import { openRaw, requestOf } from './raw-socket.ts'

const PHOTO = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString('base64')
const IMAGE = { inlineData: { mimeType: 'image/jpeg', data: PHOTO } }
const HEADERS = [['content-type', 'application/json']] as const
const WORDS = 'Make the sky pink'

let emulator: Awaited<ReturnType<typeof startEmulator>>
let gateway: LoggedGateway

beforeEach(async () => {
  emulator = await startEmulator({ pictures: 'canned', personas: 'latency=1s' })
  gateway = await gatewayOn(emulator.url)
})

afterEach(async () => {
  await gateway.close()
  await emulator.close()
  expect(gateway.errors()).toEqual([])
})

const native = { path: EDITS, body: JSON.stringify({ input: [WORDS, IMAGE] }) }
const gemini = { path: GENERATE, body: JSON.stringify({ contents: [{ parts: [{ text: WORDS }, IMAGE] }] }) }
const stream = { ...gemini, path: `${GENERATE.replace(':generate', ':streamGenerate')}?alt=sse` }

const calls = () => emulator.state().calls.length

function ask({ path, body }: typeof native): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: HEADERS.map(([...pair]) => pair),
    body,
  })
}

test.each([
  ['native', native],
  ['Gemini', gemini],
  ['a stream of Gemini', stream],
])('whoever leaves once Google is at work finds the result when it asks again: %s', async (_, asked) => {
  const raw = await openRaw(gateway.port)
  onTestFinished(() => void raw.socket.destroy())
  await raw.write(requestOf({ path: asked.path, headers: HEADERS }, asked.body))
  await expect.poll(calls).toBe(1)
  raw.socket.resetAndDestroy()
  // Long enough that the edit is done.
  await new Promise((resolve) => setTimeout(resolve, 1600))
  expect(calls()).toBe(1)
  const again = await ask(asked)
  expect([again.status, again.headers.get('plantain-cost-micro-usd')]).toEqual([200, '0'])
  expect(again.headers.get('plantain-notice')).toContain('late_result')
  expect(await again.text()).toContain('"data":')
  expect(calls()).toBe(1)
  // It is given out once; whoever asks a third time asks Google.
  const third = await ask(asked)
  expect(third.headers.get('plantain-notice') ?? '').not.toContain('late_result')
  await third.text()
  expect(calls()).toBe(2)
})

async function asksAndLeaves(asked: typeof native): Promise<void> {
  const raw = await openRaw(gateway.port)
  onTestFinished(() => void raw.socket.destroy())
  const before = calls()
  await raw.write(requestOf({ path: asked.path, headers: HEADERS }, asked.body))
  await expect.poll(calls).toBe(before + 1)
  raw.socket.resetAndDestroy()
}

test('whoever asks again while Google is still at work waits for that, and nothing is made twice', async () => {
  await asksAndLeaves(native)
  // Two impatient clients in turn: the second leaves as well, and the third gets it.
  const impatient = await openRaw(gateway.port)
  await impatient.write(requestOf({ path: native.path, headers: HEADERS }, native.body))
  await new Promise((resolve) => setTimeout(resolve, 200))
  impatient.socket.resetAndDestroy()
  const again = await ask(native)
  expect([again.status, again.headers.get('plantain-cost-micro-usd')]).toEqual([200, '0'])
  expect(again.headers.get('plantain-notice')).toContain('late_result')
  await again.text()
  expect(calls()).toBe(1)
})

test('a late result that its caller did not wait for either is kept on', async () => {
  await asksAndLeaves(native)
  await new Promise((resolve) => setTimeout(resolve, 1600))
  const raw = await openRaw(gateway.port)
  await raw.write(requestOf({ path: native.path, headers: HEADERS }, native.body))
  raw.socket.resetAndDestroy()
  await new Promise((resolve) => setTimeout(resolve, 300))
  const again = await ask(native)
  expect(again.headers.get('plantain-notice')).toContain('late_result')
  await again.text()
  expect(calls()).toBe(1)
})

test('an answer without an image was billed as well, and is not asked for twice', async () => {
  emulator.addPersonas('no-image')
  await asksAndLeaves(gemini)
  await new Promise((resolve) => setTimeout(resolve, 1600))
  const again = await ask(gemini)
  expect(again.status).toBe(200)
  expect(again.headers.get('plantain-notice')).toContain('late_result')
  await again.text()
  expect(calls()).toBe(1)
})

test('another question is none of those that were asked', async () => {
  const raw = await openRaw(gateway.port)
  await raw.write(requestOf({ path: native.path, headers: HEADERS }, native.body))
  await expect.poll(() => emulator.state().calls.length).toBe(1)
  raw.socket.resetAndDestroy()
  await new Promise((resolve) => setTimeout(resolve, 1600))
  const other = await ask({ ...native, body: native.body.replace('pink', 'green') })
  expect(other.headers.get('plantain-notice') ?? '').not.toContain('late_result')
  await other.text()
})
