import { Agent } from 'node:http'
import { attempt, type Attempt, LATE_MS } from './attempt.ts'
import { type Dice, diceFor } from './dice.ts'
import { type EmulatorProcess, startEmulatorProcess } from '../emulator-process.ts'
import { type Draft, makeSamples, type Sample, SECRET } from './samples.ts'
import { type Sent, spoiled } from './spoil-request.ts'

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

/** At a time. */
const CLIENTS = 12
/** Then all is looked at that must hold between requests. */
const CASES_PER_ROUND = 1000
const MOST_FINDINGS = 50
/** The store of interactions alone may hold 256 MB; a leak of a picture a request would take several gigabytes. */
const MOST_PEAK_MB = 900

/** Sends spoiled requests to one emulator and says what in its answers should not be. */
export async function fuzzEmulator(options: FuzzOptions): Promise<FuzzResult> {
  const { count, seed, only, report, progress } = options
  const samples = await makeSamples()
  const emulator = await startEmulatorProcess()
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const findings: string[] = []
  const statuses: Record<string, number> = {}
  const attempts: Attempt[] = []
  let requests = 0
  let slowestMs = 0
  const found = (text: string) => {
    findings.push(text)
    report?.(text)
  }

  const isHopeless = () => findings.length >= MOST_FINDINGS || emulator.ended() !== null

  const runCase = async (number: number): Promise<void> => {
    const dice = diceFor(seed, number)
    const sample = drawn(samples, dice)
    const known = new Map<string, string>()
    for (const draft of spoiledSteps(sample, dice)) {
      const tried = await attempt(filled(draft, known), { port: emulator.port, agent, dice })
      learn(tried, known)
      requests += 1
      slowestMs = Math.max(slowestMs, tried.ms)
      const status = tried.answer?.status ?? 0
      statuses[status] = (statuses[status] ?? 0) + 1
      if (only !== undefined) attempts.push(tried)
      if (tried.fault !== null) found(told(tried, { seed, number, sample }))
    }
  }

  let crashes = 0
  const looked = async () => {
    try {
      const { faults, crashes: now } = await betweenRounds(emulator, crashes)
      crashes = now
      return faults
    } catch (thrown) {
      return [`the emulator does not tell its state: ${String(thrown)}`]
    }
  }

  const begun = performance.now()
  try {
    if (only !== undefined) await runCase(only)
    const wanted = only === undefined ? count : 0
    for (let from = 0; from < wanted; from += CASES_PER_ROUND) {
      const to = Math.min(from + CASES_PER_ROUND, wanted)
      await inParallel(from, to, async (number) => {
        if (!isHopeless()) await runCase(number)
      })
      progress?.(to)
      if (isHopeless()) break
      for (const text of await looked()) found(`after case ${to - 1}, seed ${seed}: ${text}`)
    }
    for (const text of [...lastly(emulator), ...(emulator.ended() === null ? await looked() : [])])
      found(`seed ${seed}: ${text}`)
    const { rssMb = 0, peakMb = 0 } = emulator.memory() ?? {}
    const seconds = (performance.now() - begun) / 1000
    const cases = only === undefined ? count : 1
    return { cases, requests, seconds, findings, statuses, slowestMs, rssMb, peakMb, attempts }
  } finally {
    agent.destroy()
    await emulator.stop()
  }
}

async function inParallel(from: number, to: number, run: (number: number) => Promise<void>): Promise<void> {
  let next = from
  const client = async () => {
    while (next < to) await run(next++)
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}

function drawn(samples: readonly Sample[], dice: Dice): Sample {
  const total = samples.reduce((sum, { weight }) => sum + weight, 0)
  let left = (dice.int(1_000_000) / 1_000_000) * total
  for (const sample of samples) {
    left -= sample.weight
    if (left < 0) return sample
  }
  throw new Error('There are no samples.')
}

/** One of the steps is spoiled, now and then all; those before it go as they should, those behind it often not at all. */
function spoiledSteps({ steps }: Sample, dice: Dice): readonly Sent[] {
  const at = dice.int(steps.length)
  const all = dice.chance(0.1)
  const upTo = dice.chance(0.5) ? steps.length : at + 1
  return steps.slice(0, upTo).map((step, i) => (all || i === at ? spoiled(step, dice) : asItIs(step)))
}

function asItIs({ method, path, query, headers, body }: Draft): Sent {
  const bytes = body === null ? null : 'bytes' in body ? body.bytes : Buffer.from(JSON.stringify(body.json))
  return { method, path, query, headers, body: bytes }
}

/** Puts what earlier answers gave in its places. */
function filled(sent: Sent, known: ReadonlyMap<string, string>): Sent {
  const fill = (text: string) =>
    text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => known.get(name) ?? 'unknown')
  const { path, query, headers, body } = sent
  const named = body?.includes('{{') === true && body.length < 5000
  return {
    ...sent,
    path: fill(path),
    query: fill(query),
    headers: headers.map(([name, value]) => [name, fill(value)]),
    body: named ? Buffer.from(fill(body.toString('latin1')), 'latin1') : body,
  }
}

