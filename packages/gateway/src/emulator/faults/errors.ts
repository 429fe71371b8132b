import type { JsonObject } from '../../contract/json-object.ts'
import type { Surface } from '../../models/model.ts'
import { ApiError } from '../../wire/api-error.ts'
import { permissionDenied } from '../identity/credential-error.ts'
import { type ApiVersion, type Place, PROJECT_NUMBER } from '../address.ts'
import type { ErrorContext } from './effect.ts'

/** What the errors of a call speak of. */
export function errorContext(
  { modelId }: { readonly modelId: string },
  { surface, apiVersion, place }: { surface: Surface; apiVersion: ApiVersion; place: Place },
): ErrorContext {
  return { surface, apiVersion, modelId, ...place }
}

const RATE_LIMITS = 'https://ai.google.dev/gemini-api/docs/rate-limits'

/** What ran out, as a 429 of the Developer API tells it. */
export interface Shortage {
  readonly quotaId: string
  readonly metric: string
  readonly limit: number
  /** `null`: no `RetryInfo`. */
  readonly waitMs: number | null
}

const METRIC = 'generativelanguage.googleapis.com/generate_content_paid_tier_requests'
const FREE_METRIC = 'generativelanguage.googleapis.com/generate_content_free_tier_requests'

export function perMinute(context: ErrorContext, ownWaitMs: number, limit = 10): ApiError {
  const waitMs = context.leftMs ?? ownWaitMs
  const quotaId = 'GenerateRequestsPerMinutePerProjectPerModel'
  return exhausted(context, { quotaId, metric: METRIC, limit, waitMs })
}

export function perDay(context: ErrorContext, limit = 250): ApiError {
  // A wait is named even where waiting is in vain, and far too short: it is what makes clients burn their day.
  const quotaId = 'GenerateRequestsPerDayPerProjectPerModel'
  return exhausted(context, { quotaId, metric: METRIC, limit, waitMs: 26_211.922938 })
}

/** A free key: image models have no free tier. */
export function limitZero(context: ErrorContext): ApiError {
  const quotaId = 'GenerateRequestsPerDayPerProjectPerModel-FreeTier'
  return exhausted(context, { quotaId, metric: FREE_METRIC, limit: 0, waitMs: 26_211.922938 })
}

/** Without a word on what ran out. */
export function bareExhausted({ surface }: ErrorContext): ApiError {
  return new ApiError(
    429,
    surface === 'vertex'
      ? 'Resource exhausted, please try again later.'
      : 'Resource has been exhausted (e.g. check quota).',
  )
}

/**
 * The 429 of the Developer API: Help, QuotaFailure, RetryInfo in this order, the wait in seconds with a fraction,
 * and no Retry-After header. Vertex AI's shared quota says nothing of the kind.
 */
export function exhausted(context: ErrorContext, { quotaId, metric, limit, waitMs }: Shortage): ApiError {
  if (context.surface === 'vertex') return bareExhausted(context)
  const { modelId } = context
  const wait = waitMs === null ? null : `${Number((waitMs / 1000).toFixed(9))}s`
  const message =
    'You exceeded your current quota, please check your plan and billing details. For more information on this error, ' +
    `head to: ${RATE_LIMITS}. To monitor your current usage, head to: https://ai.dev/rate-limit. \n` +
    `* Quota exceeded for metric: ${metric}, limit: ${limit}, model: ${modelId}` +
    (wait === null ? '' : `\nPlease retry in ${wait}.`)
  const quotaFailure: JsonObject = {
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [
      {
        quotaMetric: metric,
        quotaId,
        quotaDimensions: { location: 'global', model: modelId },
        // Google leaves out a value of zero: proto3 does not write defaults.
        ...(limit > 0 && { quotaValue: String(limit) }),
      },
    ],
  }
  return new ApiError(429, message, {
    details: [
      help('Learn more about Gemini API quotas', RATE_LIMITS),
      quotaFailure,
      ...(wait === null ? [] : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: wait }]),
    ],
  })
}

export function highDemand(): ApiError {
  return new ApiError(
    503,
    'This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.',
  )
}

/** The older wording. */
export function overloaded(): ApiError {
  return new ApiError(503, 'The model is overloaded. Please try again later.')
}

export function internal(): ApiError {
  return new ApiError(
    500,
    'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  )
}

export function deadlineExceeded(): ApiError {
  return new ApiError(504, 'Deadline expired before operation could complete.')
}

export function unsupportedLocation(): ApiError {
  return new ApiError(400, 'User location is not supported for the API use.', { rpc: 'FAILED_PRECONDITION' })
}

export function prepaidUsedUp(): ApiError {
  return new ApiError(
    429,
    'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
  )
}

export function serviceDisabled({ surface, ...place }: ErrorContext): ApiError {
  // Outside a path with a project Google names that of the key, by its number.
  const project = place.project || PROJECT_NUMBER
  const [service, title] =
    surface === 'vertex'
      ? ['aiplatform.googleapis.com', 'Vertex AI API']
      : ['generativelanguage.googleapis.com', 'Generative Language API']
  const url = `https://console.developers.google.com/apis/api/${service}/overview?project=${project}`
  return new ApiError(
    403,
    `${title} has not been used in project ${project} before or it is disabled. Enable it by visiting ${url} then retry. ` +
      'If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.',
    {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'SERVICE_DISABLED',
          domain: 'googleapis.com',
          metadata: { service, consumer: `projects/${project}` },
        },
        help('Google developers console API activation', url),
      ],
    },
  )
}

export function mayNotPredict(context: ErrorContext): ApiError {
  const service = 'aiplatform.googleapis.com'
  return permissionDenied({ service }, 'aiplatform.endpoints.predict', resourceOf(context))
}

export function modelGone(context: ErrorContext): ApiError {
  const { surface, apiVersion, modelId } = context
  if (surface === 'vertex') {
    return new ApiError(
      404,
      `Publisher Model \`${resourceOf(context)}\` was not found or your project does not have access to it. Please ensure you are using a valid model version.`,
    )
  }
  return new ApiError(
    404,
    `models/${modelId} is not found for API version ${apiVersion || 'v1beta'}, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
  )
}

/** Calls by an API key and questions about a model name no project. */
function resourceOf({ project, location, modelId }: ErrorContext): string {
  const model = `publishers/google/models/${modelId}`
  return project === '' ? model : `projects/${project}/locations/${location}/${model}`
}

function help(description: string, url: string): JsonObject {
  return { '@type': 'type.googleapis.com/google.rpc.Help', links: [{ description, url }] }
}
