import { readFileSync, readdirSync, writeFileSync } from 'node:fs'

/** A process and all that descend from it: nginx serves from workers of its own. Linux only. */
export interface ProcessTree {
  /** User and system time of every process and thread, and of children that have ended, in ms. */
  cpuMs(): number
  /** The most memory each held since it began or since `resetPeak`, added up; shared pages count for each. */
  peakBytes(): number
  /** From here on the peak is what is held now or comes later. */
  resetPeak(): void
}

/** What `sysconf(_SC_CLK_TCK)` is on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100
/** `proc(5)`: makes the peak of a process its present size. */
const RESET_PEAK = '5'

export function processTree(root: number): ProcessTree {
  return {
    cpuMs: () => sum(members(root).map((pid) => (ticksOf(pid) * 1000) / TICKS_PER_SECOND)),
    peakBytes: () => sum(members(root).map(peakOf)),
    resetPeak() {
      for (const pid of members(root)) attempt(() => writeFileSync(`/proc/${pid}/clear_refs`, RESET_PEAK))
    },
  }
}

function members(root: number): readonly number[] {
  const parents = readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid))
    .map((pid) => ({ pid, parent: Number(statOf(pid)[1]) }))
  const found = [root]
  for (const member of found)
    for (const { pid, parent } of parents) if (parent === member && !found.includes(pid)) found.push(pid)
  return found
}

function ticksOf(pid: number): number {
  return sum(statOf(pid).slice(11, 15).map(Number))
}

/** The fields behind the name, which may hold anything: state, parent, …, utime, stime, cutime, cstime. */
function statOf(pid: number): readonly string[] {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? ''
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function peakOf(pid: number): number {
  const status = attempt(() => readFileSync(`/proc/${pid}/status`, 'latin1')) ?? ''
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}

/** A process may end between one look and the next, or belong to somebody else. */
function attempt<Value>(look: () => Value): Value | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
