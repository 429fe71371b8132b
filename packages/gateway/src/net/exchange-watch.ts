import type { AttemptBounds } from '../contract/attempt-bounds.ts'
import { MAX_TIMEOUT_MS } from '../contract/request.ts'
import type { DialFailureKind } from './dial-failure.ts'

/** Why an exchange was ended from our side. */
export type CutShort = Extract<
  DialFailureKind,
  'aborted' | 'connect-timeout' | 'first-byte-timeout' | 'idle-timeout' | 'total-timeout'
>

/** Is told how far an exchange has come, as each part of it has bounds of its own. */
export interface ExchangeWatch {
  /** A connection stands, and the request is about to be written to it. */
  connected(): void
  /** The point of no return: the last byte of the request is with the socket. */
  requestSent(): void
  answerBegun(): void
  pieceCame(): void
  /** Leaves no timer and no listener behind. */
  release(): void
}

/** Whether there is any use in beginning. */
export function overBefore({ signal, leaving, timeouts }: AttemptBounds): CutShort | null {
  if (signal.aborted || leaving?.aborted === true) return 'aborted'
  return (timeouts?.totalMs ?? Infinity) <= 0 ? 'total-timeout' : null
}

/** Calls `cutShort` when one of the bounds is reached. */
export function watchExchange(
  { signal, leaving, timeouts = {} }: AttemptBounds,
  cutShort: (why: CutShort) => void,
): ExchangeWatch {
  const { connectMs, firstByteMs, idleMs, totalMs } = timeouts
  const total = startLimit(totalMs, () => cutShort('total-timeout'))
  let part = startLimit(connectMs, () => cutShort('connect-timeout'))
  let answering = false
  const enter = (next: Limit) => {
    part.clear()
    part = next
  }
  const abort = () => cutShort('aborted')
  const heedNoLeaving = () => leaving?.removeEventListener('abort', abort)
  signal.addEventListener('abort', abort, { once: true })
  leaving?.addEventListener('abort', abort, { once: true })

  return {
    connected: () => enter(NO_LIMIT),
    requestSent() {
      heedNoLeaving()
      // A target may answer before it has heard all.
      if (!answering) enter(startLimit(firstByteMs, () => cutShort('first-byte-timeout')))
    },
    answerBegun() {
      answering = true
      enter(startLimit(idleMs, () => cutShort('idle-timeout')))
    },
    pieceCame: () => part.restart(),
    release() {
      signal.removeEventListener('abort', abort)
      heedNoLeaving()
      enter(NO_LIMIT)
      total.clear()
    },
  }
}

interface Limit {
  restart(): void
  clear(): void
}

const NO_LIMIT: Limit = { restart: () => {}, clear: () => {} }

function startLimit(ms: number | undefined, reached: () => void): Limit {
  if (ms === undefined) return NO_LIMIT
  let lastLook: NodeJS.Immediate | undefined
  // Where the process itself stood still, what has come meanwhile is read only after the timers have had their turn.
  const timer = setTimeout(() => (lastLook = setImmediate(reached)), Math.min(ms, MAX_TIMEOUT_MS))
  return {
    restart() {
      clearImmediate(lastLook)
      timer.refresh()
    },
    clear() {
      clearImmediate(lastLook)
      clearTimeout(timer)
    },
  }
}
