import sharp from 'sharp'
import { expect, test } from 'vitest'
import { sniff } from '../../image/sniff.ts'
import { cannedPicture } from './canned.ts'

const SIZE = { width: 1184, height: 864 }

test.each(['image/png', 'image/jpeg'] as const)(
  '%s: a plain picture of any size decodes to it',
  async (mimeType) => {
    for (const size of [SIZE, { width: 1, height: 1 }, { width: 1536, height: 12_288 }]) {
      const { bytes } = await cannedPicture({ ...size, mimeType })
      expect(sniff(bytes)).toMatchObject({ type: mimeType })
      expect(await sharp(bytes).metadata()).toMatchObject(size)
      const { channels } = await sharp(bytes, { failOn: 'warning' }).stats()
      expect(channels.slice(0, 3).map(({ mean }) => Math.abs(mean - 148) < 16)).toEqual([true, true, true])
    }
  },
)

test.each(['image/png', 'image/jpeg'] as const)('%s: as long as asked, to the byte', async (mimeType) => {
  const shortest = (await cannedPicture({ ...SIZE, mimeType })).bytes.length
  const lengths = [
    shortest,
    ...[12, 13, 65_537, 65_538, 65_541, (1 << 20) + 1, (1 << 20) + 12].map((more) => shortest + more),
    1_400_000,
    20_000_000,
  ]
  for (const byteLength of lengths) {
    const { bytes } = await cannedPicture({ ...SIZE, mimeType, byteLength })
    expect(bytes).toHaveLength(byteLength)
    const { info } = await sharp(bytes, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject(SIZE)
  }
})

test('a JPEG can be longer by a single byte; a PNG by a chunk only', async () => {
  const jpeg = (await cannedPicture({ ...SIZE, mimeType: 'image/jpeg' })).bytes.length
  for (const more of [1, 2, 3, 4]) {
    const { bytes } = await cannedPicture({ ...SIZE, mimeType: 'image/jpeg', byteLength: jpeg + more })
    expect(bytes).toHaveLength(jpeg + more)
    await sharp(bytes, { failOn: 'warning' }).raw().toBuffer()
  }
  const png = (await cannedPicture({ ...SIZE, mimeType: 'image/png' })).bytes.length
  for (const more of [1, 11, 12]) {
    const { bytes } = await cannedPicture({ ...SIZE, mimeType: 'image/png', byteLength: png + more })
    expect(bytes).toHaveLength(png + 12)
    await sharp(bytes, { failOn: 'warning' }).raw().toBuffer()
  }
})

test.each(['image/png', 'image/jpeg'] as const)('%s: never shorter than the picture', async (mimeType) => {
  const shortest = await cannedPicture({ ...SIZE, mimeType })
  for (const byteLength of [0, 100, shortest.bytes.length - 1]) {
    expect((await cannedPicture({ ...SIZE, mimeType, byteLength })).bytes).toEqual(shortest.bytes)
  }
})

test('the same wish gets the same bytes, made once', async () => {
  const wish = { width: 300, height: 200, mimeType: 'image/png' } as const
  const [first, second] = await Promise.all([cannedPicture(wish), cannedPicture(wish)])
  expect(second.bytes).toBe(first.bytes)
  expect((await cannedPicture(wish)).bytes).toBe(first.bytes)
})
