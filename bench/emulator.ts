import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { Pool } from 'undici'
import { cannedPicture } from '../packages/gateway/src/emulator/pictures/canned.ts'
import {
  type EmulatorProcess,
  type EmulatorProcessOptions,
  startEmulatorProcess,
} from '../packages/gateway/test/emulator-process.ts'

const STARTS = 9
const CONNECTIONS = 16
const WARM_UP = 2000
const REQUESTS = 10_000
const ANSWER_BYTES = 100 * 1024
const PATH = '/v1beta/models/gemini-nano-banana-2.1:generateContent'
const HEADERS = { 'x-goog-api-key': 'AIza-bench', 'content-type': 'application/json' }

/** How soon an emulator is there, how much it answers, and what it holds under load, as processes of its own. */
export async function bench(): Promise<void> {
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.versions.node}, ` +
      `load ${loadavg()[0]?.toFixed(1)} at the start\n`,
  )
  console.log(
    '| start to the line that says “ready” | median | most | held against |\n| --- | --: | --: | --- |',
  )
  await start('compiled code kept', {}, '≤ 0.6 s')
  await start('none kept', { NODE_DISABLE_COMPILE_CACHE: '1' }, '')

  console.log(
    '\n| generateContent, answers with an image of 100 KB | requests/s | per CPU second of the server | p99 | loop p99 | peak RSS | held against |\n| --- | --: | --: | --: | --: | --: | --- |',
  )
  const least = '≥ 1000 per CPU second'
  await load('text only', await requestOf(null), { limit: least })
  await load('with an image of 100 KB', await requestOf(100 * 1024), { limit: least })
  const large = { connections: 64, warmUp: 0, requests: 3 * 64, limit: '≤ 1 GB' }
  await load('with an image of 7.5 MB, 64 at once', await requestOf(7_500_000), large)
  console.log(`\nLoad ${loadavg()[0]?.toFixed(1)} at the end, this benchmark's own included.`)
}

async function start(what: string, env: Readonly<Record<string, string>>, limit: string): Promise<void> {
  const seconds: number[] = []
  for (let i = 0; i <= STARTS; i++) {
    const emulator = await startEmulatorProcess({ env })
    await emulator.stop()
    // The first run warms the disk's cache and is not counted.
    if (i > 0) seconds.push(emulator.readyMs / 1000)
  }
  const [median, most] = [quantile(seconds, 0.5), quantile(seconds, 1)]
  console.log(`| ${what} | ${median.toFixed(2)} s | ${most.toFixed(2)} s | ${limit} |`)
}

interface Load {
  readonly connections?: number
  readonly warmUp?: number
  readonly requests?: number
  readonly limit: string
}

async function load(
  what: string,
  body: Buffer,
  { connections = CONNECTIONS, warmUp = WARM_UP, requests = REQUESTS, limit }: Load,
): Promise<void> {
  const emulator = await startEmulatorProcess(WATCHED)
  const pool = new Pool(`http://127.0.0.1:${emulator.port}`, { connections, pipelining: 1 })
  const send = async (count: number): Promise<readonly number[]> => {
    const ms: number[] = []
    let next = 0
    const client = async () => {
      while (next++ < count) ms.push(await ask(pool, body))
    }
    await Promise.all(Array.from({ length: connections }, client))
    return ms
  }
  // The picture is made by the first request, in every case.
  await send(Math.max(warmUp, 1))
  const [begun, cpuBefore] = [performance.now(), cpuSeconds(emulator)]
  const ms = await send(requests)
  const [wall, cpu] = [(performance.now() - begun) / 1000, cpuSeconds(emulator) - cpuBefore]
  const { peakMb = 0 } = emulator.memory() ?? {}
  await pool.close()
  await emulator.stop()
  const loopMs = Number(/loop-p99-ms=([\d.]+)/.exec(emulator.complaints())?.[1])
  console.log(
    `| ${what}: ${(body.length / 1000).toFixed(1)} KB | ${(requests / wall).toFixed(0)} | ${(requests / cpu).toFixed(0)} | ` +
      `${quantile(ms, 0.99).toFixed(0)} ms | ${loopMs.toFixed(0)} ms | ${peakMb.toFixed(0)} MB | ${limit} |`,
  )
}

async function ask(pool: Pool, body: Buffer): Promise<number> {
  const begun = performance.now()
  const { statusCode, body: answer } = await pool.request({
    path: PATH,
    method: 'POST',
    headers: HEADERS,
    body,
  })
  const bytes = (await answer.arrayBuffer()).byteLength
  if (statusCode !== 200 || bytes < ANSWER_BYTES) throw new Error(`${statusCode} with ${bytes} bytes`)
  return performance.now() - begun
}

/** The delay of the event loop is read by the process itself on its way out. */
const WATCH = `import { monitorEventLoopDelay } from 'node:perf_hooks'
const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
process.on('exit', () => process.stderr.write('loop-p99-ms=' + delay.percentile(99) / 1e6))`

const WATCHED: EmulatorProcessOptions = {
  args: ['--canned', String(ANSWER_BYTES)],
  nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(WATCH)}`],
}

/** `null`: no image. */
async function requestOf(imageBytes: number | null): Promise<Buffer> {
  const parts: object[] = [{ text: 'Make the sky blue' }]
  if (imageBytes !== null) {
    const mimeType = 'image/jpeg'
    const { bytes } = await cannedPicture({ width: 1024, height: 768, mimeType, byteLength: imageBytes })
    parts.push({ inlineData: { mimeType, data: Buffer.from(bytes).toString('base64') } })
  }
  return Buffer.from(JSON.stringify({ contents: [{ role: 'user', parts }] }))
}

/** User and system time, which Linux counts in hundredths of a second (`proc_pid_stat`, fields 14 and 15). */
function cpuSeconds({ pid }: EmulatorProcess): number {
  // What stands in brackets is the name, and may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
