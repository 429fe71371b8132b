import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Answer, answersIn } from './fuzz/answer.ts'

/** A connection on which bytes go out as they are, such as no client library would write them. */
export interface RawSocket {
  readonly socket: Socket
  /** Resolves when the system has taken them. A connection that is closed takes nothing, and that is no error. */
  write(bytes: string | Uint8Array): Promise<void>
  received(): Buffer
  /** The whole final answers so far, to what was not HEAD; `null` where something came that is none. */
  answers(): readonly Answer[] | null
  /** Resolves with so many of them, or with fewer once the connection is closed or the time is up. */
  wait(count: number, withinMs?: number): Promise<readonly Answer[] | null>
  /** Resolves when nothing came for so long, or the connection is closed. */
  quiet(ms: number): Promise<void>
  /** Whether the other side closes its half, in time; ours stays open. */
  closes(withinMs: number): Promise<boolean>
  /** Whether the connection is gone altogether, in time: what is sent is taken no more. */
  goes(withinMs: number): Promise<boolean>
  isGone(): boolean
}

export interface RawSocketOptions {
  /** TLS, whose certificate nobody vouches for. */
  readonly tls?: boolean
}

/** Resolves when it is open. Whoever opens it destroys it. */
export async function openRaw(port: number, { tls = false }: RawSocketOptions = {}): Promise<RawSocket> {
  const to = { port, host: '127.0.0.1', allowHalfOpen: true }
  const socket = tls ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to)
  const chunks: Buffer[] = []
  let ended = false
  let gone = false
  socket.setMaxListeners(0)
  const changed = new EventTarget()
  const tell = () => void changed.dispatchEvent(new Event('change'))
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    tell()
  })
  socket.on('error', () => {})
  socket.once('end', () => {
    ended = true
    tell()
  })
  socket.once('close', () => {
    ended = true
    gone = true
    tell()
  })
  const received = () => Buffer.concat(chunks)
  const answers = () => answersIn(received(), { ended })?.filter(({ whole }) => whole) ?? null
  const until = (isTrue: () => boolean, withinMs: number) =>
    new Promise<void>((resolve) => {
      if (isTrue()) return resolve()
      const done = () => {
        clearTimeout(timer)
        changed.removeEventListener('change', look)
        resolve()
      }
      const look = () => {
        if (isTrue()) done()
      }
      const timer = setTimeout(done, withinMs)
      changed.addEventListener('change', look)
    })
  await new Promise<void>((resolve) => {
    socket.once(tls ? 'secureConnect' : 'connect', () => resolve())
    socket.once('close', () => resolve())
  })
  return {
    socket,
    write: (bytes) =>
      new Promise((resolve) => {
        // Others have to get their turn, those that say that it has gone above all.
        if (gone || !socket.writable) return void setImmediate(resolve)
        const done = () => {
          socket.off('close', done)
          resolve()
        }
        socket.once('close', done)
        socket.write(bytes, done)
      }),
    received,
    answers,
    wait: async (count, withinMs = 20_000) => {
      await until(() => ended || (answers()?.length ?? Infinity) >= count, withinMs)
      return answers()
    },
    quiet: async (ms) => {
      for (let seen = -1; seen !== socket.bytesRead;) {
        seen = socket.bytesRead
        if (!ended) await until(() => ended, ms)
      }
    },
    closes: async (withinMs) => {
      await until(() => ended, withinMs)
      return ended
    },
    goes: async (withinMs) => {
      await until(() => gone, withinMs)
      return gone
    },
    isGone: () => gone,
  }
}

export interface Head {
  readonly method?: string
  readonly path: string
  readonly headers?: readonly (readonly [string, string])[]
  /** `null`: without the header. */
  readonly host?: string | null
}

/** The head of a request, its blank line included. */
export function headOf({ method = 'POST', path, headers = [], host = '127.0.0.1' }: Head): string {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...(host === null ? [] : [`host: ${host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** A request with a body of the length it says. */
export function requestOf(head: Head, body: string | Uint8Array = ''): Buffer {
  const bytes = Buffer.from(body)
  const headers = [...(head.headers ?? []), ['content-length', String(bytes.length)] as const]
  return Buffer.concat([Buffer.from(headOf({ ...head, headers }), 'latin1'), bytes])
}
