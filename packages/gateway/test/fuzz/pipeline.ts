import { setTimeout as sleep } from 'node:timers/promises'
import { openRaw } from '../raw-socket.ts'
import type { Answer } from './answer.ts'
import type { Dice } from './dice.ts'
import { request } from './socket-tricks.ts'
import type { Sent } from './spoil-request.ts'

export interface Pipelined {
  /** In the order of the requests; fewer where the connection ended behind one. */
  readonly answers: readonly Answer[]
  /** Whether the server may be asked no more on it. */
  readonly closed: boolean
  readonly ms: number
}

/** Sends requests one behind the other on one connection, cut anywhere, and takes their answers; now and then it leaves. */
export async function pipelined(port: number, requests: readonly Sent[], dice: Dice): Promise<Pipelined> {
  const raw = await openRaw(port)
  const begun = performance.now()
  const bytes = Buffer.concat(
    requests.map((sent) => {
      const body = sent.body ?? Buffer.alloc(0)
      return request(sent, [['content-length', String(body.length)]], body, { closes: false })
    }),
  )
  for (let at = 0; at < bytes.length;) {
    const step = dice.chance(0.5) ? bytes.length : 1 + dice.int(bytes.length)
    void raw.write(bytes.subarray(at, at + step))
    at += step
    if (at < bytes.length) await sleep(dice.int(3))
  }
  if (dice.chance(0.2)) {
    await sleep(dice.int(60))
    raw.socket.resetAndDestroy()
  }
  const answers = (await raw.wait(requests.length, 8000)) ?? []
  const ms = performance.now() - begun
  const closed = answers.length < requests.length && (await raw.closes(3000))
  raw.socket.resetAndDestroy()
  return { answers, closed, ms }
}
