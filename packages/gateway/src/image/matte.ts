import type { ColourPlanes } from './colour-planes.ts'
import { blankFloatPlane, type FloatPlane } from './float-plane.ts'
import { margin, mattingLaplacian, type MattingLaplacian } from './matting-laplacian.ts'
import type { Trimap } from './trimap.ts'

// How firmly an unknown pixel is held to what the network believes; the colours decide wherever they can.
const beliefWeight = 0.1

/** Alpha in the trimap's unknown band, by conjugate gradients on the matting Laplacian; what is known stays. */
export function matte(picture: ColourPlanes, known: Trimap, belief: FloatPlane): FloatPlane {
  const laplacian = mattingLaplacian(picture, known)
  const { unknown, stride, length } = laplacian
  const { width } = known
  const count = unknown.length
  const back = (k: number): number => {
    const place = unknown[k]!
    return (Math.floor(place / stride) - margin) * width + (place % stride) - margin
  }
  // A padded plane of what is known, unknown pixels 0: its product moves to the right-hand side.
  const field = new Float32Array(length)
  for (let i = 0; i < known.data.length; i++) {
    if (known.data[i] === 1) field[(Math.floor(i / width) + margin) * stride + (i % width) + margin] = 1
  }
  const residual = product(laplacian, field, new Float32Array(count))
  field.fill(0)
  const solution = new Float32Array(count)
  const hold = new Float32Array(count)
  for (let k = 0; k < count; k++) {
    const value = belief.data[back(k)]!
    solution[k] = value
    const leaning = Math.min(Math.max(0.5 + 1.6 * (value - 0.5), 0), 1)
    hold[k] = beliefWeight * (0.02 + (2 * leaning - 1) ** 2)
    residual[k] = hold[k]! * leaning - residual[k]!
  }
  conjugateGradients(laplacian, hold, solution, residual, field)
  const alpha = blankFloatPlane(known)
  alpha.data.set(known.data)
  for (let k = 0; k < count; k++) alpha.data[back(k)] = settled(solution[k]!)
  return alpha
}

/** Ends of the scale made hard: a trace of veil or of transparency is the solver's, not the picture's. */
function settled(value: number): number {
  const t = (value - 0.08) / 0.84
  return t < 0 ? 0 : t > 1 ? 1 : t
}

const offsets = (stride: number): number[] =>
  Array.from({ length: 25 }, (_, n) => (Math.floor(n / 5) - 2) * stride + (n % 5) - 2)

function product({ stride, unknown, rows }: MattingLaplacian, field: Float32Array, target: Float32Array) {
  const around = offsets(stride)
  for (let k = 0, n = 0; k < unknown.length; k++, n += 25) {
    const place = unknown[k]!
    let sum = 0
    for (let j = 0; j < 25; j++) sum += rows[n + j]! * field[place + around[j]!]!
    target[k] = sum
  }
  return target
}

/** Solves (L + hold) x = right from a first `solution`, with the diagonal as preconditioner, in place. */
function conjugateGradients(
  laplacian: MattingLaplacian,
  hold: Float32Array,
  solution: Float32Array,
  right: Float32Array,
  field: Float32Array,
): void {
  const { unknown, rows } = laplacian
  const count = unknown.length
  const image = new Float32Array(count)
  const apply = (vector: Float32Array): Float32Array => {
    for (let k = 0; k < count; k++) field[unknown[k]!] = vector[k]!
    product(laplacian, field, image)
    for (let k = 0; k < count; k++) image[k]! += hold[k]! * vector[k]!
    return image
  }
  const scaled = (k: number, value: number): number => value / (rows[k * 25 + 12]! + hold[k]!)
  const residual = right
  apply(solution)
  for (let k = 0; k < count; k++) residual[k]! -= image[k]!
  const direction = new Float32Array(count)
  let energy = 0
  for (let k = 0; k < count; k++) {
    direction[k] = scaled(k, residual[k]!)
    energy += residual[k]! * direction[k]!
  }
  const enough = energy * 1e-6
  for (let round = 0; round < 80 && energy > enough && energy > 1e-12; round++) {
    apply(direction)
    let curvature = 0
    for (let k = 0; k < count; k++) curvature += direction[k]! * image[k]!
    const step = energy / curvature
    let next = 0
    for (let k = 0; k < count; k++) {
      solution[k]! += step * direction[k]!
      residual[k]! -= step * image[k]!
      next += residual[k]! * scaled(k, residual[k]!)
    }
    const keep = next / energy
    for (let k = 0; k < count; k++) direction[k] = scaled(k, residual[k]!) + keep * direction[k]!
    energy = next
  }
}
