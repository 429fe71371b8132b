import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { closeLingering } from './lingering-close.ts'

/** The newest request of a connection, and its answer. */
export interface UnderWay {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** The open connections of a server, and what is under way on them. */
export interface Connections {
  count(): number
  /** `null`: nothing was asked on it so far. */
  newestOn(connection: Duplex): UnderWay | null
  /** Has the connection end behind an answer, whatever else was sent on it. */
  endBehind(underWay: UnderWay): void
  /** Ends those on which nobody waits for an answer. */
  endIdle(): void
  endAll(): void
}

/** @param lingerMs How long a request that was answered before its end may run out, for its sender to read the answer. */
export function watchConnections(
  server: Server,
  { tls, lingerMs }: { readonly tls: boolean; readonly lingerMs: number },
): Connections {
  // As the system sees them: over TLS, connections that are still shaking hands too.
  const open = new Set<Socket>()
  const spoken = new Set<Socket>()
  const newest = new WeakMap<Duplex, UnderWay>()
  /** With bytes on them that nobody reads. */
  const unread = new WeakSet<Socket>()
  keepIn(open, server, 'connection')
  keepIn(spoken, server, tls ? 'secureConnection' : 'connection')
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    // Each request of a pipeline listens for the end of its connection.
    socket.setMaxListeners(0)
    const soon = socket.destroySoon.bind(socket)
    // Node calls this behind an answer that was the last.
    socket.destroySoon = () => {
      const isRead = newest.get(socket)?.request.complete ?? true
      if (isRead && !unread.has(socket)) soon()
      else closeLingering(socket, lingerMs)
    }
  })
  server.prependListener('request', (request, response) => {
    newest.set(request.socket, { request, response })
  })
  return {
    count: () => open.size,
    newestOn: (connection) => newest.get(connection) ?? null,
    endBehind: ({ request: { socket }, response }) => {
      unread.add(socket)
      response.shouldKeepAlive = false
      // Where it has told otherwise already.
      response.once('finish', () => socket.destroySoon())
    },
    endIdle: () => {
      for (const socket of spoken) {
        if (newest.get(socket)?.response.writableFinished ?? true) socket.destroy()
      }
    },
    endAll: () => {
      for (const socket of open) socket.destroy()
    },
  }
}

function keepIn(sockets: Set<Socket>, server: Server, event: string): void {
  server.on(event, (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
}
