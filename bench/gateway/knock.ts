import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KnockJob, KnockResult } from './knock-job.ts'

/**
 * Fills a gateway up with requests that lack their last byte, and tries what another one gets: as a process of its own that does
 * nothing else, so that the time until a refusal is the gateway's.
 */
process.on('message', (job: KnockJob) => {
  void JOBS[job.kind](job).then((result) => process.send?.(result))
})

const JOBS = { hold, knock, release }

interface Held {
  readonly socket: Socket
  readonly status: Promise<string>
  readonly last: Buffer
}

const held: Held[] = []
/** Until the gateway has read what was sent. */
const SETTLE_MS = 500
const ANSWER_TIMEOUT_MS = 5000
/** A refusal needs no more of a body, and a gateway that reads on has some to throw away. */
const BEGINNING_BYTES = 64 * 1024
const GAP_MS = 5

/** Those that are refused are let go: `none` are the ones held. */
async function hold(job: KnockJob): Promise<KnockResult> {
  const body = readFileSync(job.bodyFile)
  const statuses: string[] = []
  for (let index = 0; index < job.count; index += 1) {
    const socket = await connected(job.port)
    const status = statusOf(socket)
    socket.write(headOf(job, body.length))
    socket.write(body.subarray(0, -1))
    const early = await Promise.race([status, sleep(SETTLE_MS, 'none')])
    statuses.push(early)
    if (early === 'none') held.push({ socket, status, last: body.subarray(-1) })
    else socket.destroy()
  }
  return { ms: [], statuses: counted(statuses) }
}

async function knock(job: KnockJob): Promise<KnockResult> {
  const body = readFileSync(job.bodyFile)
  const ms: number[] = []
  const statuses: string[] = []
  for (let index = 0; index < job.count; index += 1) {
    const socket = await connected(job.port)
    const answered = statusOf(socket)
    const asked = performance.now()
    socket.write(headOf(job, body.length))
    socket.write(body.subarray(0, BEGINNING_BYTES))
    const status = await Promise.race([answered, sleep(ANSWER_TIMEOUT_MS, 'none')])
    if (status !== 'none') ms.push(performance.now() - asked)
    statuses.push(status)
    socket.destroy()
    await sleep(GAP_MS)
  }
  return { ms, statuses: counted(statuses) }
}

/** Sends the last byte of each that is held. */
async function release(): Promise<KnockResult> {
  const answers = held.splice(0).map(async ({ socket, status, last }) => {
    socket.write(last)
    const got = await Promise.race([status, sleep(ANSWER_TIMEOUT_MS, 'none')])
    socket.destroy()
    return got
  })
  return { ms: [], statuses: counted(await Promise.all(answers)) }
}

async function connected(port: number): Promise<Socket> {
  const socket = new Socket()
  socket.setNoDelay(true)
  // It may be cut off while it sends: what came before that counts.
  socket.on('error', () => {})
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

function headOf({ port, path, headers }: KnockJob, contentLength: number): string {
  const fields = Object.entries({
    host: `127.0.0.1:${port}`,
    ...headers,
    'content-length': String(contentLength),
  })
  return `POST ${path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

function statusOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1', 9, 12)))
    socket.once('close', () => resolve('cut off'))
  })
}

function counted(statuses: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
