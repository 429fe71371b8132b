import { cover, type Canvas, type Light3 } from './canvas.ts'

/** A place on the canvas, 0 … 1 from the left and the top edge. */
export type Point = readonly [x: number, y: number]

/** Fills a polygon by even-odd rule. Its edges are stairs: everything painted so is put out of focus afterwards. */
export function fillPolygon(canvas: Canvas, points: readonly Point[], colour: Light3, share = 1): void {
  const { width, height } = canvas
  const tops = points.map(([, y]) => y * height)
  const first = Math.max(0, Math.floor(Math.min(...tops)))
  const last = Math.min(height - 1, Math.ceil(Math.max(...tops)))
  for (let row = first; row <= last; row++) {
    const crossings = crossingsAt(points, (row + 0.5) / height)
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.max(0, Math.round(crossings[pair]! * width))
      const to = Math.min(width, Math.round(crossings[pair + 1]! * width))
      for (let column = from; column < to; column++) cover(canvas, (row * width + column) * 3, colour, share)
    }
  }
}

function crossingsAt(points: readonly Point[], y: number): number[] {
  const crossings: number[] = []
  for (let i = 0; i < points.length; i++) {
    const [ax, ay] = points[i]!
    const [bx, by] = points[(i + 1) % points.length]!
    if (ay > y !== by > y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax))
  }
  return crossings.toSorted((a, b) => a - b)
}

export function fillBox(canvas: Canvas, box: Box, colour: Light3, share = 1): void {
  const { left, top, right, bottom } = box
  fillPolygon(
    canvas,
    [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
    ],
    colour,
    share,
  )
}

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Disc {
  /** Centre and radius in pixels of the canvas. */
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly colour: Light3
  /** How much brighter the outline is than the middle, as uncorrected spherical aberration makes it. */
  readonly rim: number
}

/**
 * Adds one light out of focus: an even disc with a soft outline. Towards the corners the lens barrel cuts its far side
 * away, the "cat's eyes" every fast lens shows.
 */
export function addDisc(canvas: Canvas, { x, y, radius, colour, rim }: Disc): void {
  const { width, height, unit, light } = canvas
  const cutX = ((x - width / 2) / unit) * radius * 0.55
  const cutY = ((y - height / 2) / unit) * radius * 0.55
  const reach = radius + 1
  for (
    let row = Math.max(0, Math.floor(y - reach));
    row <= Math.min(height - 1, Math.ceil(y + reach));
    row++
  ) {
    for (
      let column = Math.max(0, Math.floor(x - reach));
      column <= Math.min(width - 1, Math.ceil(x + reach));
      column++
    ) {
      const dx = column - x
      const dy = row - y
      const away = Math.sqrt(dx * dx + dy * dy)
      const barrel = Math.sqrt((dx + cutX) ** 2 + (dy + cutY) ** 2)
      const share = inside(away, radius) * inside(barrel, radius)
      if (share <= 0) continue
      const towards = Math.max(away, barrel) / radius
      const bright = share * (1 + rim * Math.max(0, (towards - 0.72) / 0.28) ** 2 - 0.08 * (1 - towards))
      const at = (row * width + column) * 3
      for (let c = 0; c < 3; c++) light[at + c]! += colour[c]! * bright
    }
  }
}

/** 1 within a circle, 0 outside, one and a half pixels of transition. */
function inside(away: number, radius: number): number {
  return Math.min(1, Math.max(0, (radius + 0.75 - away) / 1.5))
}
