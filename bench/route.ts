import { availableParallelism, cpus } from 'node:os'
import { RECOMMENDED_MODEL } from '../packages/gateway/src/models/registry.ts'
import { planCandidates } from '../packages/gateway/src/route/plan.ts'
import { route } from '../packages/gateway/src/route/route.ts'
import { EDITED, stage, STEPS } from '../packages/gateway/src/route/route.fixture.ts'

const EDITS = 200_000
const ROUNDS = 5

/** What the routing of a healthy edit costs beside the edit: planning and sending, with one target and with four. */
export async function bench(): Promise<void> {
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.versions.node}\n`,
  )
  console.log(`| targets | µs an edit, median of ${ROUNDS} | most | held against |`)
  console.log('| --: | --: | --: | --- |')
  for (const targets of [1, 4]) {
    const measured: number[] = []
    for (let round = 0; round <= ROUNDS; round += 1) measured.push(await microseconds(targets))
    // The first is the compiler's.
    const [median = 0, most = 0] =
      [measured.slice(1).toSorted((a, b) => a - b)].map((all) => [all[2], all[4]])[0] ?? []
    console.log(`| ${targets} | ${median.toFixed(1)} | ${most.toFixed(1)} | ≤ 50 |`)
  }
}

async function microseconds(targets: number): Promise<number> {
  const plays = Object.fromEntries(Array.from({ length: targets }, (_, at) => [`t${at}`, [() => EDITED]]))
  const { targets: configured, parts, seen } = stage(plays, Math.random)
  const { signal } = new AbortController()
  const options = { signal, deadlineMs: Infinity, environment: null, inputTokens: 1000 }
  const begun = performance.now()
  for (let edit = 0; edit < EDITS; edit += 1) {
    const plan = planCandidates(configured, RECOMMENDED_MODEL, { nowMs: parts.clock.now() })
    if (plan.kind === 'fault') throw new Error(plan.fault.message)
    await route(plan.candidates, STEPS, parts, options)
    seen.length = 0
  }
  return ((performance.now() - begun) * 1000) / EDITS
}
