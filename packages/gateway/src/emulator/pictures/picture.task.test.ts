import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { compareThumbprints, thumbprint } from '../../image/compare.ts'
import { DEFAULT_IMAGE_LIMITS } from '../../image/limits.ts'
import { decodePlane } from '../../image/mask.ts'
import { createPool } from '../../image/pool.ts'
import type { Plane } from '../../image/raster.ts'
import { sniff } from '../../image/sniff.ts'
import { GEMINI_3_PIXELS } from '../../models/pixel-tables.ts'
import { drawDrift, type MixName } from './drift.ts'
import { type Picture, PICTURE_TASK, type PictureTask } from './picture.ts'
import makePicture from './picture.task.ts'

const sample = (name: string) =>
  readFileSync(new URL(`../../../../../examples/photos/${name}`, import.meta.url))
const raccoon = { bytes: sample('raccoon.jpg') }
const rocket = { bytes: sample('rocket.jpg') }
const cat = { bytes: sample('chelsea.png') }
const canyon = { bytes: sample('black-canyon.jpg') }
/** The photo's own: what is compared needs no resampling first. */
const SIZE = { width: 1024, height: 768 }
const FILM_NOIR = 'add a dragon in the style of film noir'

type Wish = Partial<PictureTask> & { readonly mix?: MixName }

function taskFor({ mix = 'none', ...wish }: Wish): PictureTask {
  return {
    instruction: 'make it black and white',
    images: [raccoon],
    pixels: SIZE,
    drift: drawDrift(mix, 3),
    seed: 3,
    mimeType: 'image/png',
    change: 'edit',
    orient: true,
    ...wish,
  }
}

async function picture(wish: Wish): Promise<Picture> {
  const made = await makePicture(taskFor(wish))
  if (made.kind === 'unreadable') throw new Error(made.reason)
  return made
}

