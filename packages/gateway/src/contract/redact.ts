/** What credentials look like in text that others wrote: Google's keys, tokens, JWTs, private keys, and our own keys. */
const KEY_SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bAIz[\w-]{10,}/g,
  /\bAQ\.[\w.~+/=-]{10,}/g,
  /\bya29\.[\w.~+/=-]+/g,
  /\b1\/\/[\w-]{10,}/g,
  /\bGOCSPX-[\w-]+/g,
  /\bplt?_[\w.~-]{10,}/g,
  /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g,
  /\bBearer\s+[\w.~+/=-]{6,}/gi,
  /([?&]key=)[^&\s"']+/gi,
]

/** What each of them has in it: most texts have none, and are looked at once instead of ten times. */
const HINT = /PRIVATE KEY|AIz|AQ\.|ya29\.|1\/\/|GOCSPX-|plt?_|eyJ|bearer|key=/i

/** Blanks whatever looks like a credential. For text from outside that is about to be shown or logged. */
export function redactKeys(text: string): string {
  if (!HINT.test(text)) return text
  return KEY_SHAPES.reduce(
    (shown, shape) =>
      shown.replaceAll(shape, (_, kept) => `${typeof kept === 'string' ? kept : ''}[redacted]`),
    text,
  )
}
