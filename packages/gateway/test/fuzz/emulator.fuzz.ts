import { Agent } from 'node:http'
import { type EmulatorProcess, startEmulatorProcess } from '../emulator-process.ts'
import { attempt, LATE_MS } from './attempt.ts'
import { SECRET } from './draft.ts'
import { EMULATOR_JUDGE } from './emulator-judge.ts'
import { emulatorSamples } from './emulator-samples.ts'
import { CLIENTS, type FuzzOptions, type FuzzResult, type FuzzTarget, runFuzz } from './run.ts'
import { spoiled } from './spoil-request.ts'
import { drawn, filled, learn, spoiledSteps } from './steps.ts'

/** The store of interactions alone may hold 256 MB; a leak of a picture a request would take several gigabytes. */
const MOST_PEAK_MB = 900

/** Sends spoiled requests to one emulator and says what in its answers should not be. */
export async function fuzzEmulator(options: FuzzOptions): Promise<FuzzResult> {
  const samples = await emulatorSamples()
  const server = await startEmulatorProcess()
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const runCase: FuzzTarget['runCase'] = async function* runCase(_, dice) {
    const sample = drawn(samples, dice)
    const known = new Map<string, string>()
    for (const draft of spoiledSteps(sample, dice, (step) => spoiled(step, dice, { personas: true }))) {
      const sent = filled(draft, known)
      const tried = await attempt(sent, {
        port: server.port,
        agent,
        dice,
        judge: EMULATOR_JUDGE,
        trickyShare: 0.15,
      })
      learn(tried.answer, LEARNT, known)
      yield { ...tried, sample: sample.name }
    }
  }
  let crashes = 0
  const betweenRounds = async () => {
    const { faults, crashes: now } = await lookedAt(server, crashes)
    crashes = now
    return faults
  }
  try {
    return await runFuzz(
      { name: 'emulator', server, mostPeakMb: MOST_PEAK_MB, runCase, betweenRounds },
      options,
    )
  } finally {
    agent.destroy()
    await server.stop()
  }
}

const LEARNT = {
  file: /"name": ?"files\/([\w-]+)"/,
  interaction: /"id": ?"(v1_[\w-]+)"/,
  token: /"access_token": ?"([^"]+)"/,
} as const

interface State {
  readonly crashes: number
  readonly totals: Readonly<
    Record<'calls' | 'open' | 'generations' | 'imagesBilled' | 'costMicroUsd', number>
  >
}

async function lookedAt(
  emulator: EmulatorProcess,
  before: number,
): Promise<{ readonly faults: readonly string[]; readonly crashes: number }> {
  const base = `${emulator.url}/emulator`
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
