import type { WaitCondition } from './emulation.ts'
import type { CallRecord } from './record.ts'

/** Whether the condition was met in time; rejects only where the signal of the caller aborts. */
export async function waitFor(
  record: CallRecord,
  { calls = 0, generations = 0, images = 0, open = Infinity }: WaitCondition,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    await record.waitFor(
      (totals) =>
        totals.calls >= calls &&
        totals.generations >= generations &&
        totals.imagesBilled >= images &&
        totals.open <= open,
      signal ? AbortSignal.any([timeout, signal]) : timeout,
    )
    return true
  } catch (thrown) {
    if (timeout.aborted) return false
    throw thrown
  }
}
