import { parentPort } from 'node:worker_threads'
import { worldOf } from './schedule.ts'
import { simulate } from './world.ts'

/** What is simulated: one world. */
export interface SimJob {
  readonly seed: number
  readonly edits: number
}

export interface SimResult {
  readonly seed: number
  readonly edits: number
  readonly edited: number
  readonly attempts: number
  readonly violations: readonly string[]
  readonly digest: number
}

export async function simulateSeed({ seed, edits }: SimJob): Promise<SimResult> {
  const { edits: gone, attempts, violations, digest } = await simulate(worldOf(seed, edits))
  const edited = gone.filter(({ isEdited }) => isEdited).length
  return { seed, edits: gone.length, edited, attempts, violations, digest }
}

parentPort?.on('message', (job: SimJob) => {
  void simulateSeed(job).then(
    (result) => parentPort?.postMessage(result),
    (thrown: unknown) => {
      throw new Error(`seed ${job.seed}`, { cause: thrown })
    },
  )
})
