import { boxFilter } from './box-filter.ts'
import { components, type Component } from './components.ts'
import { blankFloatPlane, type FloatPlane } from './float-plane.ts'
import type { Size } from './raster.ts'

/** 1 where a map of beliefs is undecided over an area, not just along an edge; else 0. */
export function unsureAreas(map: FloatPlane): FloatPlane {
  return areasOf(map, (i) => map.data[i]! > 0.1 && map.data[i]! < 0.9)
}

// Undecided areas below this share of the frame do not pay for another look, and are left as they are.
const leastArea = 0.004

/** The areas that are large enough to matter, largest first. */
export function largeAreas(areas: FloatPlane): Component[] {
  return components(areas).filter(({ area }) => area >= leastArea * areas.data.length)
}

/** 1 on the broad parts of what `holds`: an edge or a tripod's leg of the network's map is too thin to count. */
export function areasOf(size: Size, holds: (offset: number) => boolean): FloatPlane {
  const areas = blankFloatPlane(size)
  for (let i = 0; i < areas.data.length; i++) areas.data[i] = holds(i) ? 1 : 0
  const density = new Float32Array(areas.data.length)
  // An edge is about four pixels wide in the network's map: it cannot fill seven tenths of an 11 px square.
  boxFilter(size)(areas.data, Math.max(1, Math.round(size.width / 64)), density)
  for (let i = 0; i < density.length; i++) areas.data[i] = density[i]! > 0.7 ? 1 : 0
  return areas
}

/** 1 on and beside the marked areas, falling to 0 at about `reach` pixels from them. */
export function nearTo(marks: FloatPlane, reach: number): FloatPlane {
  const near = { ...marks, data: Float32Array.from(marks.data) }
  const box = boxFilter(marks)
  const radius = Math.max(1, Math.round(reach / 2))
  box(near.data, radius, near.data)
  box(near.data, radius, near.data)
  // Even a small mark counts fully beside itself; the tail of the two blurs is what fades.
  for (let i = 0; i < near.data.length; i++) near.data[i] = Math.min(1, near.data[i]! * 20)
  return near
}
