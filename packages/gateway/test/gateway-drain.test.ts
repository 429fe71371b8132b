import { readFileSync } from 'node:fs'
import { onTestFinished, expect, test } from 'vitest'
import { GENERATE } from './bad-input.ts'
import { errorIn } from './dialect.ts'
import type { Answer } from './fuzz/answer.ts'
import { gatewayOn, type LoggedGateway, SETTINGS } from './gateway-client.ts'
import { openRaw, type RawSocket, requestOf } from './raw-socket.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const PHOTO = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString('base64')
const EDIT = JSON.stringify({
  contents: [{ parts: [{ text: 'brighter' }, { inlineData: { mimeType: 'image/jpeg', data: PHOTO } }] }],
})
const ANSWER = {
  candidates: [{ content: { parts: [{ text: 'no' }] }, finishReason: 'NO_IMAGE' }],
  modelVersion: 'm',
  responseId: 'r',
}

/** An upstream that answers when told, and a gateway before it. */
async function waiting(drainMs: number): Promise<{
  readonly gateway: LoggedGateway
  readonly upstream: ScriptedServer
  readonly answer: () => void
}> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const upstream = await startScriptedServer(async () => {
    await promise
    return { json: ANSWER }
  })
  const gateway = await gatewayOn(upstream.origin, { limits: { ...SETTINGS.limits, drainMs } })
  onTestFinished(async () => {
    resolve()
    await gateway.close()
    await upstream.close()
  })
  return { gateway, upstream, answer: resolve }
}

async function opened(gateway: LoggedGateway): Promise<RawSocket> {
  const raw = await openRaw(gateway.port)
  onTestFinished(() => void raw.socket.destroy())
  return raw
}

const ask = (path: string) => requestOf({ method: 'GET', path })
const edit = () => requestOf({ path: GENERATE, headers: [['content-type', 'application/json']] }, EDIT)
const first = (answers: readonly Answer[] | null) => answers?.[0]

test('what is under way ends, and nothing new begins', async () => {
  const { gateway, upstream, answer } = await waiting(60_000)
  const [editing, idle, unused, second] = [
    await opened(gateway),
    await opened(gateway),
    await opened(gateway),
    await opened(gateway),
  ]
  await editing.write(edit())
  await idle.write(ask('/readyz'))
  expect(first(await idle.wait(1))?.status).toBe(200)
  // Its head is on its way when the stop comes.
  const late = edit()
  await second.write(late.subarray(0, 30))
  await expect.poll(() => upstream.seen.length).toBe(1)

  let isClosed = false
  const closing = gateway.close().then((ended) => {
    isClosed = true
    return ended
  })
  await second.write(late.subarray(30))
  const refused = first(await second.wait(1))
  expect(refused && errorIn(refused)).toMatchObject({ dialect: 'google', code: 'shutting_down' })
  expect(refused?.headers).toMatchObject({ connection: 'close', 'retry-after': '5' })
  expect(await second.closes(10_000)).toBe(true)
  second.socket.end()

  // Whoever asks for nothing is let go, and nobody new is let in.
  expect(await idle.closes(10_000)).toBe(true)
  expect(await unused.closes(10_000)).toBe(true)
  await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow()
  expect(isClosed).toBe(false)

  answer()
  const done = first(await editing.wait(1))
  expect([done?.status, done?.headers['connection']]).toEqual([200, 'close'])
  expect(await closing).toEqual({ cutConnections: 0 })
  expect(upstream.seen).toHaveLength(1)
  expect(gateway.errors()).toEqual([])
})

test('whoever asks whether it is ready learns that it is not', async () => {
  const { gateway, answer } = await waiting(60_000)
  const [editing, asking] = [await opened(gateway), await opened(gateway)]
  await editing.write(edit())
  // It has to be there before the stop: a load balancer keeps its connection.
  await asking.write(ask('/readyz'))
  expect(first(await asking.wait(1))?.status).toBe(200)
  await asking.write('GET /readyz HTTP/1.1\r\n')
  await new Promise((resolve) => setTimeout(resolve, 50))
  const closing = gateway.close()
  await asking.write('host: 127.0.0.1\r\n\r\n')
  const [, readiness] = (await asking.wait(2)) ?? []
  expect([readiness?.status, readiness?.headers['connection']]).toEqual([503, 'close'])
  expect(readiness?.body.toString()).toBe('{"status":"draining"}')
  answer()
  expect(await closing).toEqual({ cutConnections: 0 })
})

test('what takes too long is cut, counted, and called off upstream', async () => {
  const { gateway, upstream } = await waiting(700)
  const raws = [await opened(gateway), await opened(gateway), await opened(gateway)]
  await raws[0]!.write(edit())
  await raws[1]!.write(edit())
  await expect.poll(() => upstream.seen.length).toBe(2)
  const begun = performance.now()
  expect(await gateway.close()).toEqual({ cutConnections: 2 })
  expect(performance.now() - begun).toBeGreaterThan(600)
  await expect.poll(() => upstream.left()).toBe(2)
  for (const raw of raws) expect(await raw.closes(5000)).toBe(true)
  expect(gateway.errors()).toEqual([])
})

test('nobody there: it is closed at once', async () => {
  const { gateway } = await waiting(60_000)
  const begun = performance.now()
  await fetch(`${gateway.url}/healthz`).then((response) => response.text())
  expect(await gateway.close()).toEqual({ cutConnections: 0 })
  expect(performance.now() - begun).toBeLessThan(5000)
})
