import { firstWish } from './wish.ts'

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
 * “change the background”), or as what such models do: `pass`. In doubt it passes, since that is what Google does, too.
 */
export function purposeOf({
  instruction,
  hasImage,
  tools,
  schema,
  textOnly,
}: LegacyRequest): 'edit' | 'pass' {
  if (!hasImage || tools || schema || textOnly) return 'pass'
  return firstWish(instruction) === 'change' ? 'edit' : 'pass'
}
