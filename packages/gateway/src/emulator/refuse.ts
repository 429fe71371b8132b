import type { ApiError } from '../wire/api-error.ts'
import type { Call } from './call.ts'
import { errorReply } from './generate/generate.ts'
import { interactionError } from './interactions/interaction-error.ts'
import { jsonReply, type Reply } from './reply.ts'
import { page } from './server/page.ts'
import type { Target } from './routes.ts'

/** An error in the dialect that was spoken. */
export function refuse(error: ApiError, call: Call, target: Target): Reply {
  switch (target.to) {
    case 'nowhere':
      return page(404)
    case 'admin':
      return jsonReply({ error: error.message }, { status: error.status })
    case 'create-interaction':
    case 'get-interaction':
    case 'delete-interaction':
    case 'cancel-interaction':
      return interactionError(error)
    case 'generate':
      return errorReply(error, { inArray: target.stream && call.query.get('alt') !== 'sse' })
    default:
      return errorReply(error, { inArray: false })
  }
}
