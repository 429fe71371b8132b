import { getEventListeners } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { type Play, type Seen, startScriptedServer } from '../../test/scripted-server.ts'
import type { AttemptBounds, AttemptTimeouts } from '../contract/attempt-bounds.ts'
import { createDialer, type DialAnswer } from './dial.ts'
import { type DialFailure, dialFault } from './dial-failure.ts'

const open: { close(): unknown }[] = []
afterAll(() => Promise.all(open.map((one) => one.close())))

const POST = [Buffer.from('{"a":1}')]
/** More than any two sockets hold between them. */
const HUGE = Array.from({ length: 64 }, () => Buffer.alloc(1_000_000, 0x20))

/** A dialer of its own, and how it asks one origin. */
function asking(origin: string) {
  const dialer = createDialer()
  open.push(dialer)
  return (bounds: Partial<AttemptBounds> = {}, body: readonly Uint8Array[] = POST) => {
    const url = new URL(`${origin}/`)
    const signal = AbortSignal.timeout(10_000)
    return dialer.dial({ method: 'POST', url, headers: {}, body, signal, ...bounds })
  }
}

async function scripted(script: Play | ((seen: Seen, index: number) => Play | Promise<Play>)) {
  const server = await startScriptedServer((seen, index) =>
    typeof script === 'function' ? script(seen, index) : script,
  )
  open.push(server)
  return { server, ask: asking(server.origin) }
}

/** A server that does with a connection what the test wants. */
async function served(onConnection: (socket: Socket) => void, protocol = 'http') {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({ close: () => (sockets.forEach((socket) => socket.destroy()), server.close()) })
  return asking(`${protocol}://127.0.0.1:${(server.address() as { port: number }).port}`)
}

function faultOf(got: DialAnswer | DialFailure) {
  if (got.kind === 'answer') throw new Error('there is an answer')
  return dialFault(got, 'the.host')
}

async function timed<T>(work: Promise<T>): Promise<{ readonly got: T; readonly ms: number }> {
  const begun = performance.now()
  return { got: await work, ms: performance.now() - begun }
}

