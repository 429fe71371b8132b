import type { Seeded } from '../../image/seeded.ts'

/** Smooth noise of mean 0, about -0.7 … 0.7, one feature per unit of distance. */
export type Noise = (x: number, y: number) => number

const PERIOD = 256

/** Gradient noise after Perlin, with the quintic fade that leaves no creases in its second derivative. */
export function gradientNoise(random: Seeded): Noise {
  const order = shuffledTwice(random)
  const gradientX = new Float32Array(PERIOD)
  const gradientY = new Float32Array(PERIOD)
  for (let i = 0; i < PERIOD; i++) {
    const angle = random() * 2 * Math.PI
    gradientX[i] = Math.cos(angle)
    gradientY[i] = Math.sin(angle)
  }
  return (x, y) => {
    const left = Math.floor(x)
    const top = Math.floor(y)
    const fx = x - left
    const fy = y - top
    const column = left & 255
    const row = top & 255
    const a = order[column]! + row
    const b = order[(column + 1) & 255]! + row
    const topLeft = order[a]!
    const bottomLeft = order[a + 1]!
    const topRight = order[b]!
    const bottomRight = order[b + 1]!
    const n00 = gradientX[topLeft]! * fx + gradientY[topLeft]! * fy
    const n10 = gradientX[topRight]! * (fx - 1) + gradientY[topRight]! * fy
    const n01 = gradientX[bottomLeft]! * fx + gradientY[bottomLeft]! * (fy - 1)
    const n11 = gradientX[bottomRight]! * (fx - 1) + gradientY[bottomRight]! * (fy - 1)
    const sx = fx * fx * fx * (fx * (fx * 6 - 15) + 10)
    const sy = fy * fy * fy * (fy * (fy * 6 - 15) + 10)
    const upper = n00 + sx * (n10 - n00)
    return upper + sy * (n01 + sx * (n11 - n01) - upper)
  }
}

function shuffledTwice(random: Seeded): Uint8Array {
  // Twice in a row (plus one), so that column + row + 1 needs no second wrap.
  const order = new Uint8Array(PERIOD * 2 + 2)
  for (let i = 0; i < PERIOD; i++) order[i] = i
  for (let i = PERIOD - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  for (let i = PERIOD; i < order.length; i++) order[i] = order[i - PERIOD]!
  return order
}

/** `octaves` layers of noise, each half as large and half as strong as the one before: clouds, hills, sand. */
export function fractal(noise: Noise, x: number, y: number, octaves: number): number {
  let sum = 0
  let strength = 1
  for (let octave = 0; octave < octaves; octave++) {
    sum += strength * noise(x, y)
    strength *= 0.5
    // The offset and the odd factor keep the layers' lattices from lining up at the origin.
    x = x * 2.03 + 17.3
    y = y * 2.03 - 9.1
  }
  return sum
}
