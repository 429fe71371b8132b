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
  /** Whether the other side closes it, in time. */
  closes(withinMs: number): Promise<boolean>
  isClosed(): boolean
}

export interface RawSocketOptions {
  /** TLS, whose certificate nobody vouches for. */
  readonly tls?: boolean
}

/** Resolves when it is open. Whoever opens it destroys it. */
export async function openRaw(port: number, { tls = false }: RawSocketOptions = {}): Promise<RawSocket> {
  const socket = tls
    ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    : connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  let closed = false
  const changed = new EventTarget()
  const tell = () => void changed.dispatchEvent(new Event('change'))
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    tell()
  })
  socket.on('error', () => {})
  socket.once('close', () => {
    closed = true
    tell()
  })
  const received = () => Buffer.concat(chunks)
  const answers = () => answersIn(received())?.filter(({ whole }) => whole) ?? null
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
        if (closed || !socket.writable) return resolve()
        socket.once('close', () => resolve())
        socket.write(bytes, () => resolve())
      }),
    received,
    answers,
    wait: async (count, withinMs = 20_000) => {
      await until(() => closed || (answers()?.length ?? Infinity) >= count, withinMs)
      return answers()
    },
    closes: async (withinMs) => {
      await until(() => closed, withinMs)
      return closed
    },
    isClosed: () => closed,
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
