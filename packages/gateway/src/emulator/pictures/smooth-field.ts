import { fractal, gradientNoise } from '../../engine/scenes/noise.ts'
import type { Size } from '../../image/raster.ts'
import type { Seeded } from '../../image/seeded.ts'

/** A slowly varying number at every pixel, known at the nodes of a coarse grid. */
export interface SmoothField {
  /** Pixels between two nodes. */
  readonly cell: number
  readonly columns: number
  readonly rows: number
  /** `columns * rows` values. */
  readonly nodes: Float32Array
}

/** So many nodes along the longer side that the straight lines between them show no creases. */
const NODES = 96

/** Smooth noise with about `features` hills along the longer side, of mean 0 and largest absolute value 1. */
export function smoothField(size: Size, features: number, random: Seeded): SmoothField {
  const longer = Math.max(size.width, size.height)
  const cell = Math.max(1, longer / NODES)
  const columns = Math.ceil(size.width / cell) + 1
  const rows = Math.ceil(size.height / cell) + 1
  const nodes = new Float32Array(columns * rows)
  const noise = gradientNoise(random)
  const [startX, startY] = [random() * 256, random() * 256]
  const step = (cell * features) / longer
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      nodes[i] = fractal(noise, startX + column * step, startY + row * step, 2)
    }
  }
  return { cell, columns, rows, nodes: centred(nodes) }
}

function centred(nodes: Float32Array): Float32Array {
  const mean = nodes.reduce((sum, value) => sum + value, 0) / nodes.length
  const peak = nodes.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0)
  return nodes.map((value) => (peak > 0 ? (value - mean) / peak : 0))
}

/** The field along one row of pixels, times `factor`, into `out`. */
export function fieldRow(field: SmoothField, y: number, factor: number, out: Float32Array): void {
  const { cell, columns, rows, nodes } = field
  const at = Math.min(rows - 1, y / cell)
  const upper = Math.min(Math.floor(at), Math.max(0, rows - 2))
  const down = at - upper
  const from = upper * columns
  const to = Math.min(rows - 1, upper + 1) * columns
  const value = (column: number): number =>
    factor * (nodes[from + column]! * (1 - down) + nodes[to + column]! * down)
  for (let column = 0; column < columns - 1; column++) {
    const left = value(column)
    const slope = (value(column + 1) - left) / cell
    const end = Math.min(out.length, Math.ceil((column + 1) * cell))
    for (let x = Math.ceil(column * cell); x < end; x++) out[x] = left + slope * (x - column * cell)
  }
}
