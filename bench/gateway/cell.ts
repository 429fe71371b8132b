import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchHouse } from './bench-house.ts'
import type { LoopDelay } from './child.ts'
import type { Contender, Running } from './contender.ts'
import type { GatewayBenchOptions } from './options.ts'
import { processTree } from './process-tree.ts'
import { quantile } from './statistics.ts'

/** What one contender did with one size at one concurrency, once. */
export interface Measured {
  readonly contender: string
  readonly bytes: number
  readonly concurrency: number
  readonly answered: number
  /** Of the contender's processes, a request; `null` where it has none. */
  readonly cpuMs: number | null
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly loop: LoopDelay | null
  readonly peakBytes: number | null
  readonly failures: Readonly<Record<string, number>>
}

const WARM_UP_CONNECTIONS = 16
/** What a process does behind its last answer, such as collecting garbage, is still its cost. */
const SETTLE_MS = 50

/**
 * One contender with one size at every concurrency, in one process: lowest first, since memory once taken stays.
 * Throws where it does not start or its very first answer is wrong.
 */
export async function measure(
  house: BenchHouse,
  contender: Contender,
  bytes: number,
  options: GatewayBenchOptions,
): Promise<readonly Measured[]> {
  const running = await house.start(contender)
  try {
    await probe(house, contender, running, bytes)
    const { dialect } = contender
    const { seconds, requests, warmUpSeconds } = options
    const connections = Math.min(WARM_UP_CONNECTIONS, Math.max(...options.concurrency))
    await house.load(running, { dialect, bytes, connections, seconds: warmUpSeconds, requests: null })
    const measured: Measured[] = []
    for (const concurrency of options.concurrency.toSorted((a, b) => a - b)) {
      const load = { dialect, bytes, connections: concurrency, seconds, requests }
      measured.push({ contender: contender.id, bytes, concurrency, ...(await watched(house, running, load)) })
    }
    return measured
  } finally {
    await running.stop()
  }
}

async function probe(
  house: BenchHouse,
  { dialect }: Contender,
  running: Running,
  bytes: number,
): Promise<void> {
  const { failures } = await house.load(running, { dialect, bytes, connections: 1, seconds: 0, requests: 1 })
  const [wrong] = Object.keys(failures)
  if (wrong !== undefined) throw new Error(`its first answer was wrong: ${wrong}`)
}

/** Sends load to what is warm and looks at what that costs it. */
export async function watched(
  house: BenchHouse,
  running: Running,
  load: Parameters<BenchHouse['load']>[1],
): Promise<Omit<Measured, 'contender' | 'bytes' | 'concurrency'>> {
  const tree = running.pid === null ? null : processTree(running.pid)
  tree?.resetPeak()
  await running.loopDelay()
  const cpuBefore = tree?.cpuMs() ?? 0
  const { ms, wallMs, failures } = await house.load(running, load)
  await sleep(SETTLE_MS)
  const end = running.ended()
  return {
    answered: ms.length,
    cpuMs: tree && (tree.cpuMs() - cpuBefore) / Math.max(1, ms.length),
    perSecond: (ms.length * 1000) / wallMs,
    p50Ms: quantile(ms, 0.5),
    p99Ms: quantile(ms, 0.99),
    loop: end === null ? await running.loopDelay() : null,
    peakBytes: tree && tree.peakBytes(),
    failures: end === null ? failures : { ...failures, [`its process ended: ${end}`]: 1 },
  }
}
