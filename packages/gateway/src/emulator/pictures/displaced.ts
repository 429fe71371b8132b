import { type ColourPlanes, mapPlanes } from '../../image/colour-planes.ts'
import { blankFloatPlane } from '../../image/float-plane.ts'
import type { Size } from '../../image/raster.ts'
import type { Seeded } from '../../image/seeded.ts'
import type { Shown } from './placement.ts'
import { fieldRow, type SmoothField, smoothField } from './smooth-field.ts'

/** How far each pixel looks aside, right and down. */
interface Displacement {
  readonly right: SmoothField
  readonly down: SmoothField
  /** Pixels the two fields' largest common length is brought to. */
  readonly factor: number
}

/** Hills and hollows along the longer side: faces move as a whole, the two ends of a frame apart from each other. */
const FEATURES = 3

/**
 * The planes with every point moved by up to `most` output pixels, smoothly. What `shown` leaves bare at the sides is
 * filled with the picture's own reflection: repeating its last pixels would smear.
 */
export function displaced(planes: ColourPlanes, shown: Shown, most: number, random: Seeded): ColourPlanes {
  const [{ width, height }] = planes
  const whole =
    shown.columns[0] === 0 && shown.columns[1] === width && shown.rows[0] === 0 && shown.rows[1] === height
  if (whole && most === 0) return planes
  const displacement = displacementOf(planes[0], most, random)
  // The kernel reaches two pixels beyond where a point comes from.
  const margin = Math.ceil(most) + 3
  const result = mapPlanes(planes, blankFloatPlane)
  const columns = reflected(shown.columns, width, margin)
  const rows = reflected(shown.rows, height, margin)
  const right = new Float32Array(width)
  const down = new Float32Array(width)
  for (let y = 0; y < height; y++) {
    fieldRow(displacement.right, y, displacement.factor, right)
    fieldRow(displacement.down, y, displacement.factor, down)
    readRow(planes, result, { y, margin, columns, rows, right, down })
  }
  return result
}

function displacementOf(size: Size, most: number, random: Seeded): Displacement {
  const right = smoothField(size, FEATURES, random)
  const down = smoothField(size, FEATURES, random)
  const longest = right.nodes.reduce((top, value, i) => Math.max(top, Math.hypot(value, down.nodes[i]!)), 0)
  return { right, down, factor: longest > 0 ? most / longest : 0 }
}

/** Which pixel stands in for `i - margin`, inside the shown ones. */
function reflected([first, end]: readonly [number, number], length: number, margin: number): Int32Array {
  return Int32Array.from({ length: length + 2 * margin }, (_, at) => {
    const i = at - margin
    const inside = i < first ? 2 * first - 1 - i : i >= end ? 2 * end - 1 - i : i
    return Math.min(end - 1, Math.max(first, inside))
  })
}

interface Row {
  readonly y: number
  readonly margin: number
  readonly columns: Int32Array
  readonly rows: Int32Array
  readonly right: Float32Array
  readonly down: Float32Array
}

/** One output row of all three planes: the index work is shared, and nothing is allocated. */
function readRow([red, green, blue]: ColourPlanes, to: ColourPlanes, row: Row): void {
  const { y, margin, columns, rows, right, down } = row
  const { width } = red
  const [toRed, toGreen, toBlue] = to
  for (let x = 0, i = y * width; x < width; x++, i++) {
    const fromX = x + right[x]! + margin
    const fromY = y + down[x]! + margin
    const wholeX = Math.floor(fromX)
    const wholeY = Math.floor(fromY)
    const across = Math.round((fromX - wholeX) * PHASES) * 4
    const along = Math.round((fromY - wholeY) * PHASES) * 4
    const c0 = columns[wholeX - 1]!
    const c1 = columns[wholeX]!
    const c2 = columns[wholeX + 1]!
    const c3 = columns[wholeX + 2]!
    let r = 0
    let g = 0
    let b = 0
    for (let tap = 0; tap < 4; tap++) {
      const weight = KERNEL[along + tap]!
      const line = rows[wholeY - 1 + tap]! * width
      const w0 = weight * KERNEL[across]!
      const w1 = weight * KERNEL[across + 1]!
      const w2 = weight * KERNEL[across + 2]!
      const w3 = weight * KERNEL[across + 3]!
      r +=
        w0 * red.data[line + c0]! +
        w1 * red.data[line + c1]! +
        w2 * red.data[line + c2]! +
        w3 * red.data[line + c3]!
      g +=
        w0 * green.data[line + c0]! +
        w1 * green.data[line + c1]! +
        w2 * green.data[line + c2]! +
        w3 * green.data[line + c3]!
      b +=
        w0 * blue.data[line + c0]! +
        w1 * blue.data[line + c1]! +
        w2 * blue.data[line + c2]! +
        w3 * blue.data[line + c3]!
    }
    toRed.data[i] = r
    toGreen.data[i] = g
    toBlue.data[i] = b
  }
}

/** Steps between two pixels: a hundredth of a pixel is finer than any registration sees. */
const PHASES = 128
/** Four Catmull-Rom weights a phase. */
const KERNEL = Float32Array.from({ length: (PHASES + 1) * 4 }, (_, i) => {
  const t = (i >> 2) / PHASES
  const x = Math.abs((i & 3) - 1 - t)
  return x < 1 ? 1 + x * x * (1.5 * x - 2.5) : 2 + x * (x * (2.5 - 0.5 * x) - 4)
})
