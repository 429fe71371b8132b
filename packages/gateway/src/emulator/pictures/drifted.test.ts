import { beforeAll, expect, test } from 'vitest'
import { openCv } from '../../image/opencv.ts'
import type { Raster } from '../../image/raster.ts'
import { type Drift, drawDrift } from './drift.ts'
import { type Drifted, drifted } from './drifted.ts'
import { greenOf, photo, SIZE } from './photo.fixture.ts'
import type { Affine } from './placement.ts'

const none = drawDrift('none', 1)

let raccoon: Raster
beforeAll(async () => {
  raccoon = await photo('raccoon.jpg')
})

function mapped([a, b, c, d, e, f]: Affine, x: number, y: number): readonly [number, number] {
  return [a * x + b * y + c, d * x + e * y + f]
}

function psnr(a: Float32Array, b: Float32Array): number {
  const squares = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0)
  return 10 * Math.log10(255 ** 2 / (squares / a.length))
}

test('with no drift the picture is the photo, at the size asked', async () => {
  expect(psnr(greenOf(raccoon), greenOf(drifted(raccoon, SIZE, none, 1)))).toBe(Infinity)
  const small = drifted(raccoon, { width: 432, height: 324 }, none, 1)
  const reference = await photo('raccoon.jpg', { width: 432, height: 324 })
  expect(small.rgb).toHaveLength(432 * 324 * 3)
  expect(psnr(greenOf(reference), greenOf(small))).toBeGreaterThan(30)
  // Averaged over squares first: nothing may move by that.
  const large = await photo('black-canyon.jpg', { width: 3455, height: 2591 })
  const back = drifted(large, SIZE, none, 1)
  expect(psnr(greenOf(await photo('black-canyon.jpg')), greenOf(back))).toBeGreaterThan(34)
})

test('the same seed gives the same bytes, another one others', () => {
  const drift = drawDrift('typical', 5)
  const once = drifted(raccoon, SIZE, drift, 5)
  expect(Buffer.compare(drifted(raccoon, SIZE, drift, 5).rgb, once.rgb)).toBe(0)
  expect(Buffer.compare(drifted(raccoon, SIZE, drift, 6).rgb, once.rgb)).not.toBe(0)
})

interface Registration {
  readonly matches: number
  readonly inliers: number
  /** Photo to picture. */
  readonly matrix: Affine
  /** Correlation after refinement, 1 is alike. */
  readonly ecc: number
}

interface Detector {
  detectAndCompute(image: unknown, mask: unknown, points: unknown, descriptors: unknown): void
}

/** As a caller would line the two up: AKAZE, ratio test, RANSAC, then ECC. */
async function registered(from: Raster | Drifted, to: Raster | Drifted): Promise<Registration> {
  const { cv } = await openCv()
  const grey = (picture: Raster | Drifted) =>
    cv.matFromArray(picture.height, picture.width, cv.CV_8UC1, [...greenOf(picture)])
  const [before, after] = [grey(from), grey(to)]
  // The package's types leave it out.
  const akaze = new (cv as unknown as { readonly AKAZE: new () => Detector }).AKAZE()
  const found = [before, after].map((mat) => {
    const points = new cv.KeyPointVector()
    const descriptors = new cv.Mat()
    akaze.detectAndCompute(mat, new cv.Mat(), points, descriptors)
    return { points, descriptors }
  })
  const pairs = new cv.DMatchVectorVector()
  new cv.BFMatcher(cv.NORM_HAMMING).knnMatch(found[0]!.descriptors, found[1]!.descriptors, pairs, 2)
  const [source, target]: [number[], number[]] = [[], []]
  for (let i = 0; i < pairs.size(); i++) {
    const pair = pairs.get(i)
    if (pair.size() < 2 || pair.get(0).distance > 0.8 * pair.get(1).distance) continue
    const a = found[0]!.points.get(pair.get(0).queryIdx).pt
    const b = found[1]!.points.get(pair.get(0).trainIdx).pt
    source.push(a.x, a.y)
    target.push(b.x, b.y)
  }
  const points = (list: number[]) => cv.matFromArray(list.length / 2, 1, cv.CV_32FC2, list)
  const mask = new cv.Mat()
  const fitted = cv.estimateAffine2D(points(source), points(target), mask, cv.RANSAC, 3)
  const matrix = cv.matFromArray(2, 3, cv.CV_32FC1, [...fitted.data64F])
  const criteria = new cv.TermCriteria(cv.TermCriteria_EPS + cv.TermCriteria_COUNT, 50, 1e-5)
  const ecc = cv.findTransformECC(before, after, matrix, cv.MOTION_AFFINE, criteria, new cv.Mat(), 5)
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = matrix.data32F
  return { matches: source.length / 2, inliers: cv.countNonZero(mask), matrix: [a, b, c, d, e, f], ecc }
}

