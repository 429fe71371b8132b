import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { image, PHOTO } from './interactions.fixture.ts'
import { type Memory, memoryAfter, memoryOf } from './memory.ts'

/** A picture that is seen first, and the memory of one made then. */
function seenThenMade(): { readonly seen: WeakRef<Uint8Array>; readonly memory: Memory } {
  const bytes = new Uint8Array(1_000_000)
  const asked = { images: [{ bytes, mimeType: 'image/png' }], inputImages: 1, inputChars: 0 }
  return { seen: new WeakRef(bytes), memory: memoryAfter([image()], memoryOf(asked)) }
}

test('the picture made last is all that is held', async () => {
  const { seen, memory } = seenThenMade()
  // What a WeakRef was made of stays until the turn of the event loop is over.
  await new Promise(setImmediate)
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
  expect(seen.deref()).toBeUndefined()
  expect(Buffer.compare(memory.lastImage?.open().bytes ?? Buffer.of(), PHOTO)).toBe(0)
  expect(memory.images).toBe(2)
})
