/** What a request to a model that answers text asks for, as far as its purpose can be told. */
export interface LegacyRequest {
  readonly instruction: string
  readonly hasImage: boolean
  readonly tools: boolean
  readonly schema: boolean
  /** Whether only text may come back. */
  readonly textOnly: boolean
}

/**
 * Whether a request to a text model is meant as an edit, as tutorials have it (`gemini-2.5-flash` with a photo and
 * “change the background”), or as what such models do: `pass`. In doubt with a photo it is an edit only where the
 * words ask for a change.
 */
export function purposeOf({
  instruction,
  hasImage,
  tools,
  schema,
  textOnly,
}: LegacyRequest): 'edit' | 'pass' {
  if (!hasImage || tools || schema || textOnly) return 'pass'
  return instruction.trim() !== '' && !asksForText(instruction) ? 'edit' : 'pass'
}

const QUESTION =
  /^(?:what|who|whom|whose|why|how|where|when|which|is|are|was|were|does|do|did|has|have|am)\b/i
const TELLING =
  /^(?:please\s+)?(?:describe|caption|explain|summari[sz]e|tell|list|count|identify|transcribe|translate|read|extract|analy[sz]e|classify|compare|name|write|answer|give me|find|detect|label|rate|guess)\b/i

function asksForText(instruction: string): boolean {
  const text = instruction.trim()
  return QUESTION.test(text) || TELLING.test(text)
}