/** Those that keep a process from ending, as ours all do. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n'

describe('connectMs', () => {
  test('bounds a connection that does not come about, and nothing is charged', async () => {
    const ask = await served(() => {}, 'https')
    const { got, ms } = await timed(ask({ timeouts: { connectMs: 150 } }))
    expect(got).toMatchObject({ kind: 'failure', failure: 'connect-timeout', sent: 'nothing' })
    expect(faultOf(got)).toMatchObject({
      code: 'upstream_unreachable',
      charged: 'no',
      message: expect.stringMatching(/the\.host.*timeouts\.connectMs/),
    })
    expect(ms).toBeLessThan(1000)
  })

  test('does not bound what comes once the connection stands', async () => {
    const { ask } = await scripted(() => wait(400, { body: 'late' }))
    expect(await ask({ timeouts: { connectMs: 200 } })).toMatchObject({ kind: 'answer' })
  })
})

describe('firstByteMs', () => {
  test('bounds the wait for an answer, which may be charged', async () => {
    const { ask } = await scripted({ end: 'hold' })
    const { got, ms } = await timed(ask({ timeouts: { firstByteMs: 150 } }))
    expect(got).toMatchObject({ kind: 'failure', failure: 'first-byte-timeout', sent: 'all' })
    expect(faultOf(got)).toMatchObject({
      code: 'upstream_timeout',
      charged: 'unknown',
      message: expect.stringMatching(/the\.host.*timeouts\.firstByteMs/),
    })
    expect(ms).toBeGreaterThan(140)
    expect(ms).toBeLessThan(1000)
  })

  test('counts from the last byte of the request on, and nothing but the total bounds its sending', async () => {
    const ask = await served((socket) => {
      socket.pause()
      setTimeout(() => socket.resume(), 500)
      let missing = 64_000_000
      socket.on('data', (chunk) => {
        if ((missing -= chunk.length) <= 0) socket.write(`${HEAD}done`)
      })
    })
    const { got, ms } = await timed(
      ask({ timeouts: { connectMs: 400, firstByteMs: 400, idleMs: 400 } }, HUGE),
    )
    expect(got).toMatchObject({ kind: 'answer' })
    expect(ms).toBeGreaterThan(450)
  })

  test('is over with the head, even of an answer that is there before the whole request', async () => {
    const ask = await served((socket) => {
      socket.once('data', () => {
        socket.write(`${HEAD}ha`)
        setTimeout(() => socket.write('lf'), 800)
      })
    })
    expect(await ask({ timeouts: { firstByteMs: 200 } }, HUGE.slice(0, 20))).toMatchObject({
      kind: 'answer',
      body: Buffer.from('half'),
    })
  })
})

describe('idleMs', () => {
  test.each([
    ['after a piece', `${HEAD}ha`],
    ['after the head', HEAD],
  ])('bounds an answer that stops %s', async (_, raw) => {
    const { ask } = await scripted({ raw, end: 'hold' })
    const { got, ms } = await timed(ask({ timeouts: { idleMs: 150 } }))
    expect(got).toMatchObject({ kind: 'failure', failure: 'idle-timeout', sent: 'all' })
    expect(faultOf(got)).toMatchObject({
      code: 'upstream_interrupted',
      charged: 'unknown',
      message: expect.stringMatching(/the\.host.*timeouts\.idleMs/),
    })
    expect(ms).toBeLessThan(1000)
  })

  test('lets a slow but steady answer come', async () => {
    const { ask } = await scripted({ drip: '{"slow":"drip"}', everyMs: 60 })
    const { got, ms } = await timed(ask({ timeouts: { firstByteMs: 400, idleMs: 400 } }))
    expect(got).toMatchObject({ kind: 'answer', body: Buffer.from('{"slow":"drip"}') })
    expect(ms).toBeGreaterThan(800)
  })

  test('does not bound the wait for the head', async () => {
    const { ask } = await scripted(() => wait(400, { body: 'late' }))
    expect(await ask({ timeouts: { idleMs: 200 } })).toMatchObject({ kind: 'answer' })
  })

  test('has not run out where the rest came while this process itself stood still', async () => {
    const ask = await served((socket) => {
      socket.once('data', () => {
        socket.write(`${HEAD}ha`)
        // From there on the timers come before what has arrived.
        setTimeout(() => setImmediate(writeAndStandStill), 50)
        const writeAndStandStill = () => {
          socket.write('lf')
          const until = performance.now() + 400
          while (performance.now() < until);
        }
      })
    })
    expect(await ask({ timeouts: { idleMs: 200 } })).toMatchObject({ kind: 'answer' })
  })
})

describe('totalMs', () => {
  test('bounds an answer however steadily it comes', async () => {
    const { ask } = await scripted({ drip: '{"slow":"and steady"}', everyMs: 50 })
    const { got, ms } = await timed(ask({ timeouts: { totalMs: 250, idleMs: 5000 } }))
    expect(got).toMatchObject({ kind: 'failure', failure: 'total-timeout', sent: 'all' })
    expect(faultOf(got)).toMatchObject({
      code: 'upstream_timeout',
      charged: 'unknown',
      message: expect.stringMatching(/the\.host.*timeouts\.totalMs/),
    })
    expect(ms).toBeLessThan(800)
  })

  test('bounds a request that nobody reads, and nothing is charged', async () => {
    const ask = await served((socket) => socket.pause())
    const got = await ask({ timeouts: { totalMs: 200, firstByteMs: 50 } }, HUGE)
    expect(got).toMatchObject({ failure: 'total-timeout', sent: 'part' })
    expect(faultOf(got)).toMatchObject({ code: 'upstream_timeout', charged: 'no' })
  })

  test('bounds the making of a connection as well', async () => {
    const ask = await served(() => {}, 'https')
    expect(await ask({ timeouts: { totalMs: 150 } })).toMatchObject({
      failure: 'total-timeout',
      sent: 'nothing',
    })
  })

  test('is over before anything is dialed where nothing of it is left', async () => {
    const { ask, server } = await scripted({ body: 'x' })
    expect(await ask({ timeouts: { totalMs: 0 } })).toMatchObject({
      failure: 'total-timeout',
      sent: 'nothing',
    })
    await wait(100)
    expect(server.seen).toHaveLength(0)
  })

  test('may be longer than timers count', async () => {
    const { ask } = await scripted(() => wait(100, { body: 'x' }))
    expect(await ask({ timeouts: { totalMs: 2 ** 40, firstByteMs: Infinity } })).toMatchObject({
      kind: 'answer',
    })
  })
})

describe('a caller who leaves', () => {
  test('ends what is not yet connected', async () => {
    const ask = await served(() => {}, 'https')
    const { got, ms } = await timed(ask({ leaving: AbortSignal.timeout(100) }))
    expect(got).toMatchObject({ failure: 'aborted', sent: 'nothing' })
    expect(ms).toBeLessThan(1000)
  })

  test('ends what is not yet sent in full, which costs nothing', async () => {
    const gone = Promise.withResolvers<string>()
    const ask = await served((socket) => {
      socket.once('close', () => gone.resolve('gone'))
      socket.pause()
      setTimeout(() => socket.resume(), 400)
    })
    const got = await ask({ leaving: AbortSignal.timeout(150) }, HUGE)
    expect(got).toMatchObject({ kind: 'failure', failure: 'aborted', sent: 'part' })
    expect(faultOf(got)).toMatchObject({ code: 'cancelled', charged: 'no' })
    expect(await gone.promise).toBe('gone')
  })

  test('does not end what is sent in full: the answer comes', async () => {
    const leaving = new AbortController()
    const { ask } = await scripted(async () => {
      leaving.abort()
      return wait(300, { json: { paid: 'for' } })
    })
    expect(await ask({ leaving: leaving.signal })).toMatchObject({
      kind: 'answer',
      body: Buffer.from('{"paid":"for"}'),
    })
  })

  test('does not end an answer that is coming', async () => {
    const { ask } = await scripted({ drip: '{"paid":"for"}', everyMs: 30 })
    expect(await ask({ leaving: AbortSignal.timeout(150) })).toMatchObject({ kind: 'answer' })
  })

  test('who had left before is not asked for', async () => {
    const { ask, server } = await scripted({ body: 'x' })
    expect(await ask({ leaving: AbortSignal.abort() })).toMatchObject({ failure: 'aborted', sent: 'nothing' })
    await wait(100)
    expect(server.seen).toHaveLength(0)
  })

  test('leaves the other signal its say', async () => {
    const { ask } = await scripted({ end: 'hold' })
    const { got, ms } = await timed(
      ask({ leaving: AbortSignal.timeout(100), signal: AbortSignal.timeout(300) }),
    )
    expect(got).toMatchObject({ failure: 'aborted', sent: 'all' })
    expect(ms).toBeGreaterThan(250)
    expect(ms).toBeLessThan(1000)
  })
})

test.each<[string, Play, AttemptTimeouts]>([
  ['before the first byte', { end: 'hold' }, { firstByteMs: 100 }],
  ['in the middle of the answer', { raw: `${HEAD}ha`, end: 'hold' }, { idleMs: 100 }],
  ['at the end of its time', { end: 'hold' }, { totalMs: 100 }],
])('what is ended %s frees its connection, and the next request is answered', async (_, play, timeouts) => {
  const { ask, server } = await scripted((_seen, index) => (index === 0 ? play : { body: 'next' }))
  expect(await ask({ timeouts })).toMatchObject({ kind: 'failure', sent: 'all' })
  expect(await ask({ timeouts })).toMatchObject({ kind: 'answer', body: Buffer.from('next') })
  await expect.poll(() => server.left()).toBe(1)
})

test('however exchanges end, no timer and no listener is left of them', async () => {
  const plays: readonly Play[] = [
    { body: 'whole' },
    { events: [1, 2, 3], afterwards: 'end' },
    { end: 'reset' },
    { raw: `${HEAD}ha`, end: 'close' },
    { raw: `${HEAD}ha`, end: 'hold' },
    { end: 'hold' },
  ]
  const { ask } = await scripted((_, index) => plays[index % plays.length] ?? { end: 'close' })
  const nowhere = asking('http://127.0.0.1:1')
  const [signal, leaving] = [new AbortController().signal, new AbortController().signal]
  const long = { connectMs: 60_000, firstByteMs: 60_000, idleMs: 60_000, totalMs: 60_000 }

  const before = timers()
  const ends = [
    ...Array.from({ length: 60 }, () =>
      ask({ signal, leaving, timeouts: { ...long, firstByteMs: 900, idleMs: 200 } }),
    ),
    ...Array.from({ length: 10 }, () => nowhere({ signal, leaving, timeouts: long })),
    ...Array.from({ length: 10 }, () => ask({ signal: AbortSignal.abort(), leaving, timeouts: long })),
    ...Array.from({ length: 10 }, () => ask({ signal, leaving: AbortSignal.abort(), timeouts: long })),
  ]
  expect(timers()).toBeGreaterThan(before + 60)
  const kinds = new Set((await Promise.all(ends)).map((got) => (got.kind === 'answer' ? '' : got.failure)))
  expect([...kinds].toSorted()).toEqual([
    '',
    'aborted',
    'body-cut',
    'first-byte-timeout',
    'idle-timeout',
    'refused',
    'reset',
  ])
  expect(timers()).toBeLessThanOrEqual(before)
  expect(getEventListeners(signal, 'abort')).toEqual([])
  expect(getEventListeners(leaving, 'abort')).toEqual([])
})

test('a bug, too, leaves no timer', async () => {
  const before = timers()
  const dialer = createDialer()
  open.push(dialer)
  const bounds = { signal: new AbortController().signal, timeouts: { connectMs: 60_000, totalMs: 60_000 } }
  const url = new URL('http://127.0.0.1:1/')
  const dialed = dialer.dial({ method: 'GET', url, headers: { 'x-key': 'a\nb' }, ...bounds })
  await expect(dialed).rejects.toThrow(/invalid/)
  expect(timers()).toBeLessThanOrEqual(before)
  expect(getEventListeners(bounds.signal, 'abort')).toEqual([])
})