test.each([1, 2, 3])('shift-only (seed %i) moves by its figure and nothing else', async (seed) => {
  const drift = drawDrift('shift-only', seed)
  const { matrix } = await registered(raccoon, drifted(raccoon, SIZE, drift, seed))
  const unit = Math.sqrt(SIZE.width * SIZE.height) / 1024
  expect(Math.abs(matrix[2] - drift.shiftPx[0] * unit)).toBeLessThan(0.15)
  expect(Math.abs(matrix[5] - drift.shiftPx[1] * unit)).toBeLessThan(0.15)
  expect(Math.abs(matrix[0] - 1)).toBeLessThan(3e-4)
  expect(Math.abs(matrix[4] - 1)).toBeLessThan(3e-4)
})

test.each(['faithful', 'typical', 'strong'] as const)(
  '%s can still be lined up, where it says',
  async (mix) => {
    const picture = drifted(raccoon, SIZE, drawDrift(mix, 4), 4)
    const { matches, inliers, ecc, matrix } = await registered(raccoon, picture)
    // What is asked of a registration before anything is pasted by it.
    expect(inliers).toBeGreaterThan(50)
    expect(inliers / matches).toBeGreaterThan(0.5)
    expect(ecc).toBeGreaterThan(0.9)
    for (const [x, y] of [
      [200, 150],
      [660, 150],
      [432, 324],
      [200, 500],
      [660, 500],
    ] as const) {
      const [measured, told] = [mapped(matrix, x, y), mapped(picture.transform, x, y)]
      expect(Math.hypot(measured[0] - told[0], measured[1] - told[1])).toBeLessThan(1.2)
    }
  },
)

const DOTS = [40, 240, 430, 620, 820].flatMap((x) => [40, 180, 320, 460, 600].map((y) => [x, y] as const))

function dotted(): Raster {
  const data = new Uint8Array(SIZE.width * SIZE.height * 4).fill(255)
  for (let y = 0, at = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++, at += 4) {
      const near = DOTS.reduce((least, dot) => Math.min(least, Math.hypot(x - dot[0], y - dot[1])), Infinity)
      const dark = 200 * Math.exp(-((near / 4) ** 2))
      data.fill(230 - dark, at, at + 3)
    }
  }
  return { ...SIZE, data }
}

/** Centre of what is darker than the paper within a dozen pixels. */
function centreNear(picture: Drifted, x: number, y: number): readonly [number, number] {
  let [weight, sumX, sumY] = [0, 0, 0]
  for (let v = Math.round(y) - 12; v <= y + 12; v++) {
    for (let u = Math.round(x) - 12; u <= x + 12; u++) {
      const dark = Math.max(0, 190 - picture.rgb[(v * picture.width + u) * 3 + 1]!)
      weight += dark
      sumX += dark * u
      sumY += dark * v
    }
  }
  return [sumX / weight, sumY / weight]
}

test.each([
  ['none', 1024, 1024],
  ['shift-only', 864, 648],
  ['recrop', 1376, 768],
  ['typical', 864, 648],
  ['strong', 1200, 896],
] as const)('%s at %i by %i: the transform tells where they went', (mix, width, height) => {
  const drift = drawDrift(mix, 11)
  const picture = drifted(dotted(), { width, height }, drift, 11)
  const farthest = 0.5 + (drift.warpPx * Math.sqrt(width * height)) / 1024
  let compared = 0
  for (const [x, y] of DOTS) {
    const told = mapped(picture.transform, x, y)
    const inside = told[0] > 24 && told[1] > 24 && told[0] < width - 24 && told[1] < height - 24
    if (!inside) continue
    compared++
    const found = centreNear(picture, told[0], told[1])
    expect(Math.hypot(found[0] - told[0], found[1] - told[1])).toBeLessThan(farthest)
  }
  expect(compared).toBeGreaterThanOrEqual(9)
})

test('colour and light drift smoothly and by their figures', () => {
  const grey: Raster = { ...SIZE, data: new Uint8Array(SIZE.width * SIZE.height * 4).fill(120) }
  const drift: Drift = {
    ...none,
    colour: { gain: [1.05, 1, 0.95], bias: [0, 2, 0] },
    light: 0.1,
  }
  const { rgb } = drifted(grey, SIZE, drift, 9)
  const channels = [0, 1, 2].map((c) => rgb.filter((_, i) => i % 3 === c).toSorted())
  const means = channels.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length)
  expect(means.map(Math.round)).toEqual([126, 122, 114])
  const green = channels[1]!
  expect(green[0]).toBeGreaterThanOrEqual(110)
  expect(green.at(-1)).toBeLessThanOrEqual(134)
  expect(green.at(-1)! - green[0]!).toBeGreaterThan(14)
})
