import type { ColourPlanes } from './colour-planes.ts'
import { blankFloatPlane, type FloatPlane } from './float-plane.ts'

// A vote counts near its own place and colour: six cells across the picture are coarse enough for an object to be
// known by its colours, and fine enough for the same red to be flag on the left and lips in the middle.
const placeCells = 6
const lightCells = 16
const hueCells = 12

const counts = [placeCells, placeCells, lightCells, hueCells, hueCells] as const
const strides = counts.map((_, axis) => counts.slice(0, axis).reduce((product, count) => product * count, 1))
const cells = counts.reduce((product, count) => product * count, 1)
const corners = 1 << counts.length

/**
 * For every pixel, the share of subject among pixels of like colour near it (0..1), each weighted by how sure `belief`
 * is of it; 0.5 where nothing alike is known. Colours and places are voted through a five-dimensional grid, so that the
 * cost grows with the pixels only.
 */
export function colourVote(picture: ColourPlanes): (belief: FloatPlane) => FloatPlane {
  const { places, shares } = gridPositions(picture)
  return (belief) => {
    const subject = new Float32Array(cells)
    const all = new Float32Array(cells)
    const area = belief.data.length
    for (let i = 0, k = 0; i < area; i++) {
      const value = belief.data[i]!
      const sureness = Math.abs(2 * value - 1)
      for (let corner = 0; corner < corners; corner++, k++) {
        const share = shares[k]! * sureness
        subject[places[k]!]! += share * value
        all[places[k]!]! += share
      }
    }
    blurGrid(subject)
    blurGrid(all)
    const vote = blankFloatPlane(belief)
    for (let i = 0, k = 0; i < area; i++) {
      // One neutral vote in advance: a colour seen only here must not decide about itself.
      let yes = 0.5
      let total = 1
      for (let corner = 0; corner < corners; corner++, k++) {
        yes += shares[k]! * subject[places[k]!]!
        total += shares[k]! * all[places[k]!]!
      }
      vote.data[i] = yes / total
    }
    return vote
  }
}

interface GridPositions {
  /** The 32 grid cells around every pixel. */
  readonly places: Uint32Array
  /** How much of the pixel falls to each of them; they add up to 1. */
  readonly shares: Float32Array
}

function gridPositions([red, green, blue]: ColourPlanes): GridPositions {
  const { width, height } = red
  const places = new Uint32Array(width * height * corners)
  const shares = new Float32Array(width * height * corners)
  const coordinate = new Float32Array(counts.length)
  for (let i = 0, k = 0; i < width * height; i++) {
    const light = 0.3 * red.data[i]! + 0.59 * green.data[i]! + 0.11 * blue.data[i]!
    coordinate[0] = (i % width) / width
    coordinate[1] = Math.floor(i / width) / height
    coordinate[2] = light
    coordinate[3] = 0.5 + 0.7 * (blue.data[i]! - light)
    coordinate[4] = 0.5 + 0.8 * (red.data[i]! - light)
    for (let axis = 0; axis < counts.length; axis++) {
      coordinate[axis] = Math.min(Math.max(coordinate[axis]!, 0), 0.999) * (counts[axis]! - 1)
    }
    for (let corner = 0; corner < corners; corner++, k++) {
      let share = 1
      let place = 0
      for (let axis = 0; axis < counts.length; axis++) {
        const low = Math.floor(coordinate[axis]!)
        const rest = coordinate[axis]! - low
        const up = (corner >> axis) & 1
        share *= up === 1 ? rest : 1 - rest
        place += (low + up) * strides[axis]!
      }
      places[k] = place
      shares[k] = share
    }
  }
  return { places, shares }
}

/** One binomial blur (1 2 1) along each of the five axes, in place. */
function blurGrid(grid: Float32Array): void {
  for (let axis = 0; axis < counts.length; axis++) {
    const stride = strides[axis]!
    const span = stride * counts[axis]!
    for (let block = 0; block < cells; block += span) {
      for (let line = block; line < block + stride; line++) {
        let before = 0
        let here = grid[line]!
        for (let at = line; at < block + span; at += stride) {
          const after = at + stride < block + span ? grid[at + stride]! : 0
          grid[at] = 0.25 * before + 0.5 * here + 0.25 * after
          before = here
          here = after
        }
      }
    }
  }
}
