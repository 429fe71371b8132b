import { redactKeys } from '../contract/redact.ts'

const MAX_CHARS = 300
/** As long as the names of models, keys and targets may get. */
const MAX_NAME_CHARS = 128

/**
 * Text from outside, made fit for a log: credentials blanked, addresses without what follows their path, on one
 * line without control characters (which could rewrite a terminal), and no longer than `maxChars`.
 */
export function cleanText(text: string, maxChars = MAX_CHARS): string {
  // Cut before it is searched, so that a text of megabytes costs no more than one of a page.
  const shown = withoutQueries(redactKeys(text.slice(0, 8 * maxChars)))
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return shown.length > maxChars ? `${shown.slice(0, maxChars - 1)}…` : shown
}

/** A name that came from outside, such as a model's: what does not look like one may be anything and is not kept. */
export function cleanName(name: string): string {
  return name.length <= MAX_NAME_CHARS && /^[\w.@:/#{}*+-]+$/.test(name) ? redactKeys(name) : 'other'
}

/** Signed links carry their signature in the query, others a user's password before the host. */
function withoutQueries(text: string): string {
  return text.replaceAll(/\b(https?:\/\/)(?:[^\s/?#@]*@)?([^\s?#"']*)(?:[?#][^\s"']*)?/gi, '$1$2')
}
