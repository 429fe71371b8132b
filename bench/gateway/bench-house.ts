import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNode } from './child.ts'
import type { Contender, Running } from './contender.ts'
import { type JobProcess, startJobProcess } from './job-process.ts'
import type { LoadJob, LoadResult } from './load-job.ts'
import { type Dialect, UPSTREAM_KEY, writeAnswer, writeRequest } from './workload.ts'

/** What all cells share: one upstream, one load generator, the files of bodies. */
export interface BenchHouse {
  readonly upstreamPid: number
  readonly answerBytes: number
  start(contender: Contender): Promise<Running>
  /** Sends load to a contender; a failure is in the result, and so is an answer that never came from the upstream. */
  load(running: Running, load: Load): Promise<LoadResult>
  bodyFile(bytes: number, dialect: Dialect): Promise<string>
  close(): Promise<void>
}

export interface Load {
  readonly dialect: Dialect
  readonly bytes: number
  readonly connections: number
  readonly seconds: number
  readonly requests: number | null
}

export async function openBenchHouse(): Promise<BenchHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'plantain-bench-'))
  const answerFile = await writeAnswer(folder)
  const { size: answerBytes } = await stat(answerFile)
  const upstream = startNode([join(import.meta.dirname, 'upstream.ts'), answerFile, UPSTREAM_KEY])
  const generator = startJobProcess<LoadJob, LoadResult>('load.ts')
  const [, port] = await upstream.printed(/^port (\d+)$/m)
  const upstreamPort = Number(port)
  const bodies = new Map<string, Promise<string>>()
  let starts = 0

  const bodyFile: BenchHouse['bodyFile'] = (bytes, dialect) => {
    const name = `${bytes} ${dialect}`
    const file = bodies.get(name) ?? writeRequest(folder, bytes, dialect)
    bodies.set(name, file)
    return file
  }

  return {
    upstreamPid: upstream.pid,
    answerBytes,
    bodyFile,
    async start(contender) {
      const own = join(folder, `${contender.id}-${(starts += 1)}`)
      await mkdir(own)
      const running = await contender.start({ upstreamPort, folder: own })
      const stop = async () => {
        await running.stop()
        // Bodies and results that it has put there may be many.
        await rm(own, { recursive: true, force: true })
      }
      return { ...running, stop }
    },
    async load(running, { dialect, bytes, connections, seconds, requests }) {
      const job: LoadJob = {
        origin: `http://127.0.0.1:${running.port}`,
        path: running.path,
        headers: running.headers,
        bodyFile: await bodyFile(bytes, dialect),
        // Another dialect frames the image in another way; its base64 is nearly all there is.
        answer: {
          bytes: dialect === 'gemini' ? answerBytes : answerBytes * 0.99,
          exactly: dialect === 'gemini',
        },
        connections,
        seconds,
        requests,
      }
      return checked(generator, upstreamPort, job)
    },
    async close() {
      await Promise.all([generator.stop(), upstream.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A gateway that answers from a cache would win any race. */
async function checked(
  generator: JobProcess<LoadJob, LoadResult>,
  upstreamPort: number,
  job: LoadJob,
): Promise<LoadResult> {
  const before = await servedBy(upstreamPort)
  const result = await generator.run(job)
  const missing = result.ms.length - ((await servedBy(upstreamPort)) - before)
  if (missing <= 0) return result
  return { ...result, failures: { ...result.failures, 'not asked of the upstream': missing } }
}

async function servedBy(upstreamPort: number): Promise<number> {
  return Number(await (await fetch(`http://127.0.0.1:${upstreamPort}/served`)).text())
}
