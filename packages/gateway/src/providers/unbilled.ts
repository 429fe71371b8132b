import type { AttemptBounds } from '../contract/attempt-bounds.ts'
import { abortFault, type Fault, fault } from '../contract/error.ts'
import { MAX_TIMEOUT_MS } from '../contract/request.ts'

/**
 * Work that nobody bills, so that anything may end it at any time: an abort, a caller who leaves, the attempt's total.
 * `late` is the message for the last; `work` is to reject when its signal aborts.
 */
export async function unbilled<T>(
  { signal, leaving, timeouts }: AttemptBounds,
  late: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | Fault> {
  const total = new AbortController()
  const timer = startTotal(timeouts?.totalMs, total)
  const ending = AbortSignal.any([signal, total.signal, ...(leaving ? [leaving] : [])])
  try {
    return await work(ending)
  } catch (thrown) {
    if (!ending.aborted) throw thrown
    const ranOut = ending.reason === total.signal.reason
    return ranOut ? fault('upstream_timeout', late, { charged: 'no' }) : abortFault('no')
  } finally {
    clearTimeout(timer)
  }
}

function startTotal(totalMs: number | undefined, total: AbortController): NodeJS.Timeout | undefined {
  if (totalMs === undefined) return undefined
  return setTimeout(() => total.abort(), Math.min(totalMs, MAX_TIMEOUT_MS))
}