interface Pixels {
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

/** RGB. */
async function pixelsOf(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

function meanDifference(a: Pixels, b: Pixels): number {
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += Math.abs(a.data[i]! - b.data[i]!)
  return sum / a.data.length / 255
}

/** Share of the frame that is at least half changed. */
function shareOf({ data }: Plane): number {
  return data.filter((value) => value >= 128).length / data.length
}

test('runs in a worker, the same bytes for the same task and others for another seed', async () => {
  const pool = createPool({ maxWorkers: 1 })
  try {
    const signal = AbortSignal.timeout(60_000)
    const run = (seed: number) =>
      pool.run<Picture>(PICTURE_TASK, taskFor({ mix: 'typical', seed }), { signal })
    const [first, again, other] = [await run(3), await run(3), await run(4)]
    expect(first).toMatchObject({ kind: 'picture', mimeType: 'image/png', ...SIZE })
    expect(first.understood).toEqual(['black and white'])
    expect(Buffer.compare(again.bytes, first.bytes)).toBe(0)
    expect(Buffer.compare(again.truth.edit, first.truth.edit)).toBe(0)
    expect(Buffer.compare(other.bytes, first.bytes)).not.toBe(0)
  } finally {
    await pool.close()
  }
})

test('typical: outside the edit hardly a pixel is the same, and all look alike', async () => {
  const { bytes, truth } = await picture({
    instruction: `${FILM_NOIR} on the left`,
    mix: 'typical',
    images: [canyon],
    pixels: { width: 1024, height: 750 },
  })
  const [made, before] = [await pixelsOf(bytes), await pixelsOf(canyon.bytes)]
  const region = (await decodePlane(truth.region)).data
  let [outside, other, sum] = [0, 0, 0]
  for (let i = 0; i < region.length; i++) {
    if (region[i]! > 0) continue
    outside++
    const [r, g, b] = [0, 1, 2].map((c) => Math.abs(made.data[i * 3 + c]! - before.data[i * 3 + c]!))
    if (r! + g! + b! > 0) other++
    sum += (r! + g! + b!) / 3
  }
  expect(outside / region.length).toBeGreaterThan(0.6)
  expect(other / outside).toBeGreaterThan(0.9)
  expect(sum / outside / 255).toBeLessThan(0.06)
})

test('none: at the same size the picture is the true edit', async () => {
  const { bytes, truth } = await picture({})
  const edit = await pixelsOf(truth.edit)
  expect(edit).toMatchObject({ width: 1024, height: 768 })
  expect(meanDifference(await pixelsOf(truth.edit), await pixelsOf(bytes))).toBe(0)
  expect(truth).toMatchObject({ reframed: false })
  // Black and white it is.
  expect(edit.data.every((value, i) => i % 3 === 0 || value === edit.data[i - 1])).toBe(true)
})

test('the true region is what the edit changed, to the pixel', async () => {
  const { understood, truth } = await picture({
    instruction: 'make the background black and white',
    images: [cat],
  })
  expect(understood).toEqual(['background: black and white'])
  const [edit, region, before] = [
    await pixelsOf(truth.edit),
    await decodePlane(truth.region),
    await pixelsOf(cat.bytes),
  ]
  expect(region).toMatchObject({ width: 451, height: 300 })
  const wrong = region.data.filter((value, i) => {
    const same = [0, 1, 2].every((c) => edit.data[i * 3 + c] === before.data[i * 3 + c])
    return value !== (same ? 0 : 255)
  })
  expect(wrong).toHaveLength(0)
  expect(shareOf(region)).toBeGreaterThan(0.2)
  expect(shareOf(region)).toBeLessThan(0.8)
})

test('change none: the photo comes back rendered anew, nothing marked', async () => {
  const { bytes, truth, understood } = await picture({ change: 'none', mix: 'faithful' })
  expect(understood).toEqual([])
  expect((await decodePlane(truth.region)).data.every((value) => value === 0)).toBe(true)
  expect(meanDifference(await pixelsOf(truth.edit), await pixelsOf(raccoon.bytes))).toBe(0)
  expect(meanDifference(await pixelsOf(bytes), await pixelsOf(raccoon.bytes))).toBeLessThan(0.04)
})

test.each([
  [FILM_NOIR, 3],
  [FILM_NOIR, 4],
  ['put a castle on the left', 3],
  ['put a castle on the right', 3],
  ['a rainbow in the sky', 3],
  ['flowers at the bottom', 3],
] as const)(
  '"%s" (seed %i) is not understood, and something is changed all the same',
  async (instruction, seed) => {
    const { bytes, truth, understood } = await picture({ instruction, seed, images: [canyon] })
    expect(understood).toEqual([])
    const region = await decodePlane(truth.region)
    expect(region).toMatchObject({ width: 1024, height: 750 })
    expect(shareOf(region)).toBeGreaterThan(0.14)
    expect(shareOf(region)).toBeLessThan(0.26)
    // Outside the region not a byte.
    const [edit, before] = [await pixelsOf(truth.edit), await pixelsOf(canyon.bytes)]
    expect(
      edit.data.filter((value, i) => region.data[Math.floor(i / 3)] === 0 && value !== before.data[i]),
    ).toHaveLength(0)
    // As the gateway would see it.
    const [a, b] = await Promise.all(
      [canyon.bytes, bytes].map((file) => thumbprint(file, DEFAULT_IMAGE_LIMITS, 'it')),
    )
    expect(compareThumbprints(a!, b!).changed).toBe(true)
    let [weight, x, y] = [0, 0, 0]
    region.data.forEach((value, i) => {
      weight += value
      x += (value * (i % 1024)) / 1024
      y += (value * Math.floor(i / 1024)) / 750
    })
    if (instruction.includes('left')) expect(x / weight).toBeLessThan(0.4)
    if (instruction.includes('right')) expect(x / weight).toBeGreaterThan(0.6)
    if (instruction.includes('sky')) expect(y / weight).toBeLessThan(0.4)
    if (instruction.includes('bottom')) expect(y / weight).toBeGreaterThan(0.6)
  },
)

test('no subject to be found: changed all the same', async () => {
  const plain = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#000' } })
    .png()
    .toBuffer()
  const { truth, understood } = await picture({
    images: [{ bytes: plain }],
    instruction: 'blur the background',
  })
  expect(understood).toEqual([])
  expect((await pixelsOf(truth.edit)).data.some((value) => value > 40)).toBe(true)
})

test('a mask bounds the change, understood or not', async () => {
  const mask = await sharp(
    Buffer.from(
      '<svg width="1024" height="768"><rect width="1024" height="768"/><rect x="600" y="100" width="200" height="300" fill="#fff"/></svg>',
    ),
  )
    .png()
    .toBuffer()
  for (const instruction of ['remove the object', 'a red balloon']) {
    const { truth, understood } = await picture({ instruction, mask })
    expect(understood.length > 0).toBe(instruction.startsWith('remove'))
    const region = await decodePlane(truth.region)
    const inside = region.data.filter((value, i) => {
      const [x, y] = [i % 1024, Math.floor(i / 1024)]
      return value > 0 && x >= 600 && x < 800 && y >= 100 && y < 400
    }).length
    expect(inside).toBeGreaterThan(0.9 * 200 * 300)
    expect(region.data.filter((value) => value > 0)).toHaveLength(inside)
  }
})

test('a new frame: everything is region, and the transform starts from it', async () => {
  const { truth, understood } = await picture({
    instruction: 'rotate it by 90 degrees',
    pixels: { width: 896, height: 1200 },
  })
  expect(understood).toHaveLength(1)
  expect(truth.reframed).toBe(true)
  expect(await pixelsOf(truth.edit)).toMatchObject({ width: 768, height: 1024 })
  expect((await decodePlane(truth.region)).data.every((value) => value === 255)).toBe(true)
  expect(truth.transform[0]).toBeCloseTo(896 / 768)
})

test('what is cut out stands on white: a model has no transparency', async () => {
  const { bytes, truth } = await picture({ instruction: 'remove the background', images: [cat] })
  for (const file of [bytes, truth.edit]) {
    expect(await sharp(file).metadata()).toMatchObject({ hasAlpha: false })
    const { data, width } = await pixelsOf(file)
    expect([...data.subarray((width - 1) * 3, width * 3)]).toEqual([255, 255, 255])
  }
})

test('the EXIF orientation is followed, or not, as asked', async () => {
  const bytes = await sharp(canyon.bytes).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  for (const [orient, size] of [
    [true, { width: 750, height: 1024 }],
    [false, { width: 1024, height: 750 }],
  ] as const) {
    const { truth } = await picture({ images: [{ bytes }], orient })
    expect(await sharp(truth.edit).metadata()).toMatchObject(size)
  }
})

test('no image: a scene the words or the seed choose', async () => {
  const [beach, again, city] = await Promise.all(
    ['a beach', 'a beach', 'a city at night'].map((instruction) => picture({ images: [], instruction })),
  )
  expect(Buffer.compare(beach!.bytes, again!.bytes)).toBe(0)
  const [sunny, dark] = [await sharp(beach!.bytes).stats(), await sharp(city!.bytes).stats()]
  expect(sunny.channels[0]!.mean).toBeGreaterThan(dark.channels[0]!.mean + 30)
  expect((await decodePlane(beach!.truth.region)).data.every((value) => value === 255)).toBe(true)
  const words = { images: [], instruction: 'something nice' }
  const [one, two] = [await picture({ ...words, seed: 1 }), await picture({ ...words, seed: 2 })]
  expect(Buffer.compare(one.bytes, two.bytes)).not.toBe(0)
})

test.each(Object.entries(GEMINI_3_PIXELS))(
  '%s at 1K has exactly its pixels, as PNG and as JPEG',
  async (_ratio, { '1K': pixels }) => {
    if (!pixels) throw new Error('The table has every ratio at 1K.')
    for (const [mimeType, mix] of [
      ['image/png', 'none'],
      ['image/jpeg', 'strong'],
    ] as const) {
      const { bytes, width, height } = await picture({ pixels, mimeType, mix, images: [rocket] })
      expect({ width, height }).toEqual(pixels)
      expect(sniff(bytes)).toMatchObject({ type: mimeType })
      expect(await sharp(bytes, { failOn: 'warning' }).metadata()).toMatchObject({ ...pixels, channels: 3 })
    }
  },
)

test("a JPEG has the quality asked, or else the drift's", async () => {
  const drift = { ...drawDrift('none', 1), jpegQuality: 90 }
  const [own, low, same] = [
    await picture({ drift, mimeType: 'image/jpeg' }),
    await picture({ drift, mimeType: 'image/jpeg', jpegQuality: 30 }),
    await picture({ drift, mimeType: 'image/jpeg', jpegQuality: 90 }),
  ]
  expect(low.bytes.length).toBeLessThan(own.bytes.length / 2)
  expect(Buffer.compare(own.bytes, same.bytes)).toBe(0)
})

test('a JPEG of quality 0 is the worst that can be encoded', async () => {
  const [zero, one] = [
    await picture({ mimeType: 'image/jpeg', jpegQuality: 0 }),
    await picture({ mimeType: 'image/jpeg', jpegQuality: 1 }),
  ]
  expect(Buffer.compare(zero.bytes, one.bytes)).toBe(0)
})

test('what cannot be read is told, not thrown', async () => {
  const broken = { bytes: raccoon.bytes.subarray(0, 50_000) }
  expect(await makePicture(taskFor({ images: [raccoon, broken] }))).toMatchObject({
    kind: 'unreadable',
    input: 1,
  })
  const svg = { bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>') }
  expect(await makePicture(taskFor({ images: [svg] }))).toMatchObject({ kind: 'unreadable', input: 0 })
  const mask = await sharp({ create: { width: 10, height: 10, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  expect(await makePicture(taskFor({ mask }))).toMatchObject({ kind: 'unreadable', input: 'mask' })
})

test('what is said of a mask is not taken for what is to change', async () => {
  const { understood } = await picture({
    instruction:
      'make it black and white\nThe image after this text is a mask: change only what is white in it.',
    images: [raccoon, cat],
  })
  expect(understood).toEqual(['black and white'])
})
