import type { ServerProcess } from '../server-process.ts'
import type { Attempt } from './attempt.ts'
import { type Dice, diceFor } from './dice.ts'

export interface FuzzOptions {
  readonly count: number
  readonly seed: number
  /** Just the case of this number. */
  readonly only?: number
  /** Called for each that is found, as it is. */
  readonly report?: (finding: string) => void
  /** Called a hundred times or so. */
  readonly progress?: (done: number) => void
}

export interface FuzzResult {
  readonly cases: number
  readonly requests: number
  readonly seconds: number
  readonly findings: readonly string[]
  /** Answers by status; 0: none, as it should be. */
  readonly statuses: Readonly<Record<string, number>>
  readonly slowestMs: number
  readonly rssMb: number
  readonly peakMb: number
  /** The attempts of `only`. */
  readonly attempts: readonly Attempt[]
}

/** A server in a process of its own, and what is sent to it. */
export interface FuzzTarget {
  readonly name: string
  readonly server: ServerProcess
  /** Beyond it something is held that should not be. */
  readonly mostPeakMb: number
  /** The requests of a case, one after the other; all that is thrown follows from the dice. */
  runCase(number: number, dice: Dice): AsyncIterable<Attempt>
  /** What must hold whenever nobody asks, and does not. */
  betweenRounds(): Promise<readonly string[]>
}

/** At a time. */
export const CLIENTS = 12
/** Then all is looked at that must hold between requests. */
const CASES_PER_ROUND = 1000
const MOST_FINDINGS = 50

/** Sends spoiled requests to one server and says what in its answers should not be. */
export async function runFuzz(
  { name, server, mostPeakMb, runCase, betweenRounds }: FuzzTarget,
  { count, seed, only, report, progress }: FuzzOptions,
): Promise<FuzzResult> {
  const findings: string[] = []
  const statuses: Record<string, number> = {}
  const attempts: Attempt[] = []
  let requests = 0
  let slowestMs = 0
  const found = (text: string) => {
    findings.push(text)
    report?.(text)
  }
  const isHopeless = () => findings.length >= MOST_FINDINGS || server.ended() !== null

  const run = async (number: number): Promise<void> => {
    for await (const tried of runCase(number, diceFor(seed, number))) {
      requests += 1
      slowestMs = Math.max(slowestMs, tried.ms)
      const status = tried.answer?.status ?? 0
      statuses[status] = (statuses[status] ?? 0) + 1
      if (only !== undefined) attempts.push(tried)
      if (tried.fault !== null) found(told(tried, { seed, number }))
    }
  }
  const looked = () =>
    betweenRounds().catch((thrown: unknown) => [`the ${name} does not tell its state: ${String(thrown)}`])

  const begun = performance.now()
  if (only !== undefined) await run(only)
  const wanted = only === undefined ? count : 0
  for (let from = 0; from < wanted; from += CASES_PER_ROUND) {
    const to = Math.min(from + CASES_PER_ROUND, wanted)
    await inParallel(from, to, async (number) => {
      if (!isHopeless()) await run(number)
    })
    progress?.(to)
    if (isHopeless()) break
    for (const text of await looked()) found(`after case ${to - 1}, seed ${seed}: ${text}`)
  }
  for (const text of [
    ...lastly(name, server, mostPeakMb),
    ...(server.ended() === null ? await looked() : []),
  ]) {
    found(`seed ${seed}: ${text}`)
  }
  const { rssMb = 0, peakMb = 0 } = server.memory() ?? {}
  const seconds = (performance.now() - begun) / 1000
  const cases = only === undefined ? count : 1
  return { cases, requests, seconds, findings, statuses, slowestMs, rssMb, peakMb, attempts }
}

async function inParallel(from: number, to: number, run: (number: number) => Promise<void>): Promise<void> {
  let next = from
  const client = async () => {
    while (next < to) await run(next++)
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}

function lastly(name: string, server: ServerProcess, mostPeakMb: number): readonly string[] {
  const complaints = server.complaints()
  const said = complaints === '' ? [] : [`the ${name} printed: ${complaints}`]
  const end = server.ended()
  if (end !== null) return [`the ${name} ended: ${end}`, ...said]
  const { peakMb = 0 } = server.memory() ?? {}
  const grown = peakMb > mostPeakMb ? [`the ${name} took ${Math.round(peakMb)} MB`] : []
  return [...said, ...grown]
}

function told(
  { how, sent, answer, ms, fault, sample }: Attempt,
  { seed, number }: { readonly seed: number; readonly number: number },
): string {
  const { method, path, query, headers, body } = sent
  const lines = [
    `${fault} (${sample}, by ${how}, ${Math.round(ms)} ms). Again: --seed ${seed} --only ${number}`,
    `  ${method} ${shown(query === '' ? path : `${path}?${query}`)}`,
    ...headers.map(([header, value]) => `  ${header}: ${shown(value)}`),
    `  ${body === null ? 'no body' : `${body.length} bytes: ${shown(body.toString())}`}`,
    `  → ${answer === null ? 'nothing' : `${answer.status} ${answer.headers['content-type'] ?? ''} ${shown(answer.body.toString())}`}`,
  ]
  return lines.join('\n')
}

function shown(text: string): string {
  const readable = JSON.stringify(text).slice(1, -1)
  return readable.length > 400 ? `${readable.slice(0, 400)}…` : readable
}
