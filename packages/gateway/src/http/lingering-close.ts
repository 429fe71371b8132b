import type { Socket } from 'node:net'

/**
 * Ends a connection as RFC 9112 §9.6 has it: our half first, then what still comes is read and dropped until the other
 * side is through, for `ms` at most. Closed with bytes unread it would be reset, and a reset takes the answer out of the
 * hands of whoever has not read it yet.
 */
export function closeLingering(socket: Socket, ms: number): void {
  if (socket.destroyed || !socket.writable) return
  socket.end()
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), ms)
  socket.once('close', () => clearTimeout(timer))
}
