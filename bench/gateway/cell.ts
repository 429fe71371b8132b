import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchHouse, Load } from './bench-house.ts'
import type { LoopDelay } from './child.ts'
import type { Running } from './contender.ts'
import { processTree } from './process-tree.ts'
import { quantile } from './statistics.ts'

/** What one contender did with one size at one concurrency, once. */
export interface Measured extends Cost {
  readonly contender: string
  readonly bytes: number
  readonly concurrency: number
}

export interface Cost {
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

/** What a process does behind its last answer, such as collecting garbage, is still its cost. */
const SETTLE_MS = 50

/** Sends load to what is warm and looks at what that costs it. */
export async function watched(house: BenchHouse, running: Running, load: Load): Promise<Cost> {
  const tree = running.pid === null ? null : processTree(running.pid)
  tree?.resetPeak()
  await running.watchLoop()
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