const LEARNT = {
  file: /"name": ?"files\/([\w-]+)"/,
  interaction: /"id": ?"(v1_[\w-]+)"/,
  token: /"access_token": ?"([^"]+)"/,
} as const

function learn({ answer }: Attempt, known: Map<string, string>): void {
  const upload = /upload_id=(\w+)/.exec(answer?.headers['x-goog-upload-url'] ?? '')?.[1]
  if (upload !== undefined) known.set('upload', upload)
  if (answer === null || answer.body.length > 5000) return
  for (const [name, pattern] of Object.entries(LEARNT)) {
    const value = pattern.exec(answer.body.toString())?.[1]
    if (value !== undefined) known.set(name, value)
  }
}

interface State {
  readonly crashes: number
  readonly totals: Readonly<
    Record<'calls' | 'open' | 'generations' | 'imagesBilled' | 'costMicroUsd', number>
  >
}

/** What must hold whenever nobody asks. */
async function betweenRounds(
  emulator: EmulatorProcess,
  before: number,
): Promise<{ readonly faults: readonly string[]; readonly crashes: number }> {
  const base = `http://127.0.0.1:${emulator.port}/emulator`
  const settled = await fetch(`${base}/wait?open=0&timeoutMs=4000`, { signal: AbortSignal.timeout(LATE_MS) })
  await settled.text()
  const response = await fetch(`${base}/state`, { signal: AbortSignal.timeout(LATE_MS) })
  const text = await response.text()
  const { crashes, totals }: State = JSON.parse(text)
  const at = text.indexOf(SECRET)
  const faults = [
    ...(settled.status === 200 ? [] : [`${totals.open} calls never end`]),
    ...(crashes <= before ? [] : [`${crashes - before} crashes`]),
    ...(at === -1 ? [] : [`a secret is in the state: ${text.slice(Math.max(0, at - 300), at + 60)}`]),
    ...(Object.values(totals).every((sum) => Number.isSafeInteger(sum) && sum >= 0)
      ? []
      : [`sums are no counts: ${JSON.stringify(totals)}`]),
    ...(totals.generations <= totals.calls ? [] : ['more generations than calls']),
  ]
  return { faults, crashes }
}

function lastly(emulator: EmulatorProcess): readonly string[] {
  const complaints = emulator.complaints()
  const said = complaints === '' ? [] : [`the emulator printed: ${complaints}`]
  const end = emulator.ended()
  if (end !== null) return [`the emulator ended: ${end}`, ...said]
  const { peakMb = 0 } = emulator.memory() ?? {}
  const grown = peakMb > MOST_PEAK_MB ? [`the emulator took ${Math.round(peakMb)} MB`] : []
  return [...said, ...grown]
}

function told(
  { how, sent, answer, ms, fault }: Attempt,
  { seed, number, sample }: { readonly seed: number; readonly number: number; readonly sample: Sample },
): string {
  const { method, path, query, headers, body } = sent
  const lines = [
    `${fault} (${sample.name}, by ${how}, ${Math.round(ms)} ms). Again: --seed ${seed} --only ${number}`,
    `  ${method} ${shown(query === '' ? path : `${path}?${query}`)}`,
    ...headers.map(([name, value]) => `  ${name}: ${shown(value)}`),
    `  ${body === null ? 'no body' : `${body.length} bytes: ${shown(body.toString())}`}`,
    `  → ${answer === null ? 'nothing' : `${answer.status} ${answer.headers['content-type'] ?? ''} ${shown(answer.body.toString())}`}`,
  ]
  return lines.join('\n')
}

function shown(text: string): string {
  const readable = JSON.stringify(text).slice(1, -1)
  return readable.length > 400 ? `${readable.slice(0, 400)}…` : readable
}
