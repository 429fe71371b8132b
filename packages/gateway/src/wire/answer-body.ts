import { readEventStream } from './sse.ts'

/** A body by what it is, whatever its label says. */
export type AnswerBody =
  /** One document of a unary answer, or the chunks of a stream in their order. */
  | { readonly kind: 'json'; readonly documents: readonly unknown[] }
  /** JSON or a stream of it that ends too early. */
  | { readonly kind: 'cut'; readonly documents: readonly unknown[] }
  | { readonly kind: 'page'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'empty' }

/** Reads JSON, a JSON array of chunks, an event stream of them, a page or plain text. Never throws. */
export function readAnswerBody(body: Uint8Array): AnswerBody {
  const text = new TextDecoder().decode(body).trim()
  if (text === '') return { kind: 'empty' }
  if (/^[{[]/.test(text)) {
    const document = parse(text)
    if (document === undefined) return { kind: 'cut', documents: [] }
    return { kind: 'json', documents: Array.isArray(document) ? document : [document] }
  }
  if (/^(?:data|event|id|retry)?:/.test(text)) return readChunks(new TextDecoder().decode(body))
  return { kind: text.startsWith('<') ? 'page' : 'text', text }
}

function readChunks(body: string): AnswerBody {
  const { events, rest } = readEventStream(body)
  // The sentinel of other dialects; Google sends none, but a proxy in between may.
  const chunks = events.filter((event) => event !== '[DONE]').map(parse)
  // Without the closing blank line a whole last event is still an event.
  const last = rest === '' || rest === '[DONE]' ? [] : [parse(rest)]
  const documents = [...chunks, ...last]
  const whole = documents.filter((document) => document !== undefined)
  return { kind: whole.length === documents.length && whole.length > 0 ? 'json' : 'cut', documents: whole }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
