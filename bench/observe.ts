import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../packages/gateway/src/observe/log.ts'
import {
  createObserver,
  type Observer,
  type ObserverOptions,
} from '../packages/gateway/src/observe/observer.ts'
import { startCollector } from '../packages/gateway/src/observe/collector.fixture.ts'
import { editedResult } from '../packages/gateway/src/observe/edit.fixture.ts'
import { processUsage, realSystem } from '../packages/gateway/src/system.ts'

const ROUNDS = 9
const REQUESTS = 2000
/** As many as come before the event loop turns; then the disk has 2 ms, some ten times what a gateway has at its best. */
const BURST = 20

/** What watching a request costs, from `begin` to `end`, for an edit of two attempts and for a short request. */
export async function bench(): Promise<void> {
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.versions.node}, ` +
      `load ${loadavg()[0]?.toFixed(1)} at the start; median of ${ROUNDS} rounds of ${REQUESTS}\n`,
  )
  const collector = await startCollector()
  const metrics = { usage: processUsage, knownModels: ['gemini-nano-banana-2.1'] }
  const traces = { endpoint: collector.endpoint, version: '0.0.0' }
  console.log('| watched by | µs an edit | CPU µs an edit | µs a short request | bytes of log an edit |')
  console.log('| --- | --: | --: | --: | --: |')
  await row('nothing: log silent', { level: 'silent' })
  await row('log to a file', { level: 'info' })
  await row('metrics', { level: 'silent', metrics })
  await row('log and metrics', { level: 'info', metrics })
  await row('log, metrics and traces', { level: 'info', metrics, traces })
  await collector.close()
  const { text } = await read(metrics)
  console.log(`\nReading metrics: ${text}. Load ${loadavg()[0]?.toFixed(1)} at the end.`)
}

type Watched = Pick<ObserverOptions, 'metrics' | 'traces'> & { readonly level: 'silent' | 'info' }

async function row(what: string, { level, ...options }: Watched): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'observe-'))
  const file = join(folder, 'log')
  const log = createLog({ clock: realSystem.clock, level, to: { file } })
  const observer = await createObserver({ system: realSystem, log, ...options })
  const edit = await timed(() => watchEdit(observer))
  const bytes = statSync(file).size / ((ROUNDS + 1) * REQUESTS)
  const short = await timed(() => watchShort(observer))
  await observer.close()
  await log.close()
  rmSync(folder, { recursive: true })
  const figures = [edit.us, edit.cpuUs, short.us].map((us) => us.toFixed(1))
  const lost = log.lost() > 0 ? ` (${log.lost()} lines lost)` : ''
  console.log(`| ${what} | ${figures.join(' | ')} | ${bytes.toFixed(0)}${lost} |`)
}

const RESULT = editedResult(realSystem)

function watchEdit(observer: Observer): void {
  const request = observer.begin({
    requestId: 'req_01999999-9999-7999-9999-999999999999',
    method: 'POST',
    door: 'gemini',
    route: '/{version}/models/{model}:generateContent',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  })
  request.caller('web')
  request.received({
    requestBytes: 5_600_000,
    images: [{ bytes: 4_000_000, sha256: 'ab'.repeat(32), type: 'image/jpeg' }],
  })
  request.step('read', 12.3)
  request.step('judge', 45.6)
  request.edited(RESULT)
  request.serverTiming()
  request.end({ status: 200, answerBytes: 1_500_000, how: 'answered' })
}

function watchShort(observer: Observer): void {
  const request = observer.begin({ requestId: 'r-1', method: 'GET', door: 'models', route: '/v1/models' })
  request.caller('web')
  request.end({ status: 200, answerBytes: 4000, how: 'answered' })
}

async function timed(watch: () => void): Promise<{ readonly us: number; readonly cpuUs: number }> {
  const walls: number[] = []
  const cpu: number[] = []
  // The first round is the compiler's.
  for (let round = 0; round <= ROUNDS; round += 1) {
    let wallMs = 0
    const before = process.cpuUsage()
    for (let burst = 0; burst < REQUESTS / BURST; burst += 1) {
      const started = performance.now()
      for (let i = 0; i < BURST; i += 1) watch()
      wallMs += performance.now() - started
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    const { user, system } = process.cpuUsage(before)
    if (round > 0) {
      walls.push((1000 * wallMs) / REQUESTS)
      cpu.push((user + system) / REQUESTS)
    }
  }
  return { us: median(walls), cpuUs: median(cpu) }
}

async function read(metrics: NonNullable<ObserverOptions['metrics']>): Promise<{ readonly text: string }> {
  const log = createLog({ clock: realSystem.clock, level: 'silent', to: { fd: 1 } })
  const observer = await createObserver({ system: realSystem, log, metrics })
  for (let i = 0; i < 1000; i += 1) watchEdit(observer)
  const times: number[] = []
  let bytes = 0
  for (let i = 0; i < 50; i += 1) {
    const started = performance.now()
    bytes = (await observer.metrics())?.text.length ?? 0
    times.push(performance.now() - started)
  }
  await observer.close()
  return { text: `${median(times).toFixed(2)} ms for ${(bytes / 1000).toFixed(0)} KB` }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
