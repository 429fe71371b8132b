import type { Call } from '../call.ts'
import { bytesReply, type Reply } from '../reply.ts'

/** Faults for one call only, written as for `--persona`; a browser's call may carry it as well. */
export const PERSONA_HEADER = 'x-emulator-persona'

/** Browsers may call Google's APIs, as any origin; what uploads answer in headers must be readable there. */
export function crossOrigin({ headers }: Call): Readonly<Record<string, string>> {
  if (headers.origin === undefined) return {}
  return {
    'access-control-allow-origin': headers.origin,
    'access-control-expose-headers':
      'x-goog-upload-url, x-goog-upload-status, x-goog-upload-chunk-granularity, x-goog-upload-size-received',
    vary: 'Origin',
  }
}

export function preflight(): Reply {
  return bytesReply([], {
    status: 200,
    headers: {
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': `authorization, content-type, x-goog-api-client, x-goog-api-key, x-goog-user-project, x-goog-upload-command, x-goog-upload-header-content-length, x-goog-upload-header-content-type, x-goog-upload-offset, x-goog-upload-protocol, ${PERSONA_HEADER}`,
      'access-control-max-age': '3600',
    },
  })
}
