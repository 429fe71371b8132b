import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { quickHeader } from './quick-header.ts'
import { sniff } from './sniff.ts'

const picture = (channels: 3 | 4, background = '#48a8'): Sharp =>
  sharp({ create: { width: 37, height: 21, channels, background } })

/** What the decoder says, where that is what `quickHeader` speaks of. */
async function decoded(bytes: Buffer) {
  const { width, height, hasAlpha, depth, space, orientation = 1 } = await sharp(bytes).metadata()
  const plain = depth === 'uchar' && orientation === 1 && (space === 'srgb' || space === 'b-w')
  return plain ? { width, height, hasAlpha } : null
}

function quick(bytes: Uint8Array) {
  const sniffed = sniff(bytes)
  if (sniffed.kind !== 'image') throw new Error(sniffed.looksLike)
  return quickHeader(bytes, sniffed.type)
}

test.each<[string, Sharp]>([
  ['a JPEG', picture(3).jpeg()],
  ['a progressive JPEG', picture(3).jpeg({ progressive: true })],
  ['a JPEG with a profile', picture(3).withIccProfile('p3').jpeg()],
  ['a grey JPEG', picture(3).greyscale().jpeg()],
  ['a PNG', picture(3).png()],
  ['a PNG with alpha', picture(4).png()],
  ['a grey PNG', picture(3).greyscale().png()],
  ['a grey PNG with alpha', picture(4).toColourspace('b-w').png()],
  ['a PNG with a profile', picture(3).withIccProfile('p3').png()],
])('%s is read as the decoder reads it', async (_, made) => {
  const bytes = await made.toBuffer()
  expect(quick(bytes)).toEqual(await decoded(bytes))
  expect(quick(bytes)).not.toBeNull()
  // Of what is cut before the pixels nothing is said.
  expect(quick(bytes.subarray(0, 24))).toBeNull()
})

test.each<[string, Sharp]>([
  ['a turned JPEG', picture(3).withMetadata({ orientation: 6 }).jpeg()],
  ['a CMYK JPEG', picture(3).toColourspace('cmyk').jpeg()],
  ['a PNG of 16 bits', picture(3).toColourspace('rgb16').png()],
  ['a PNG with a palette', picture(4).png({ palette: true })],
  ['a turned PNG', picture(3).withMetadata({ orientation: 6 }).png()],
  ['a WebP', picture(3).webp()],
  ['a GIF', picture(3).gif()],
])('%s is left to the decoder', async (_, made) => {
  expect(quick(await made.toBuffer())).toBeNull()
})

test('a spoiled header is left to the decoder, or read as the decoder would', async () => {
  const seen = { read: 0, left: 0 }
  for (const whole of [await picture(3).jpeg().toBuffer(), await picture(4).png().toBuffer()]) {
    for (let at = 4; at < Math.min(whole.length, 330); at += 1) {
      for (const value of [0, 1, 0xff, (whole[at] ?? 0) ^ 0x10]) {
        const bytes = Buffer.from(whole)
        bytes[at] = value
        if (sniff(bytes).kind === 'other') continue
        const header = quick(bytes)
        seen[header === null ? 'left' : 'read'] += 1
        if (header === null) continue
        const truth = await decoded(bytes).catch(() => 'unreadable' as const)
        if (truth !== 'unreadable') expect([at, value, header]).toEqual([at, value, truth])
      }
    }
  }
  expect(Math.min(seen.read, seen.left)).toBeGreaterThan(100)
})

test('sample photos are read as the decoder reads them', async () => {
  const folder = join(import.meta.dirname, '../../../../examples')
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(?:jpe?g|png)$/.test(name))
  expect(names.length).toBeGreaterThan(2)
  for (const name of names) {
    const bytes = await readFile(join(folder, name))
    const header = quick(bytes)
    if (header !== null) expect([name, header]).toEqual([name, await decoded(bytes)])
  }
})
