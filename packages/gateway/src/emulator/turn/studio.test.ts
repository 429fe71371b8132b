import { readFileSync } from 'node:fs'
import { fetch } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { emulatorFor, KEY, MODEL } from '../../../test/emulator-client.ts'
import { createStudio, MOST_CANNED_BYTES } from './studio.ts'

const PHOTO = readFileSync(new URL('../../../../../examples/photos/chelsea.png', import.meta.url))

/** The status, and how many bytes the picture of an answer has. */
async function drawn(cannedBytes: number) {
  const { url } = await emulatorFor({ cannedBytes })
  const answer = await fetch(`${url}/v1beta/models/${MODEL}:generateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': KEY },
    body: JSON.stringify({ contents: [{ parts: [{ text: 'a cat' }] }] }),
  })
  const [, picture = ''] = /"data":\s*"([^"]+)"/.exec(await answer.text()) ?? []
  return { status: answer.status, bytes: Buffer.from(picture, 'base64').length }
}

test('a canned picture is as long as told, or as short as it gets', async () => {
  const shortest = await drawn(0)
  expect(shortest.status).toBe(200)
  expect(await drawn(100)).toEqual(shortest)
  for (const more of [1, 11, 40_000]) {
    const { status, bytes } = await drawn(shortest.bytes + more)
    expect(status).toBe(200)
    expect(bytes - shortest.bytes - more).toBeOneOf([...Array(12).keys()])
  }
})

test.each([MOST_CANNED_BYTES + 1, -1, 0.5, Number.NaN])(
  'no emulator starts with %d bytes',
  async (cannedBytes) => {
    await expect(emulatorFor({ cannedBytes })).rejects.toMatchObject({ code: 'invalid_request' })
  },
)

test('a mask is looked for only as long as it is wanted', async () => {
  const studio = createStudio({ pictures: 'engine', drift: 'faithful' })
  onTestFinished(() => studio.close())
  const begun = performance.now()
  const signal = AbortSignal.timeout(300)
  await expect(studio.findMask(PHOTO, 'foreground', signal)).rejects.toThrow(/abort/i)
  expect(performance.now() - begun).toBeLessThan(2000)
})

test('whoever hangs up while a mask is looked for leaves no work behind', async () => {
  const emulator = await emulatorFor({ pictures: 'engine' })
  const referenceImages = [
    {
      referenceType: 'REFERENCE_TYPE_RAW',
      referenceId: 1,
      referenceImage: { bytesBase64Encoded: PHOTO.toString('base64') },
    },
    {
      referenceType: 'REFERENCE_TYPE_MASK',
      referenceId: 2,
      maskImageConfig: { maskMode: 'MASK_MODE_FOREGROUND' },
    },
  ]
  const path =
    'v1/projects/p/locations/us-central1/publishers/google/models/imagen-3.0-capability-001:predict'
  const hasty = fetch(`${emulator.url}/${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer ya29.x' },
    body: JSON.stringify({
      instances: [{ prompt: 'a dog', referenceImages }],
      parameters: { editMode: 'EDIT_MODE_INPAINT_INSERTION' },
    }),
    signal: AbortSignal.timeout(500),
  })
  await expect(hasty).rejects.toThrow(/timeout|abort/i)
  const gone = performance.now()
  await emulator.waitFor({ open: 0 }, { timeoutMs: 10_000 })
  expect(performance.now() - gone).toBeLessThan(2000)
  expect(emulator.state()).toMatchObject({ crashes: 0 })
})
