import type { Token } from './tokens.ts'

const ASKING = new Set(
  'what who whom whose why how where when which is are was were does did has am'.split(' '),
)
const REQUESTING = new Set('can could would will may please might'.split(' '))

interface Span {
  readonly from: number
  readonly to: number
}

/**
 * The first sentence that asks rather than requests. "Can you blur it?" and "Blur it, please?" are requests;
 * "Is it possible to …?" is one as well.
 */
export function findQuestion(tokens: readonly Token[]): Span | undefined {
  let start = 0
  for (let at = 0; at <= tokens.length; at++) {
    const text = tokens[at]?.text
    if (text !== undefined && text !== '?' && text !== '.') continue
    const sentence = tokens.slice(start, at).filter(({ kind }) => kind !== 'stop')
    const first = sentence[0]
    if (
      first !== undefined &&
      asks(
        sentence.map((token) => token.text),
        text === '?',
      )
    ) {
      return { from: first.from, to: tokens[Math.min(at, tokens.length - 1)]!.to }
    }
    start = at + 1
  }
  return undefined
}

function asks(words: readonly string[], marked: boolean): boolean {
  if (words.slice(0, 3).join(' ') === 'is it possible') return false
  if (ASKING.has(words[0] ?? '')) return true
  return marked && !words.some((word) => REQUESTING.has(word))
}
