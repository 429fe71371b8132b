import { discBlur } from '../disc-blur.ts'
import { blankCanvas, type Canvas } from './canvas.ts'

/**
 * Puts the canvas out of focus by `radius` pixels; in linear light a small bright glint grows into a bright disc.
 * Large discs are made on a smaller canvas: what is left then has no detail that would miss the pixels.
 */
export function defocus(canvas: Canvas, radius: number): void {
  const factor = Math.max(1, Math.floor(radius / 3))
  const small = factor === 1 ? canvas : shrunk(canvas, factor)
  discBlur({ width: small.width, height: small.height, channels: 3, values: small.light }, radius / factor)
  if (factor > 1) addEnlarged(canvas, small, { factor, keep: 0, strength: 1 })
}

/** Light scattered in the glass: `strength` of the picture, spread over `radius` pixels, is added to it. */
export function bloom(canvas: Canvas, { radius, strength }: { radius: number; strength: number }): void {
  if (radius < 1) return
  const factor = Math.max(1, Math.floor(radius / 4))
  const small = shrunk(canvas, factor)
  for (let pass = 0; pass < 3; pass++) boxBlur(small, Math.max(1, Math.round(radius / factor / 1.8)))
  addEnlarged(canvas, small, { factor, keep: 1, strength })
}

/** Averages blocks of `factor` × `factor` pixels. */
function shrunk(canvas: Canvas, factor: number): Canvas {
  const small = blankCanvas({
    width: Math.ceil(canvas.width / factor),
    height: Math.ceil(canvas.height / factor),
  })
  const counts = new Float32Array(small.width * small.height)
  for (let y = 0; y < canvas.height; y++) {
    const toRow = Math.floor(y / factor) * small.width
    for (let x = 0; x < canvas.width; x++) {
      const to = toRow + Math.floor(x / factor)
      const from = (y * canvas.width + x) * 3
      counts[to]! += 1
      for (let c = 0; c < 3; c++) small.light[to * 3 + c]! += canvas.light[from + c]!
    }
  }
  for (let i = 0; i < counts.length; i++) {
    for (let c = 0; c < 3; c++) small.light[i * 3 + c]! /= counts[i]!
  }
  return small
}

/** Running mean over 2 · radius + 1 pixels, both ways, edges repeated. Three in a row come close to a Gaussian. */
function boxBlur(canvas: Canvas, radius: number): void {
  const { width, height, light } = canvas
  const line = new Float64Array(Math.max(width, height))
  const run = (start: number, step: number, length: number): void => {
    for (let i = 0; i < length; i++) line[i] = light[start + i * step]!
    let sum = 0
    for (let i = -radius; i <= radius; i++) sum += line[Math.min(length - 1, Math.max(0, i))]!
    for (let i = 0; i < length; i++) {
      light[start + i * step] = sum / (2 * radius + 1)
      sum += line[Math.min(length - 1, i + radius + 1)]! - line[Math.max(0, i - radius)]!
    }
  }
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) run(y * width * 3 + c, 3, width)
    for (let x = 0; x < width; x++) run(x * 3 + c, width * 3, height)
  }
}

interface Enlarging {
  readonly factor: number
  /** Share of the canvas that stays. */
  readonly keep: number
  readonly strength: number
}

/** Adds a smaller canvas, enlarged between its pixels' centres, to what `keep` leaves of the canvas. */
function addEnlarged(canvas: Canvas, small: Canvas, { factor, keep, strength }: Enlarging): void {
  const { width, height, light } = canvas
  const span = small.width * 3
  const line = new Float32Array(span)
  const left = new Int32Array(width)
  const share = new Float32Array(width)
  for (let x = 0; x < width; x++) {
    const sx = Math.min(small.width - 1, Math.max(0, (x + 0.5) / factor - 0.5))
    left[x] = Math.min(Math.max(0, small.width - 2), Math.floor(sx))
    share[x] = sx - left[x]!
  }
  const step = small.width > 1 ? 3 : 0
  for (let y = 0; y < height; y++) {
    const sy = Math.min(small.height - 1, Math.max(0, (y + 0.5) / factor - 0.5))
    const upper = Math.floor(sy) * span
    const lower = Math.min(small.height - 1, Math.floor(sy) + 1) * span
    const fy = sy - Math.floor(sy)
    for (let i = 0; i < span; i++) {
      line[i] =
        strength * (small.light[upper + i]! + (small.light[lower + i]! - small.light[upper + i]!) * fy)
    }
    for (let x = 0, at = y * width * 3; x < width; x++) {
      const from = left[x]! * 3
      const fx = share[x]!
      for (let c = 0; c < 3; c++, at++) {
        const near = line[from + c]!
        light[at] = keep * light[at]! + near + (line[from + step + c]! - near) * fx
      }
    }
  }
}
