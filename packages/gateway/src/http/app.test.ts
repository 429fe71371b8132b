import { expect, onTestFinished, test } from 'vitest'
import { createGuard } from '../auth/guard.ts'
import { createThrottle } from '../auth/throttle.ts'
import { createObserver } from '../observe/observer.ts'
import { realSystem } from '../system.ts'
import { KEYLESS, SETTINGS, SILENT } from '../../test/gateway-client.ts'
import { createApp } from './app.ts'
import type { Route } from './route.ts'
import { createRouteTable } from './route-table.ts'
import { startServer } from './server.ts'

test('nobody is told that the caller has left once the memory of the exchange was given back', async () => {
  const order: string[] = []
  const breaking: Route = {
    method: 'GET',
    path: '/broken',
    door: 'system',
    access: 'edit',
    handler: async ({ signal, defer }) => {
      defer(() => void order.push('released'))
      signal.addEventListener('abort', () => order.push('left'))
      return { status: 200, headers: {}, body: brokenOff() }
    },
  }
  const app = createApp({
    system: realSystem,
    table: createRouteTable([breaking]),
    guard: createGuard({ callers: [], keyless: KEYLESS, publicUrl: null, corsOrigins: [], tls: false }),
    throttle: createThrottle(realSystem),
    observer: await createObserver({ system: realSystem, log: SILENT }),
    log: SILENT,
    cors: SETTINGS.cors,
    tls: false,
    publicUrl: null,
    draining: () => false,
    readerIdleMs: 1000,
  })
  const { limits, listen } = SETTINGS
  const server = await startServer(app, { ...listen, ...limits, tls: null, requestTimeoutMs: 60_000 })
  onTestFinished(async () => void (await server.drain(0)))
  await expect(fetch(`${server.url}/broken`).then((response) => response.text())).rejects.toThrow()
  await expect.poll(() => order).toEqual(['released'])
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(order).toEqual(['released'])
})

async function* brokenOff() {
  yield Buffer.from('a')
  throw new Error('broke off')
}
