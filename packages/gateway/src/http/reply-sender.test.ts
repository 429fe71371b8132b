import { Agent, createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { Reply } from './exchange.ts'
import { sendReply } from './reply-sender.ts'

const NEVER = new AbortController().signal

let server: Server | undefined
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
afterEach(() => {
  agent.destroy()
  server?.closeAllConnections()
  server?.close()
})

/** Sends the same reply to everybody, and counts the listeners there are: before each answer, and while it streams. */
const serving = async (reply: () => Reply) => {
  const seen = { onSocket: [] as number[], onResponse: [] as number[] }
  server = createServer((incoming, response) => {
    seen.onSocket.push(incoming.socket.listenerCount('timeout'))
    const counting = setInterval(() => seen.onResponse.push(response.listenerCount('close')), 1)
    void sendReply(reply(), response, { withBody: true, signal: NEVER, readerIdleMs: 60_000 }).finally(() =>
      clearInterval(counting),
    )
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const received = () =>
    new Promise<number>((resolve, reject) => {
      request({ port, agent }, (answer) => {
        let bytes = 0
        answer.on('data', (piece: Buffer) => (bytes += piece.length)).on('end', () => resolve(bytes))
      })
        .on('error', reject)
        .end()
    })
  return { seen, received }
}

async function* long() {
  for (let i = 0; i < 400; i++) yield new Uint8Array(100_000)
}

describe('listeners', () => {
  test('of a connection are as many after many answers as after one', async () => {
    const { seen, received } = await serving(() => ({ status: 200, headers: {}, body: [Buffer.from('x')] }))
    for (let i = 0; i < 20; i++) expect(await received()).toBe(1)
    expect(new Set(seen.onSocket).size).toBe(1)
  })

  test('of an answer are as many after many waits as after one', async () => {
    const { seen, received } = await serving(() => ({ status: 200, headers: {}, body: long() }))
    expect(await received()).toBe(40_000_000)
    expect(seen.onResponse.length).toBeGreaterThan(1)
    expect(Math.max(...seen.onResponse)).toBeLessThan(8)
  })
})
