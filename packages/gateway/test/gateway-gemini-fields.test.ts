import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startEmulator } from '../src/emulator.ts'
import type { RunningEmulator } from '../src/emulator/options.ts'
import type { RunningGateway } from '../src/gateway.ts'
import { GEMINI } from '../src/wire/fields/gemini.ts'
import { aiStudio, gatewayWith } from './gateway-client.ts'

const photo = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString('base64')

let google: RunningEmulator
let gateway: RunningGateway
beforeAll(async () => {
  google = await startEmulator({ pictures: 'canned' })
  gateway = await gatewayWith({ targets: [aiStudio(google.url)] })
})
afterAll(async () => {
  await gateway.close()
  await google.close()
})

async function ask(plantain: object, headers: Readonly<Record<string, string>> = {}) {
  const parts = [{ text: 'make it brighter' }, { inlineData: { mimeType: 'image/jpeg', data: photo } }]
  const response = await fetch(`${gateway.url}/v1/models/gemini-nano-banana-2.1:generateContent`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ contents: [{ parts }], plantain }),
  })
  const { error } = JSON.parse(await response.text())
  return { status: response.status, message: String(error?.message) }
}

/** Values that the options' own rules take. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  'output.mimeType': 'image/png',
  'output.quality': 80,
  'output.delivery': 'url',
  'output.count': 2,
}

const REFUSED = Object.entries(GEMINI).flatMap(([path, fate]) =>
  fate.kind === 'refused' ? [[path.replace('plantain.', ''), fate] as const] : [],
)

test.each(REFUSED)(
  'plantain.%s is refused by the words of the table, and its harmless values are not',
  async (path, fate) => {
    const [around = '', name = ''] = path.split('.')
    const { status, message } = await ask({ [around]: { [name]: SAMPLES[path] } })
    expect([status, message]).toEqual([400, `plantain.${path} is refused: ${fate.why}.`])
    for (const value of fate.unless ?? []) {
      expect(await ask({ [around]: { [name]: value } })).toMatchObject({ status: 200 })
    }
  },
)

test('as a header too', async () => {
  expect(await ask({}, { 'plantain-count': '2' })).toMatchObject({
    status: 400,
    message: expect.stringContaining('plantain.output.count is refused'),
  })
  expect(await ask({}, { 'plantain-count': '1' })).toMatchObject({ status: 200 })
})

test('a mask that is null is none, and one may come as a data URL', async () => {
  expect(await ask({ mask: null })).toMatchObject({ status: 200 })
  const { width, height } = await sharp(Buffer.from(photo, 'base64')).metadata()
  const mask = await sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  const url = `data:image/png;base64,${mask.toString('base64')}`
  expect(await ask({ mask: url })).toMatchObject({ status: 200 })
  // Where a model has no place for a mask, it goes beside the photo.
  expect(google.state().calls.slice(-2)).toMatchObject([{ images: [{}] }, { images: [{}, {}] }])
})

test('a name of the caller’s own is not repeated at length', async () => {
  for (const own of [{ metadata: { ['x'.repeat(300)]: 'a' } }, { ['x'.repeat(300)]: 'a' }]) {
    const { status, message } = await ask(own)
    expect([status, message]).toEqual([400, expect.stringMatching(/(?<!x)x{64}(?!x)/)])
    expect(message).not.toMatch(/x{65}/)
  }
})
