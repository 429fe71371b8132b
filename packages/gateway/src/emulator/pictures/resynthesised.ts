import type { ColourPlanes } from '../../image/colour-planes.ts'
import { blankFloatPlane, type FloatPlane } from '../../image/float-plane.ts'
import type { Size } from '../../image/raster.ts'
import { resample } from '../../image/resample.ts'
import type { Seeded } from '../../image/seeded.ts'
import { forward, inverse, SIDE } from './dct.ts'

// Rec. 601 weights, as in JPEG's YCbCr: what is added to brightness alone is added to all three channels.
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114]

/**
 * Overwrites the planes with what a model would paint from having seen them: edges and gradients stay, fine texture and
 * noise give way to others of the same strength at the same place. `strength` as {@link Drift.resynthesis}.
 */
export function resynthesise(planes: ColourPlanes, strength: number, random: Seeded): void {
  if (strength === 0) return
  const [red, green, blue] = planes
  const { width, height } = red
  const light = textureChange(brightnessOf(planes), strength, random)
  // Colour is coarser than brightness, to the eye and in every model's latent space: half the resolution carries it.
  const warm = atFullSize(textureChange(halved(planes, red), strength, random), red)
  const cool = atFullSize(textureChange(halved(planes, blue), strength, random), blue)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, from = inner(light, y); x < width; x++, i++, from++) {
      const l = light.data[from]!
      const r = warm.data[i]!
      const b = cool.data[i]!
      red.data[i]! += l + r
      green.data[i]! += l - (RED * r + BLUE * b) / GREEN
      blue.data[i]! += l + b
    }
  }
}

/** Blocks overlap by half both ways, so that no grid of them is seen. */
const STEP = SIDE / 2

/** A plane with a margin of {@link STEP} and more, of whole steps: so every block lies inside. */
function withMargin({ width, height }: Size): FloatPlane {
  return blankFloatPlane({ width: wholeSteps(width) + 2 * STEP, height: wholeSteps(height) + 2 * STEP })
}

function wholeSteps(length: number): number {
  return STEP * Math.ceil(length / STEP)
}

/** Where row `y` of the picture begins. */
function inner({ width }: FloatPlane, y: number): number {
  return (y + STEP) * width + STEP
}

/** Fills the margin with the reflection of what `size` covers. */
function mirrorMargin(plane: FloatPlane, size: Size): FloatPlane {
  const { width, height, data } = plane
  for (let y = 0; y < size.height; y++) {
    const from = inner(plane, y)
    for (let x = -STEP; x < 0; x++) data[from + x] = data[from + reflected(x, size.width)]!
    for (let x = size.width; x < width - STEP; x++) data[from + x] = data[from + reflected(x, size.width)]!
  }
  for (let y = -STEP; y < height - STEP; y++) {
    if (y >= 0 && y < size.height) continue
    const from = (reflected(y, size.height) + STEP) * width
    data.copyWithin((y + STEP) * width, from, from + width)
  }
  return plane
}

function reflected(i: number, length: number): number {
  const inside = i < 0 ? -1 - i : i >= length ? 2 * length - 1 - i : i
  return Math.min(length - 1, Math.max(0, inside))
}

function brightnessOf([red, green, blue]: ColourPlanes): FloatPlane {
  const plane = withMargin(red)
  for (let y = 0, i = 0; y < red.height; y++) {
    for (let x = 0, to = inner(plane, y); x < red.width; x++, i++, to++) {
      plane.data[to] = RED * red.data[i]! + GREEN * green.data[i]! + BLUE * blue.data[i]!
    }
  }
  return mirrorMargin(plane, red)
}

/** How far a channel is from brightness, at half the size. */
function halved([red, green, blue]: ColourPlanes, channel: FloatPlane): FloatPlane {
  const { width, height } = channel
  const size = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) }
  const half = withMargin(size)
  for (let y = 0, i = 0; y < height; y++) {
    const to = inner(half, y >> 1)
    const share = y === height - 1 && y % 2 === 0 ? 1 / 2 : 1 / 4
    for (let x = 0; x < width; x++, i++) {
      const difference = channel.data[i]! - RED * red.data[i]! - GREEN * green.data[i]! - BLUE * blue.data[i]!
      half.data[to + (x >> 1)]! += share * difference
      // The last column of an odd width stands for two.
      if (x === width - 1 && x % 2 === 0) half.data[to + (x >> 1)]! += share * difference
    }
  }
  return mirrorMargin(half, size)
}

function atFullSize(half: FloatPlane, { width, height }: Size): FloatPlane {
  return resample(half, { left: STEP, top: STEP, width: width / 2, height: height / 2 }, { width, height })
}

