import { describe, expect, it } from 'vitest'
import type { ColourPlanes } from './colour-planes.ts'
import { distanceToBorder } from './distance.ts'
import type { FloatPlane } from './float-plane.ts'
import { edgeColours, pureColour } from './foreground.ts'
import { guidedLine } from './guided-line.ts'
import { matte } from './matte.ts'
import { resample, wholeOf } from './resample.ts'
import { trimap } from './trimap.ts'

function plane(width: number, height: number, value: (x: number, y: number) => number): FloatPlane {
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    value(i % width, Math.floor(i / width)),
  )
  return { width, height, data }
}

// A soft edge three pixels wide between an orange and a blue, both shaded from top to bottom.
const width = 60
const height = 40
const softEdge = (x: number): number => Math.min(Math.max((x - 28) / 3, 0), 1)
const orange = [0.9, 0.5, 0.1]
const blue = [0.1, 0.3, 0.7]
const mixed = (c: number): FloatPlane =>
  plane(width, height, (x, y) => {
    const shade = 0.8 + (0.2 * y) / height
    return shade * (softEdge(x) * orange[c]! + (1 - softEdge(x)) * blue[c]!)
  })
const picture: ColourPlanes = [mixed(0), mixed(1), mixed(2)]
const known = plane(width, height, (x) => (x < 22 ? 0 : x > 38 ? 1 : 0.5))
const truth = plane(width, height, softEdge)

function error(found: FloatPlane): number {
  return found.data.reduce((sum, value, i) => sum + Math.abs(value - truth.data[i]!), 0)
}

function inside(x: number, y: number, left: number, top: number, side: number): boolean {
  return x >= left && x < left + side && y >= top && y < top + side
}

describe('matte', () => {
  it('finds a soft edge that the network has drawn two pixels off', () => {
    const drawn = plane(width, height, (x) => Math.min(Math.max((x - 25.5) / 4, 0), 1))
    const alpha = matte(picture, known, drawn)
    expect(error(alpha)).toBeLessThan(0.4 * error(drawn))
  })

  it('keeps what is known', () => {
    const alpha = matte(
      picture,
      known,
      plane(width, height, () => 0.5),
    )
    for (let i = 0; i < alpha.data.length; i++) {
      if (known.data[i] !== 0.5) expect(alpha.data[i]).toBe(known.data[i])
    }
  })
})

describe('edgeColours', () => {
  it('gives back the pure colours that an edge mixes', () => {
    const { foreground, background } = edgeColours(picture, truth)
    const i = 20 * width + 29
    for (let c = 0; c < 3; c++) {
      const pure = pureColour(
        picture[c]!.data[i]!,
        truth.data[i]!,
        foreground[c]!.data[i]!,
        background[c]!.data[i]!,
      )
      expect(pure).toBeCloseTo(0.9 * orange[c]!, 1)
      expect(background[c]!.data[i]!).toBeCloseTo(0.9 * blue[c]!, 1)
    }
  })
})

describe('guidedLine', () => {
  it('reads the matte off the colours', () => {
    const { red, green, blue: third, offset } = guidedLine(picture, truth)
    for (const x of [10, 28, 29, 30, 50]) {
      const i = 20 * width + x
      const [r, g, b] = picture.map(({ data }) => data[i]!) as [number, number, number]
      const read = red.data[i]! * r + green.data[i]! * g + third.data[i]! * b + offset.data[i]!
      expect(Math.abs(read - truth.data[i]!)).toBeLessThan(0.05)
    }
  })
})

describe('resample', () => {
  it('keeps a ramp where it is, enlarging and shrinking: centres are at half pixels', () => {
    const ramp = plane(20, 4, (x) => x + 0.5)
    const large = resample(ramp, wholeOf(ramp), { width: 60, height: 4 })
    expect(large.data[30]! * 3).toBeCloseTo(30.5, 3)
    const back = resample(large, wholeOf(large), { width: 20, height: 4 })
    expect(back.data[10]!).toBeCloseTo(10.5, 2)
  })

  it('reads a region, also one that reaches past the border', () => {
    const ramp = plane(20, 20, (x) => x + 0.5)
    const part = resample(ramp, { left: 5, top: 5, width: 10, height: 10 }, { width: 10, height: 10 })
    expect(part.data[0]!).toBeCloseTo(5.5, 4)
    const past = resample(ramp, { left: -40, top: 0, width: 20, height: 20 }, { width: 20, height: 20 })
    expect(past.data[0]!).toBeCloseTo(0.5, 4)
  })
})

describe('distanceToBorder', () => {
  it('is positive inside and negative outside', () => {
    const { data } = distanceToBorder(plane(9, 9, (x) => (x < 4 ? 0 : 1)))
    expect(Array.from(data.subarray(36, 45))).toEqual([-4, -3, -2, -1, 1, 2, 3, 4, 5])
  })
})

describe('trimap', () => {
  it('drops crumbs, fills pinholes and doubted holes, keeps gaps, opens the edge', () => {
    const map = plane(320, 320, (x, y) => {
      if (inside(x, y, 10, 10, 12)) return 0.9
      if (inside(x, y, 120, 120, 4)) return 0
      if (inside(x, y, 150, 150, 12)) return 0.3
      if (inside(x, y, 200, 200, 30)) return 0
      return inside(x, y, 80, 80, 200) ? 1 : 0
    })
    const { data } = trimap(map, { width: 640, height: 640 })
    const at = (x: number, y: number): number => data[2 * y * 640 + 2 * x]!
    expect(at(16, 16), 'crumb').toBe(0)
    expect(at(122, 122), 'pinhole').toBe(1)
    expect(at(156, 156), 'doubted hole').toBe(1)
    expect(at(215, 215), 'gap').toBe(0)
    expect(at(80, 180), 'edge').toBe(0.5)
    expect(at(180, 180), 'inside').toBe(1)
  })
})
