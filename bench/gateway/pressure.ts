import type { BenchHouse } from './bench-house.ts'
import { type Measured, watched } from './cell.ts'
import type { Contender } from './contender.ts'
import { CONTENDERS } from './contenders.ts'
import { startJobProcess } from './job-process.ts'
import type { KnockJob, KnockResult } from './knock-job.ts'
import type { GatewayBenchOptions } from './options.ts'
import { ours } from './ours.ts'
import { quantile } from './statistics.ts'
import { precise } from './tables.ts'

export interface Pressure {
  readonly text: string
  readonly bursts: readonly Burst[]
  readonly refusals: Refusals | null
}

export interface Burst extends Pick<Measured, 'answered' | 'failures' | 'loop'> {
  readonly contender: string
  readonly title: string
  readonly peakBytes: number
  /** What it may take: 1.3 × what is retained, and 150 MB. */
  readonly allowedBytes: number
}

export interface Refusals {
  /** While nothing else happens, and while 64 clients send bodies that are refused too. */
  readonly quiet: KnockResult
  readonly storm: KnockResult
  readonly held: number
  readonly heldAnswered: number
  /** Whether an ordinary request is answered once there is room again. */
  readonly recovered: boolean
  readonly ended: string | null
}

const BYTES = 10_000_000
const AT_ONCE = 64
const WAVES = 3
/** Those whose memory is looked at: this gateway, and the least a Node process can need. */
const WATCHED = ['ours', 'ours-pixels', 'node']

/** Memory and stalls with 64 × 10 MB at once, and how fast what is beyond the budget is refused. */
export async function pressure(
  house: BenchHouse,
  { contenders }: GatewayBenchOptions,
  leftOut: Map<string, string>,
): Promise<Pressure> {
  const chosen = CONTENDERS.filter(
    ({ id, title }) => WATCHED.includes(id) && contenders.includes(id) && !leftOut.has(title),
  )
  const bursts: Burst[] = []
  for (const contender of chosen) {
    const one = await unless(leftOut, `${contender.title}, ${AT_ONCE} × 10 MB at once`, () =>
      burst(house, contender),
    )
    if (one !== null) bursts.push(one)
  }
  const refusals = chosen.some(({ id }) => id === 'ours')
    ? await unless(leftOut, 'refusals beyond the budget', () => beyondBudget(house))
    : null
  return { text: [burstTable(bursts), refusalTable(refusals)].join('\n\n'), bursts, refusals }
}

/** What fails is left out with its reason, and what was measured before stands. */
async function unless<Value>(
  leftOut: Map<string, string>,
  what: string,
  measure: () => Promise<Value>,
): Promise<Value | null> {
  try {
    return await measure()
  } catch (error) {
    leftOut.set(what, error instanceof Error ? error.message.slice(0, 500) : String(error))
    return null
  }
}

async function burst(house: BenchHouse, contender: Contender): Promise<Burst> {
  process.stderr.write(`${AT_ONCE} × 10 MB at once: ${contender.title}\n`)
  const running = await house.start(contender)
  try {
    const { answered, failures, loop, peakBytes } = await watched(house, running, {
      dialect: contender.dialect,
      bytes: BYTES,
      connections: AT_ONCE,
      seconds: 0,
      requests: WAVES * AT_ONCE,
    })
    const allowedBytes = 1.3 * AT_ONCE * (BYTES + house.answerBytes) + 150e6
    const { id, title } = contender
    return { contender: id, title, answered, failures, loop, peakBytes: peakBytes ?? 0, allowedBytes }
  } finally {
    await running.stop()
  }
}

const SMALL_BUDGET = '64MiB'
/** More than the budget has room for. */
const HOLDERS = 8
const KNOCKS = 300

async function beyondBudget(house: BenchHouse): Promise<Refusals> {
  process.stderr.write(`beyond a budget of ${SMALL_BUDGET}\n`)
  const contender = ours('ours-small', 'small budget', { verify: 'headers', inFlightBytes: SMALL_BUDGET })
  const running = await house.start(contender)
  const { dialect } = contender
  const knocker = startJobProcess<KnockJob, KnockResult>('knock.ts')
  try {
    const { port, path, headers } = running
    const bodyFile = await house.bodyFile(BYTES, dialect)
    const knock = (kind: KnockJob['kind'], count: number) =>
      knocker.run({ kind, port, path, headers, bodyFile, count })
    const one = { dialect, bytes: BYTES, connections: 1, seconds: 0, requests: 1 }
    // What is compiled on first use is not what is measured.
    await house.load(running, { ...one, requests: 10 })
    const holding = await knock('hold', HOLDERS)
    await knock('knock', KNOCKS)
    const quiet = await knock('knock', KNOCKS)
    const storming = house.load(running, { ...one, connections: AT_ONCE, seconds: 3, requests: null })
    const storm = await knock('knock', KNOCKS)
    await storming
    const released = await knock('release', 0)
    const { failures } = await house.load(running, one)
    return {
      quiet,
      storm,
      held: holding.statuses['none'] ?? 0,
      heldAnswered: released.statuses['200'] ?? 0,
      recovered: Object.keys(failures).length === 0,
      ended: running.ended(),
    }
  } finally {
    await Promise.all([knocker.stop(), running.stop()])
  }
}

function burstTable(bursts: readonly Burst[]): string {
  const lines = [
    `| ${AT_ONCE} × 10 MB at once, ${WAVES} times | answered | refused or failed | peak RSS | allowed | event loop p99 | most |`,
    '| --- | --: | --: | --: | --: | --: | --: |',
  ]
  for (const { title, answered, failures, loop, peakBytes, allowedBytes } of bursts) {
    const failed = Object.entries(failures).map(([what, count]) => `${count} × ${what}`)
    const [peak, allowed] = [peakBytes, allowedBytes].map((bytes) => `${(bytes / 1e6).toFixed(0)} MB`)
    const [p99, most] = [loop?.p99Ms, loop?.maxMs].map((ms) => `${ms?.toFixed(0) ?? '–'} ms`)
    lines.push(
      `| ${title} | ${answered} | ${failed.join(', ') || 0} | ${peak} | ${allowed} | ${p99} | ${most} |`,
    )
  }
  return lines.join('\n')
}

function refusalTable(refusals: Refusals | null): string {
  if (refusals === null) return 'Refusals beyond the budget were not measured.'
  const { quiet, storm, held, heldAnswered, recovered, ended } = refusals
  return [
    `| 10 MB beyond a full budget of ${SMALL_BUDGET} | answers | p50 | p99 | most |`,
    '| --- | --- | --: | --: | --: |',
    refusalRow('nothing else happens', quiet),
    refusalRow(`${AT_ONCE} clients send bodies that are refused too`, storm),
    '',
    `${held} requests held the budget; ${heldAnswered} of them were answered with 200 once sent whole. The next request was ` +
      `${recovered ? '' : 'not '}answered. The process ${ended === null ? 'lives' : `ended: ${ended}`}.`,
  ].join('\n')
}

function refusalRow(what: string, { ms, statuses }: KnockResult): string {
  const counts = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`)
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => `${precise(quantile(ms, share))} ms`)
  return `| ${what} | ${counts.join(', ')} | ${p50} | ${p99} | ${most} |`
}
