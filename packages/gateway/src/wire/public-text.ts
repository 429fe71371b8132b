import { redactKeys } from '../contract/redact.ts'

/** Google's messages are a sentence or two; what is longer is an echo of the request. */
const MAX_CHARS = 300
/** Shared by chance less often than by echo: a run of this many characters is taken for a quotation. */
const ECHO_CHARS = 12
/** A whole instruction this short is an ordinary word. */
const MIN_WHOLE_CHARS = 8

/**
 * Others' words made fit for a public message: on one line, keys blanked, and with whatever is quoted from
 * `hidden` (our instructions and secrets) replaced, since Google's messages may repeat parts of a request.
 */
export function publicText(text: string, hidden: readonly string[] = []): string {
  const line = redactKeys(text.slice(0, 8 * MAX_CHARS))
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  const cut = line.slice(0, 2 * MAX_CHARS)
  const shown = hidden.reduce(conceal, cut)
  return shown.length > MAX_CHARS ? `${shown.slice(0, MAX_CHARS - 1)}…` : shown
}

function conceal(text: string, hidden: string): string {
  const source = hidden.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  if (source.length < MIN_WHOLE_CHARS) return text
  const run = Math.min(ECHO_CHARS, source.length)
  let shown = ''
  let from = 0
  let quotedTo = 0
  for (let at = 0; at + run <= text.length; at += 1) {
    if (!source.includes(text.slice(at, at + run))) continue
    if (at > quotedTo || quotedTo === 0) shown += `${text.slice(from, at)}[…]`
    quotedTo = at + run
    from = quotedTo
  }
  return shown + text.slice(from)
}

/** A field's name as a message may repeat it: it is the caller's, and may be anything. */
export function shownName(name: string): string {
  return name.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 64)
}

/** What a page says in a few words: its title, else its text without the tags. */
export function pageText(html: string): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(html)?.[1]
  return title ?? html.replaceAll(/<(?:style|script)[\s\S]*?<\/(?:style|script)>|<[^>]*>/gi, ' ')
}