/** Half a sine wave: squared and overlapped by half it adds up to 1, so what is left alone comes back exactly. */
const SINE = Float32Array.from({ length: SIDE }, (_, i) => Math.sin((i + 0.5) * (Math.PI / SIDE)))
const WINDOW = Float32Array.from({ length: 64 }, (_, i) => SINE[i % SIDE]! * SINE[i >> 3]!)

/** What is to be added to make the plane new, with the same margin. */
function textureChange(plane: FloatPlane, strength: number, random: Seeded): FloatPlane {
  const { width, height, data } = plane
  const change = blankFloatPlane(plane)
  const block = new Float32Array(64)
  const repaint = repainter(strength, random)
  for (let top = 0; top + SIDE <= height; top += STEP) {
    for (let left = 0; left + SIDE <= width; left += STEP) {
      const corner = top * width + left
      for (let row = 0, i = 0, from = corner; row < SIDE; row++, from += width - SIDE) {
        for (let column = 0; column < SIDE; column++, i++, from++) block[i] = data[from]!
      }
      flatten(block)
      forward(block)
      repaint(block)
      inverse(block)
      for (let row = 0, i = 0, to = corner; row < SIDE; row++, to += width - SIDE) {
        for (let column = 0; column < SIDE; column++, i++, to++) change.data[to]! += WINDOW[i]! * block[i]!
      }
    }
  }
  return change
}

/** Distance of each row or column from the middle of a block, and its share in the window's mean and slope. */
const FROM_MIDDLE = Float32Array.from(SINE, (_, i) => i - (SIDE - 1) / 2)
const IN_MEAN = SINE.map((weight, _, all) => weight / all.reduce((sum, value) => sum + value))
const IN_SLOPE = slopeWeights()

function slopeWeights(): Float32Array {
  const moment = SINE.reduce((sum, weight, i) => sum + weight * FROM_MIDDLE[i]! ** 2, 0)
  return SINE.map((weight, i) => (weight * FROM_MIDDLE[i]!) / moment)
}

/**
 * Takes the block's mean and slope out and lays the window over what is left. With them in, the window's own shape would
 * count as texture and be seen as a grid in every sky.
 */
function flatten(block: Float32Array): void {
  let mean = 0
  let across = 0
  let down = 0
  for (let row = 0, i = 0; row < SIDE; row++) {
    let rowMean = 0
    let rowSlope = 0
    for (let column = 0; column < SIDE; column++, i++) {
      const value = block[i]!
      rowMean += IN_MEAN[column]! * value
      rowSlope += IN_SLOPE[column]! * value
    }
    mean += IN_MEAN[row]! * rowMean
    across += IN_MEAN[row]! * rowSlope
    down += IN_SLOPE[row]! * rowMean
  }
  for (let row = 0, i = 0; row < SIDE; row++) {
    const middle = mean + down * FROM_MIDDLE[row]!
    for (let column = 0; column < SIDE; column++, i++) {
      block[i] = WINDOW[i]! * (block[i]! - middle - across * FROM_MIDDLE[column]!)
    }
  }
}

/** In shares of white: about what noise and faint texture leave in a coefficient. */
const FAINT = 0.07
/** How much of a block's mean coefficient counts as texture: an edge puts its strength into few, texture into all. */
const SPREAD = 2.2
/**
 * What changes sign adds up by chance where overlapping blocks agreed before, which halves it; and a model's picture is
 * a little cleaner than the photo.
 */
const MAKE_UP = 2 * 0.85

/**
 * Turns a block's coefficients into the change they undergo: weak ones keep their size and take a random sign, strong
 * ones stay, between the two both mix.
 */
function repainter(strength: number, random: Seeded): (block: Float32Array) => void {
  let state = Math.floor(random() * 2 ** 32) | 0
  return (block) => {
    // The lowest frequencies carry shape and shading: they do not change.
    block[0] = block[1] = block[SIDE] = 0
    let sum = 0
    for (let i = 0; i < 64; i++) sum += Math.abs(block[i]!)
    const perTexture = 1 / (strength * (FAINT + (SPREAD * sum) / 61))
    let bits = state
    for (let i = 0; i < 64; i++) {
      const value = block[i]!
      // A linear congruential step (Numerical Recipes' constants); only its top bit is random enough, and is all that is
      // used. A condition on it would be mispredicted every other time, at twice the cost of all the rest.
      bits = (Math.imul(bits, 1664525) + 1013904223) | 0
      const sign = (bits >> 31) | 1
      const ratio = value * perTexture
      const weakness = Math.max(0, 1 - 0.35 * ratio * ratio)
      block[i] = weakness * weakness * value * (sign * MAKE_UP - 1)
    }
    state = bits
  }
}
