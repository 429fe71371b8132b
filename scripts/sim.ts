import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { figures } from '../packages/gateway/test/sim/figures.ts'
import type { SimJob, SimResult } from '../packages/gateway/test/sim/sim.worker.ts'

/**
 * `npm run sim -- --seeds 1000 --requests 10000 [--seed 1]`: so many random worlds with so many edits each, through the routing
 * as it is, on simulated time. The exit code is 1 where anything happened that must never be, or a seed did not replay.
 * `npm run sim -- --figures [--requests 100000]` measures how often edits succeed, and at how many attempts, in the weathers
 * that figures are promised for.
 */

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    requests: { type: 'string' },
    seed: { type: 'string', default: '1' },
    figures: { type: 'boolean', default: false },
  },
})
const count = (name: 'seeds' | 'requests' | 'seed', fallback: number) => {
  const value = Number(values[name] ?? fallback)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new Error(`--${name} is a whole number from 1 on, not “${values[name]}”.`)
}

const begun = performance.now()
const passed = values.figures
  ? await figures({ edits: count('requests', 100_000), seeds: 5, say: console.log })
  : await worlds({ seeds: count('seeds', 1000), edits: count('requests', 10_000), first: count('seed', 1) })
console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s.`)
process.exitCode = passed ? 0 : 1

/** Most seeds once; of every twenty the first a second time, which has to give the same. */
async function worlds({
  seeds,
  edits,
  first,
}: {
  readonly seeds: number
  readonly edits: number
  readonly first: number
}) {
  const jobs = Array.from({ length: seeds }, (_, at): SimJob => ({ seed: first + at, edits }))
  const again = jobs.filter((_, at) => at % 20 === 0)
  const results = await inParallel([...jobs, ...again])
  const violations = results.flatMap((result) => result.violations)
  const broken = again.filter(
    ({ seed }) =>
      new Set(results.filter((result) => result.seed === seed).map(({ digest }) => digest)).size > 1,
  )
  const sum = (of: (result: SimResult) => number) => results.reduce((total, result) => total + of(result), 0)
  console.log(
    `Seeds ${first} to ${first + seeds - 1}, ${edits} edits each: ${sum((one) => one.edits)} edits, ` +
      `${sum((one) => one.edited)} of them made, ${sum((one) => one.attempts)} attempts. ` +
      `${again.length} seeds were run twice, ${broken.length} of them came out otherwise. ${violations.length} violations.`,
  )
  for (const violation of violations.slice(0, 50)) console.log(violation)
  for (const { seed } of broken) console.log(`seed ${seed} does not replay`)
  return violations.length === 0 && broken.length === 0
}

function inParallel(jobs: readonly SimJob[]): Promise<readonly SimResult[]> {
  const left = [...jobs]
  const results: SimResult[] = []
  const { promise, resolve, reject } = Promise.withResolvers<readonly SimResult[]>()
  for (let at = 0; at < Math.min(availableParallelism(), jobs.length); at += 1) {
    const worker = new Worker(new URL('../packages/gateway/test/sim/sim.worker.ts', import.meta.url))
    const go = () => {
      const job = left.shift()
      if (job !== undefined) worker.postMessage(job)
      else void worker.terminate()
    }
    worker.on('error', reject)
    worker.on('message', (result: SimResult) => {
      results.push(result)
      if (results.length % 100 === 0) console.error(`${results.length} of ${jobs.length} worlds`)
      if (results.length === jobs.length) resolve(results)
      go()
    })
    go()
  }
  return promise
}
