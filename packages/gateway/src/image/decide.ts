import { boxFilter } from './box-filter.ts'
import { colourVote } from './colour-vote.ts'
import { mapPlanes, sizeWithin, type ColourPlanes } from './colour-planes.ts'
import { blankFloatPlane, type FloatPlane } from './float-plane.ts'
import { resample, wholeOf } from './resample.ts'
import { areasOf, largeAreas, nearTo, unsureAreas } from './unsure.ts'

// Which areas belong together shows at this size already, and the springs need the fewer rounds.
const decisionPixels = 24_000
// How far a belief spreads inside an evenly coloured area, against the weight of 1 that a sure network has.
const spread = 20
// A step of this size in colour (0..1) is an edge that beliefs do not cross.
const edgeStep = 0.06
// What colour may say where the network is undecided; less than the network itself says when it leans to a side.
const voteWeight = 0.25
// What is left of the network's weight where the colours contradict it altogether: faces look like walls.
const leastTrust = 0.02

// Beyond this share of the picture from anything undecided, the network is left alone.
const reachShare = 0.2
// The rim of an area, in pixels of the network's map, that is thinner than the test for areas sees.
const besideReach = 8

/**
 * Makes up the network's mind: the half-transparent areas of its map, and the pieces beside them that are alike in
 * colour to what lies outside, become subject or background. The network's opinion, the vote of like colours and the
 * wish to change sides only at a colour edge are weighed as springs; two rounds, since a changed mind changes the
 * vote. Answers the map with those areas replaced; 0.5 is the border.
 */
export function decided(picture: ColourPlanes, map: FloatPlane): FloatPlane {
  const large = largeAreas(unsureAreas(map))
  if (large.length === 0) return map
  const unsure = blankFloatPlane(map)
  for (const { pixels } of large) for (const i of pixels) unsure.data[i] = 1
  const size = sizeWithin(picture[0], decisionPixels)
  const small = mapPlanes(picture, (plane) => resample(plane, wholeOf(plane), size))
  const opinion = clamped(resample(map, wholeOf(map), size))
  const vote = colourVote(small)
  const ties = colourTies(small)
  let belief = opinion
  for (let round = 0; round < 2; round++) belief = settle(opinion, vote(belief), belief, ties)
  return replaced(map, resample(belief, wholeOf(belief), map), unsure)
}

/**
 * The decision where the map was undecided, or where the decision turned its mind; elsewhere the map, whose edges are
 * the finer ones.
 */
function replaced(map: FloatPlane, decision: FloatPlane, unsure: FloatPlane): FloatPlane {
  const near = nearTo(unsure, reachShare * map.width).data
  const beside = nearTo(unsure, besideReach).data
  const turned = areasOf(map, (i) => Math.abs(decision.data[i]! - map.data[i]!) > 0.5)
  const besideTurned = nearTo(turned, besideReach).data
  const taken = new Float32Array(map.data.length)
  for (let i = 0; i < taken.length; i++) taken[i] = Math.max(beside[i]!, near[i]! * besideTurned[i]!)
  boxFilter(map)(taken, 1, taken)
  const out = blankFloatPlane(map)
  for (let i = 0; i < out.data.length; i++) {
    const firm = 0.5 + 3 * (decision.data[i]! - 0.5)
    out.data[i] = map.data[i]! + taken[i]! * (Math.min(Math.max(firm, 0), 1) - map.data[i]!)
  }
  return clamped(out)
}

function clamped(plane: FloatPlane): FloatPlane {
  return { ...plane, data: plane.data.map((value) => Math.min(Math.max(value, 0), 1)) }
}

interface Ties {
  /** The pull between a pixel and its right-hand and lower neighbour. */
  readonly right: Float32Array
  readonly down: Float32Array
}

function colourTies([red, green, blue]: ColourPlanes): Ties {
  const { width, height } = red
  const area = width * height
  const ties = { right: new Float32Array(area), down: new Float32Array(area) }
  const tie = (i: number, j: number): number => {
    const r = red.data[i]! - red.data[j]!
    const g = green.data[i]! - green.data[j]!
    const b = blue.data[i]! - blue.data[j]!
    return spread * (Math.exp(-(r * r + g * g + b * b) / (2 * edgeStep * edgeStep)) + 1e-3)
  }
  for (let i = 0; i < area; i++) {
    if ((i + 1) % width !== 0) ties.right[i] = tie(i, i + 1)
    if (i + width < area) ties.down[i] = tie(i, i + width)
  }
  return ties
}

/** The springs' rest position, by successive over-relaxation from `start`, sweeping to and fro. */
function settle(map: FloatPlane, vote: FloatPlane, start: FloatPlane, { right, down }: Ties): FloatPlane {
  const { width, height } = map
  const area = width * height
  const pull = new Float32Array(area)
  const weight = new Float32Array(area)
  for (let i = 0; i < area; i++) {
    const opinion = map.data[i]!
    const sureness = (2 * opinion - 1) ** 2
    const agreement = (1 - Math.abs(opinion - vote.data[i]!)) ** 2
    const own = sureness * (leastTrust + (1 - leastTrust) * agreement)
    const others = voteWeight * Math.abs(2 * vote.data[i]! - 1) * (1 - sureness) + 1e-4
    pull[i] = own * opinion + others * vote.data[i]!
    weight[i] = own + others
    if (i % width > 0) weight[i]! += right[i - 1]!
    if (i >= width) weight[i]! += down[i - width]!
    weight[i]! += right[i]! + down[i]!
  }
  // A margin of zeros on both ends, met by ties of zero, saves the loop its border cases.
  const x = new Float64Array(area + 2 * width)
  for (let i = 0; i < area; i++) x[i + width] = start.data[i]!
  const relax = (i: number): void => {
    const at = i + width
    const left = i > 0 ? right[i - 1]! * x[at - 1]! : 0
    const above = i >= width ? down[i - width]! * x[at - width]! : 0
    const sum = pull[i]! + left + above + right[i]! * x[at + 1]! + down[i]! * x[at + width]!
    x[at]! += 1.8 * (sum / weight[i]! - x[at]!)
  }
  for (let sweep = 0; sweep < 20; sweep++) {
    for (let i = 0; i < area; i++) relax(i)
    for (let i = area - 1; i >= 0; i--) relax(i)
  }
  const belief = blankFloatPlane(map)
  for (let i = 0; i < area; i++) belief.data[i] = Math.min(Math.max(x[i + width]!, 0), 1)
  return belief
}
