import { mkdir, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Transform } from 'node:stream'

/** A server before a server: callers ask it, and what they are answered is on disk afterwards, every byte. */
export interface RecordingRelay {
  readonly url: string
  readonly port: number
  /** Cuts what is still open. Everything is written then. */
  close(): Promise<void>
}

export interface RelayOptions {
  readonly toPort: number
  /** Gets a file a connection: heads, bodies and their framing, as they came. */
  readonly folder: string
  /** The headers that a request is to have besides its own, told by its head. */
  readonly moreHeaders: (head: string) => Readonly<Record<string, string>>
}

export async function startRecordingRelay(options: RelayOptions): Promise<RecordingRelay> {
  const { folder } = options
  await mkdir(folder, { recursive: true })
  const open = new Map<Socket, Promise<void>>()
  let connections = 0
  const server = createServer({ allowHalfOpen: true }, (caller) => {
    connections += 1
    const file = join(folder, `${connections}.bin`)
    const answered = carried(caller, options).then((bytes) => writeFile(file, bytes))
    open.set(caller, answered)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const caller of open.keys()) caller.destroy()
      await Promise.all([closed, ...open.values()])
    },
  }
}

/** Carries both ways until it is over, as it is over: an end stays an end, and a reset a reset. Gives what the caller got. */
function carried(caller: Socket, { toPort, moreHeaders }: RelayOptions): Promise<Buffer> {
  const server = connect({ port: toPort, host: '127.0.0.1', allowHalfOpen: true })
  const received: Buffer[] = []
  const requests = withHeaders(moreHeaders)
  // What one side does not see of a failure, it sees by its own connection.
  for (const stream of [caller, server, requests]) stream.on('error', () => {})
  requests.on('error', () => caller.destroy())
  server.on('error', () => caller.resetAndDestroy())
  caller.pipe(requests).pipe(server)
  server.on('data', (chunk: Buffer) => received.push(chunk))
  server.pipe(caller)
  return new Promise((resolve) => {
    caller.on('close', () => server.destroy())
    server.on('close', () => resolve(Buffer.concat(received)))
  })
}

/** Puts headers into every request that goes by. Those of unknown length are refused: no client sends them. */
function withHeaders(moreHeaders: RelayOptions['moreHeaders']): Transform {
  let begun = Buffer.alloc(0)
  let bodyBytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let rest = chunk
      while (rest.length > 0) {
        if (bodyBytes === 0) {
          begun = Buffer.concat([begun, rest])
          const end = begun.indexOf('\r\n\r\n')
          if (end === -1) break
          const head = begun.toString('latin1', 0, end + 2)
          rest = begun.subarray(end + 4)
          begun = Buffer.alloc(0)
          if (/^transfer-encoding:/im.test(head)) {
            done(new Error('A request whose length is not told goes past this relay.'))
            return
          }
          bodyBytes = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
          const more = Object.entries(moreHeaders(head)).map(([name, value]) => `${name}: ${value}\r\n`)
          this.push(Buffer.from(`${head}${more.join('')}\r\n`, 'latin1'))
        } else {
          const body = rest.subarray(0, bodyBytes)
          this.push(body)
          bodyBytes -= body.length
          rest = rest.subarray(body.length)
        }
      }
      done()
    },
  })
}
