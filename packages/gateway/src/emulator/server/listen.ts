import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, isIP } from 'node:net'
import { PlantainError } from '../../contract/error.ts'
import { answerRequests } from './front-end.ts'

export interface Listening {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

export interface ListenOptions {
  /** 0: any that is free. */
  readonly port: number
  readonly host: string
}

/** As long as the slowest upload may take; a head must be there within a minute. */
const REQUEST_TIMEOUT_MS = 3_600_000
const HEADERS_TIMEOUT_MS = 60_000
/** Longer than the pools of clients keep a connection, or a reuse would meet a closing socket. */
const KEEP_ALIVE_MS = 65_000
const MOST_CONNECTIONS = 2_000

/** @throws PlantainError `invalid_request` where the port is taken or the address is not this machine's. */
export async function listen(answer: RequestListener, { port, host }: ListenOptions): Promise<Listening> {
  mustBeAddress({ port, host })
  const server = createServer({
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Refused with a page, not without a word.
    requireHostHeader: false,
    noDelay: true,
  })
  answerRequests(server, answer)
  server.maxConnections = MOST_CONNECTIONS
  const address = await bound(server, { port, host })
  const authority = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${authority}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Whether what listens there can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** An empty host would be every address of the machine: typically a variable that is not set. */
function mustBeAddress({ port, host }: ListenOptions): void {
  if (host !== 'localhost' && isIP(host) === 0) {
    throw new PlantainError(
      'invalid_request',
      `“${host}” is no address to listen on: take 127.0.0.1, or another address of this machine.`,
    )
  }
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return
  throw new PlantainError(
    'invalid_request',
    `${port} is no port: take one from 1 to 65535, or 0 for any that is free.`,
  )
}

function bound(server: Server, { port, host }: ListenOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(notBound(error, { port, host })))
    server.listen(port, host, () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null) resolve(address)
    })
  })
}

function notBound({ code, message }: NodeJS.ErrnoException, { port, host }: ListenOptions): PlantainError {
  switch (code) {
    case 'EADDRINUSE':
      return new PlantainError(
        'invalid_request',
        `Port ${port} is taken by another program. Choose another, or 0 for any that is free.`,
      )
    case 'EACCES':
      return new PlantainError(
        'invalid_request',
        `Port ${port} may not be opened by this user. Choose one above 1023.`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new PlantainError(
        'invalid_request',
        `${host} is not an address of this machine. 127.0.0.1 is reached from here only, 0.0.0.0 from everywhere.`,
      )
    default:
      return new PlantainError('invalid_request', `The emulator cannot listen: ${message}.`)
  }
}
