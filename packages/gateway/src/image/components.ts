import type { FloatPlane } from './float-plane.ts'

export interface Component {
  readonly area: number
  readonly centreX: number
  readonly centreY: number
  /** Offsets of its pixels. */
  readonly pixels: Int32Array
}

/** The connected pieces (by sides) of what is above one half, largest first. */
export function components({ width, height, data }: FloatPlane): Component[] {
  const seen = new Uint8Array(data.length)
  const queue = new Int32Array(data.length)
  const found: Component[] = []
  for (let start = 0; start < data.length; start++) {
    if (seen[start] === 1 || data[start]! <= 0.5) continue
    let head = 0
    let tail = 1
    let [sumX, sumY] = [0, 0]
    queue[0] = start
    seen[start] = 1
    const visit = (j: number): void => {
      if (seen[j] === 1 || data[j]! <= 0.5) return
      seen[j] = 1
      queue[tail++] = j
    }
    while (head < tail) {
      const i = queue[head++]!
      const x = i % width
      const y = (i - x) / width
      sumX += x + 0.5
      sumY += y + 0.5
      if (x > 0) visit(i - 1)
      if (x < width - 1) visit(i + 1)
      if (y > 0) visit(i - width)
      if (y < height - 1) visit(i + width)
    }
    found.push({ area: tail, centreX: sumX / tail, centreY: sumY / tail, pixels: queue.slice(0, tail) })
  }
  return found.toSorted((a, b) => b.area - a.area)
}
