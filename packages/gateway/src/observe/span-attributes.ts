import type { Attributes } from '@opentelemetry/api'
import type { Attempt } from '../contract/attempt.ts'
import type { EditRecord, RequestRecord } from './request-record.ts'

/**
 * HTTP conventions for servers, without `url.path`, `client.address` and `user_agent.original`: paths hold ids, and
 * the others say who somebody is.
 */
export function requestAttributes(record: RequestRecord): Attributes {
  return {
    'http.request.method': record.method,
    'http.route': record.route,
    'http.response.status_code': record.status,
    'http.request.body.size': record.requestBytes,
    'http.response.body.size': record.answerBytes,
    'plantain.request.id': record.requestId,
    'plantain.door': record.door,
    'plantain.how': record.how,
    ...given('plantain.key.id', record.keyId),
    ...given('plantain.code', record.code),
    ...Object.fromEntries(record.steps.map(({ name, ms }) => [`plantain.step.${name}.ms`, ms])),
  }
}

/**
 * GenAI conventions of 2026 for a client's inference: names from open-telemetry/semantic-conventions-genai,
 * docs/gen-ai/client-inference.md. Messages and system instructions, which are opt-in there, are never among them.
 */
export function editAttributes(edit: EditRecord): Attributes {
  return {
    'gen_ai.operation.name': 'generate_content',
    'gen_ai.output.type': 'image',
    ...given('gen_ai.provider.name', providerName(edit.target)),
    ...given('gen_ai.request.model', edit.requestedModel ?? edit.model),
    ...given('gen_ai.response.model', edit.model),
    ...usageAttributes(edit),
    'plantain.edit.id': edit.id,
    'plantain.outcome': edit.outcome,
    ...given('plantain.target', edit.target),
    'plantain.degraded': edit.degraded,
    'plantain.charged': edit.charged,
    'plantain.cost_micro_usd': edit.costMicroUsd,
    'plantain.attempts': edit.attempts.length,
    'plantain.notices': [...edit.notices],
  }
}

/** No `gen_ai.operation.name` and no usage: backends would count the edit once more for each attempt. */
export function attemptAttributes(attempt: Attempt): Attributes {
  return {
    'plantain.attempt.id': attempt.id,
    'plantain.target': attempt.target,
    'plantain.charged': attempt.charged,
    'plantain.cost_micro_usd': attempt.costMicroUsd,
    'gen_ai.request.model': attempt.model,
    ...given('gen_ai.provider.name', providerName(attempt.target)),
    ...given('http.response.status_code', attempt.status),
  }
}

/** Thoughts are among the output tokens, and modalities are parts of the sums. */
function usageAttributes({ usage }: EditRecord): Attributes {
  if (!usage) return {}
  const { inputTextTokens, inputImageTokens, outputTextTokens, outputImageTokens, thoughtTokens } = usage
  return {
    'gen_ai.usage.input_tokens': inputTextTokens + inputImageTokens,
    'gen_ai.usage.text.input_tokens': inputTextTokens,
    'gen_ai.usage.image.input_tokens': inputImageTokens,
    'gen_ai.usage.output_tokens': outputTextTokens + outputImageTokens + thoughtTokens,
    'gen_ai.usage.text.output_tokens': outputTextTokens,
    'gen_ai.usage.image.output_tokens': outputImageTokens,
    'gen_ai.usage.reasoning.output_tokens': thoughtTokens,
  }
}

/** Targets are called after their provider: `ai-studio#2`, `vertex:global`, `local`. */
function providerName(target: string | null): string | null {
  switch (/^[a-z-]+/.exec(target ?? '')?.[0]) {
    case 'ai-studio':
      return 'gcp.gemini'
    case 'vertex':
      return 'gcp.vertex_ai'
    case 'local':
      return 'plantain.local'
    default:
      return null
  }
}

function given(name: string, value: string | number | null): Attributes {
  return value === null ? {} : { [name]: value }
}
