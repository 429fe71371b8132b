/** Side of a block: 64 numbers, row-major. */
export const SIDE = 8

// cos(k π / 16) / 2: with these the transform keeps lengths, and its transpose is its inverse.
const C1 = Math.cos(Math.PI / 16) / 2
const C2 = Math.cos((2 * Math.PI) / 16) / 2
const C3 = Math.cos((3 * Math.PI) / 16) / 2
const C4 = Math.cos((4 * Math.PI) / 16) / 2
const C5 = Math.cos((5 * Math.PI) / 16) / 2
const C6 = Math.cos((6 * Math.PI) / 16) / 2
const C7 = Math.cos((7 * Math.PI) / 16) / 2

/** Orthonormal two-dimensional DCT-II of a block, in place. */
export function forward(block: Float32Array): void {
  for (let row = 0; row < 64; row += SIDE) forwardLine(block, row, 1)
  for (let column = 0; column < SIDE; column++) forwardLine(block, column, SIDE)
}

/** Undoes {@link forward}. */
export function inverse(block: Float32Array): void {
  for (let column = 0; column < SIDE; column++) inverseLine(block, column, SIDE)
  for (let row = 0; row < 64; row += SIDE) inverseLine(block, row, 1)
}

/** Sums feed the even frequencies, differences the odd ones. */
function forwardLine(block: Float32Array, at: number, step: number): void {
  const x0 = block[at]!
  const x1 = block[at + step]!
  const x2 = block[at + 2 * step]!
  const x3 = block[at + 3 * step]!
  const x4 = block[at + 4 * step]!
  const x5 = block[at + 5 * step]!
  const x6 = block[at + 6 * step]!
  const x7 = block[at + 7 * step]!
  const outer = x0 + x7 + x3 + x4
  const inner = x1 + x6 + x2 + x5
  const s03 = x0 + x7 - x3 - x4
  const s12 = x1 + x6 - x2 - x5
  const d0 = x0 - x7
  const d1 = x1 - x6
  const d2 = x2 - x5
  const d3 = x3 - x4
  block[at] = C4 * (outer + inner)
  block[at + step] = C1 * d0 + C3 * d1 + C5 * d2 + C7 * d3
  block[at + 2 * step] = C2 * s03 + C6 * s12
  block[at + 3 * step] = C3 * d0 - C7 * d1 - C1 * d2 - C5 * d3
  block[at + 4 * step] = C4 * (outer - inner)
  block[at + 5 * step] = C5 * d0 - C1 * d1 + C7 * d2 + C3 * d3
  block[at + 6 * step] = C6 * s03 - C2 * s12
  block[at + 7 * step] = C7 * d0 - C5 * d1 + C3 * d2 - C1 * d3
}

function inverseLine(block: Float32Array, at: number, step: number): void {
  const y1 = block[at + step]!
  const y3 = block[at + 3 * step]!
  const y5 = block[at + 5 * step]!
  const y7 = block[at + 7 * step]!
  const sum = C4 * (block[at]! + block[at + 4 * step]!)
  const difference = C4 * (block[at]! - block[at + 4 * step]!)
  const y2 = block[at + 2 * step]!
  const y6 = block[at + 6 * step]!
  const e03 = C2 * y2 + C6 * y6
  const e12 = C6 * y2 - C2 * y6
  const o0 = C1 * y1 + C3 * y3 + C5 * y5 + C7 * y7
  const o1 = C3 * y1 - C7 * y3 - C1 * y5 - C5 * y7
  const o2 = C5 * y1 - C1 * y3 + C7 * y5 + C3 * y7
  const o3 = C7 * y1 - C5 * y3 + C3 * y5 - C1 * y7
  block[at] = sum + e03 + o0
  block[at + 7 * step] = sum + e03 - o0
  block[at + step] = difference + e12 + o1
  block[at + 6 * step] = difference + e12 - o1
  block[at + 2 * step] = difference - e12 + o2
  block[at + 5 * step] = difference - e12 - o2
  block[at + 3 * step] = sum - e03 + o3
  block[at + 4 * step] = sum - e03 - o3
}
