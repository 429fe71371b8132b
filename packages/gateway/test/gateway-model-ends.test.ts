import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { hashOf, newGatewayKey } from '../src/auth/gateway-key.ts'
import { startEmulator } from '../src/emulator.ts'
import { createShiftedClock } from '../src/emulator/shifted-clock.ts'
import type { Log, LogFields } from '../src/observe/log.ts'
import { realSystem } from '../src/system.ts'
import { aiStudio, gatewayWith, KEYLESS, SILENT } from './gateway-client.ts'

const data = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString('base64')
const DAY_MS = 86_400_000
const KEY = newGatewayKey({ env: 'test', random: realSystem.random }).reveal()

/** A gateway before a Google of the same day, whose key may use one model; both clocks go on together. */
async function bothOn(date: `${number}-${number}-${number}`) {
  const emulator = await startEmulator({ pictures: 'canned', date })
  onTestFinished(() => emulator.close())
  const clock = createShiftedClock(realSystem.clock, Date.parse(date) - realSystem.clock.now())
  const warned: (readonly [string, LogFields | undefined])[] = []
  const log: Log = { ...SILENT, warn: (message, fields) => void warned.push([message, fields]) }
  const caller = { ...KEYLESS, keyId: 'web', models: ['gemini-2.5-flash-image'] }
  const keys = [{ hash: hashOf(KEY), caller }]
  const gateway = await gatewayWith(
    { targets: [aiStudio(emulator.url)], keys },
    { log, system: { ...realSystem, clock } },
  )
  onTestFinished(async () => void (await gateway.close()))
  const advance = (ms: number) => {
    clock.advance(ms)
    emulator.advanceClock(ms)
  }
  let nth = 0
  const edit = async (model: string) => {
    const input = [`Add red hat number ${(nth += 1)}`, { inlineData: { data, mimeType: 'image/jpeg' } }]
    const response = await fetch(`${gateway.url}/v1/edits`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'plantain-key': KEY },
      body: JSON.stringify({ model, input }),
    })
    const { model: made } = JSON.parse(await response.text()) as { model: string | null }
    return [response.status, made]
  }
  return { advance, edit, warned }
}

test('the clock goes past the end of a model: no edit fails, by whichever name and for a key bound to it', async () => {
  const { advance, edit, warned } = await bothOn('2026-10-01')
  const names = ['gemini-2.5-flash-image', 'nano-banana', 'models/gemini-2.5-flash-image']
  for (const name of names) expect(await edit(name)).toEqual([200, 'gemini-2.5-flash-image'])
  expect(warned).toMatchObject([['Edits ask for a model that is to be left.', { notice: 'model_ending' }]])

  const replaced = () =>
    warned.map(([, fields]) => fields).filter((fields) => fields?.['notice'] === 'model_migrated')
  for (const [days, successor] of [
    [2, 'gemini-3.1-flash-image'],
    [4, 'gemini-nano-banana-2.1'],
  ] as const) {
    advance(days * DAY_MS)
    for (const name of names) expect(await edit(name)).toEqual([200, successor])
    expect(replaced().at(-1)).toMatchObject({
      asked: 'gemini-2.5-flash-image',
      used: successor,
      differences: { inputImages: { before: 3, after: 14 } },
    })
  }
  expect(replaced()).toHaveLength(2)
}, 60_000)
