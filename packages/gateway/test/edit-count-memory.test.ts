import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import type { EncodedImage } from '../src/contract/request.ts'
import { createPlantain } from '../src/main.ts'
import { startEmulatorProcess } from './emulator-process.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Noise, which no format makes smaller. */
const [width, height] = [2048, 1700]
const source = await sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } })
  .png({ compressionLevel: 1 })
  .toBuffer()

/** As a request's body has it: decoded anew whenever it is asked for. */
const asReceived: EncodedImage = {
  byteLength: source.byteLength,
  bytes: () => Uint8Array.from(source),
  pieces: function* pieces() {
    yield source
  },
}

test('four results of one source of ten megabytes hold it once, as one does', async () => {
  const emulator = await startEmulatorProcess({ args: ['--canned', '--persona', 'latency=3s'] })
  onTestFinished(async () => void (await emulator.stop()))
  const env = { GEMINI_API_KEY: 'AIzaTestKeyForLoopbackOnly', GOOGLE_GEMINI_BASE_URL: emulator.url }
  const plantain = await createPlantain(readConfig(env))
  onTestFinished(() => plantain.close())

  /** Megabytes held outside the heap while all that is asked for is on its way. */
  const heldBy = async (count: number): Promise<number> => {
    // What earlier ones held goes only by and by.
    for (let times = 0; times < 3; times += 1) {
      collect()
      await pause(100)
    }
    const before = process.memoryUsage().arrayBuffers
    const editing = plantain.edit(
      {
        input: [
          { kind: 'text', text: 'Make it blue' },
          { kind: 'image', image: asReceived },
        ],
        count,
      },
      new AbortController().signal,
    )
    // All of them are on their way, and their answers far off.
    await fetch(`${emulator.url}/emulator/wait?open=${count}&timeoutMs=20000`)
    await pause(1500)
    collect()
    const held = process.memoryUsage().arrayBuffers - before
    const { images } = await editing
    expect(images).toHaveLength(count)
    return held / 1e6
  }

  expect(source.byteLength).toBeGreaterThan(10e6)
  await heldBy(1)
  const [one, four] = [await heldBy(1), await heldBy(4)]
  // The source and its base64, of which the collector may have come to either; another copy of any of them is more.
  const most = (source.byteLength * (1 + 4 / 3)) / 1e6 + 5
  expect(Math.max(one, four)).toBeGreaterThan(10)
  for (const held of [one, four]) expect(held).toBeLessThan(most)
  console.log(`held: ${one.toFixed(1)} MB for one result, ${four.toFixed(1)} MB for four`)
}, 60_000)
