import { availableParallelism } from 'node:os'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { InferenceSession, Tensor } from 'onnxruntime-web'
import type { FloatPlane } from './float-plane.ts'
import { resample, type Region } from './resample.ts'
import type { ColourPlanes } from './colour-planes.ts'

/** The side of the square picture u2netp was trained on; its graph accepts no other. */
export const networkSide = 320

/** A landscape's map peaks near 0.03, a subject's near 1: below this there is no subject. */
export const leastMaximum = 0.5

const modelUrl = new URL('../../assets/u2netp.onnx', import.meta.url)

// ImageNet's statistics, as in the training set's normalisation.
const mean = [0.485, 0.456, 0.406] as const
const deviation = [0.229, 0.224, 0.225] as const

// Beyond four threads a 320 px network spends more on waiting for its threads than it gains.
const maxThreads = 4

interface Network {
  readonly session: InferenceSession
  readonly input: string
  readonly output: string
  readonly tensor: (data: Float32Array) => Tensor
}

let network: Promise<Network> | undefined

/** A failed load is forgotten, so that the next call tries again. */
function loaded(): Promise<Network> {
  network ??= openNetwork().catch((cause: unknown) => {
    network = undefined
    throw new Error(
      `The subject network could not be loaded from ${fileURLToPath(modelUrl)}. Its file or the onnxruntime-web package is missing or damaged: install plantain again.`,
      { cause },
    )
  })
  return network
}

async function openNetwork(): Promise<Network> {
  const [ort, bytes] = await Promise.all([import('onnxruntime-web'), readFile(modelUrl)])
  ort.env.wasm.numThreads = Math.min(availableParallelism(), maxThreads)
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    // The higher levels cost 0.3 s more to load and do not make this network run faster.
    graphOptimizationLevel: 'basic',
    // Threads that wait by spinning take the core from whatever else runs: 40 % more CPU time and no faster.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  const input = session.inputNames[0]!
  // The first output is the fused map; the six others are the training's side outputs.
  const output = session.outputNames[0]!
  const shape = [1, 3, networkSide, networkSide]
  return { session, input, output, tensor: (data) => new ort.Tensor('float32', data, shape) }
}

export interface Saliency {
  /** `networkSide` square over the whole region, 0..1 and not stretched. */
  readonly map: FloatPlane
  /** The map's highest value, to be held against `leastMaximum`. */
  readonly maximum: number
}

/**
 * One pass of u2netp over a region of the picture, squeezed to a square; about a second on two cores.
 * Throws when the network cannot be loaded.
 */
export async function saliency(picture: ColourPlanes, region: Region): Promise<Saliency> {
  const { session, input, output, tensor } = await loaded()
  const result = await session.run({ [input]: tensor(networkInput(picture, region)) }, [output])
  const answer = result[output]
  if (answer === undefined || !(answer.data instanceof Float32Array)) {
    throw new TypeError(`The subject network answered without its map "${output}": install plantain again.`)
  }
  const data = answer.data.slice()
  answer.dispose()
  const maximum = data.reduce((highest, value) => Math.max(highest, value), 0)
  return { map: { width: networkSide, height: networkSide, data }, maximum }
}

function networkInput(picture: ColourPlanes, region: Region): Float32Array {
  const planes = picture.map(
    (plane) => resample(plane, region, { width: networkSide, height: networkSide }).data,
  )
  let brightest = 1e-6
  for (const plane of planes) for (const value of plane) if (value > brightest) brightest = value
  const area = networkSide * networkSide
  const out = new Float32Array(3 * area)
  for (let c = 0; c < 3; c++) {
    const plane = planes[c]!
    const scale = 1 / (brightest * deviation[c]!)
    const offset = mean[c]! / deviation[c]!
    for (let i = 0; i < area; i++) out[c * area + i] = plane[i]! * scale - offset
  }
  return out
}
