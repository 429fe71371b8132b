import { cleanText } from './clean-text.ts'
import type { LineLevel, LogFields } from './log.ts'
import type { RequestRecord } from './request-record.ts'

/** An IPv6 address with its zone, or a short list of hops. */
const MAX_ADDRESS_CHARS = 128

/** One line for a request: who asked for what, what came of it, what it cost. Sizes and hashes stand for media. */
export function requestLine(
  record: RequestRecord,
  { traceId, addresses }: { readonly traceId: string | null; readonly addresses: boolean },
): { readonly level: LineLevel; readonly fields: LogFields } {
  const { edit, steps, images } = record
  return {
    level: levelOf(record),
    fields: {
      requestId: record.requestId,
      ...(traceId !== null && { traceId }),
      keyId: record.keyId,
      ...(addresses && {
        address: record.address === null ? null : cleanText(record.address, MAX_ADDRESS_CHARS),
      }),
      door: record.door,
      method: record.method,
      route: record.route,
      status: record.status,
      code: record.code,
      how: record.how,
      ms: tenths(record.ms),
      requestBytes: record.requestBytes,
      answerBytes: record.answerBytes,
      ...(images.length > 0 && { images }),
      ...(steps.length > 0 && { steps: Object.fromEntries(steps.map(({ name, ms }) => [name, tenths(ms)])) }),
      ...(edit && {
        editId: edit.id,
        outcome: edit.outcome,
        model: edit.model,
        requestedModel: edit.requestedModel,
        target: edit.target,
        degraded: edit.degraded,
        charged: edit.charged,
        costMicroUsd: edit.costMicroUsd,
        editMs: tenths(edit.ms),
        attempts: edit.attempts.map((attempt) => ({ ...attempt, ms: tenths(attempt.ms) })),
        outputs: edit.outputs,
        notices: edit.notices,
        usage: edit.usage,
      }),
    },
  }
}

/** Probes come every few seconds and say nothing while all is well. */
function levelOf({ code, status, door }: RequestRecord): LineLevel {
  if (code === 'internal') return 'error'
  if (status >= 500) return 'warn'
  return door === 'system' && status < 400 ? 'debug' : 'info'
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
