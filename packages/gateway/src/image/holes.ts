import type { Plane, Size } from './raster.ts'

export interface Box extends Size {
  readonly left: number
  readonly top: number
}

const CELL = 16

/**
 * Boxes round the separate spots of a mask (everything above 0), each spot found on a grid of 16 pixels: spots closer
 * than that are one. A scratch here and a stain there are filled each at its own scale.
 */
export function holesOf(mask: Plane): Box[] {
  const columns = Math.ceil(mask.width / CELL)
  const rows = Math.ceil(mask.height / CELL)
  const cells = markedCells(mask, columns, rows)
  const boxes: Box[] = []
  for (let start = 0; start < cells.length; start++) {
    if (cells[start] === 1) boxes.push(tightened(mask, spread(cells, start, columns, rows)))
  }
  return boxes
}

function markedCells({ width, height, data }: Plane, columns: number, rows: number): Uint8Array {
  const cells = new Uint8Array(columns * rows)
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / CELL) * columns
    for (let x = 0; x < width; x++, i++) if (data[i]! > 0) cells[row + Math.floor(x / CELL)] = 1
  }
  return cells
}

/** Takes all cells joined to `start` off the grid and returns their bounds in pixels. */
function spread(cells: Uint8Array, start: number, columns: number, rows: number): Box {
  let left = columns
  let top = rows
  let right = 0
  let bottom = 0
  const open = [start]
  cells[start] = 0
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    const x = cell % columns
    const y = Math.floor(cell / columns)
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x)
    bottom = Math.max(bottom, y)
    for (let ny = Math.max(0, y - 1); ny <= Math.min(rows - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(columns - 1, x + 1); nx++) {
        const next = ny * columns + nx
        if (cells[next] !== 1) continue
        cells[next] = 0
        open.push(next)
      }
    }
  }
  return {
    left: left * CELL,
    top: top * CELL,
    width: (right - left + 1) * CELL,
    height: (bottom - top + 1) * CELL,
  }
}

function tightened({ width, height, data }: Plane, cells: Box): Box {
  let left = width
  let top = height
  let right = 0
  let bottom = 0
  for (let y = cells.top; y < Math.min(height, cells.top + cells.height); y++) {
    for (let x = cells.left; x < Math.min(width, cells.left + cells.width); x++) {
      if (data[y * width + x] === 0) continue
      left = Math.min(left, x)
      top = Math.min(top, y)
      right = Math.max(right, x)
      bottom = Math.max(bottom, y)
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 }
}

/** `box` with `margin` more on every side, inside a picture of `size`. */
export function widened(box: Box, margin: number, size: Size): Box {
  const left = Math.max(0, box.left - margin)
  const top = Math.max(0, box.top - margin)
  const right = Math.min(size.width, box.left + box.width + margin)
  const bottom = Math.min(size.height, box.top + box.height + margin)
  return { left, top, width: right - left, height: bottom - top }
}
