import { type Handler, jsonReply } from './exchange.ts'

/** Whether the process lives at all. */
export const healthz: Handler = async () => jsonReply(200, { status: 'ok' })

/** Whether it takes work: what a load balancer asks. */
export function createReadyz({ draining }: { readonly draining: () => boolean }): Handler {
  return async () =>
    draining() ? jsonReply(503, { status: 'draining' }) : jsonReply(200, { status: 'ready' })
}
