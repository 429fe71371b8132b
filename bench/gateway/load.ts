import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import type { LoadJob, LoadResult } from './load-job.ts'

/** The load generator, as a process of its own so that its work is nobody's cost: a job a message, a result a message. */
process.on('message', (job: LoadJob) => {
  void run(job).then((result) => process.send?.(result))
})

const bodies = new Map<string, Buffer>()
/** Whoever refuses at once is not asked in a tight loop. */
const PAUSE_MS = 10

async function run(job: LoadJob): Promise<LoadResult> {
  const body = bodies.get(job.bodyFile) ?? readFileSync(job.bodyFile)
  bodies.set(job.bodyFile, body)
  const pool = new Pool(job.origin, {
    connections: job.connections,
    pipelining: 1,
    headersTimeout: 120_000,
    bodyTimeout: 120_000,
  })
  const ms: number[] = []
  const failures: Record<string, number> = {}
  const begun = performance.now()
  let left = job.requests ?? Infinity
  const client = async () => {
    while (left > 0 && (job.requests !== null || performance.now() - begun < job.seconds * 1000)) {
      left -= 1
      const asked = performance.now()
      const failure = await ask(pool, job, body)
      if (failure === null) ms.push(performance.now() - asked)
      else {
        failures[failure] = (failures[failure] ?? 0) + 1
        await sleep(PAUSE_MS)
      }
    }
  }
  await Promise.all(Array.from({ length: job.connections }, client))
  const wallMs = performance.now() - begun
  await pool.close()
  return { ms, wallMs, failures }
}

/** What was wrong with the answer, or `null`. Its bytes are counted and thrown away: looking at them would cost as much as a gateway. */
function ask(pool: Pool, { path, headers, answer }: LoadJob, body: Buffer): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  let status = 0
  let bytes = 0
  pool.dispatch(
    { path, method: 'POST', headers: { ...headers }, body },
    {
      onRequestStart() {},
      onResponseStart(_, statusCode) {
        status = statusCode
      },
      onResponseData(_, chunk) {
        bytes += chunk.length
      },
      onResponseEnd() {
        if (status !== 200) resolve(`status ${status}`)
        else if (answer.exactly ? bytes === answer.bytes : bytes >= answer.bytes) resolve(null)
        else resolve(`an answer of ${bytes} bytes`)
      },
      onResponseError(_, error) {
        resolve('code' in error && typeof error.code === 'string' ? error.code : error.message)
      },
    },
  )
  return promise
}
