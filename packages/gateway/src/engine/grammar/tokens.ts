import { SPELLING } from './spelling.ts'

/** A word in the grammar's one spelling, a number, a pair such as 16:9, a colour in figures, or a stop. */
export interface Token {
  readonly kind: 'word' | 'number' | 'pair' | 'colour' | 'stop'
  readonly text: string
  /** One number, two of a pair, or red, green and blue. */
  readonly numbers: readonly number[]
  /** Where it stands in the cleaned text, to quote from. */
  readonly from: number
  readonly to: number
}

const SCANNER = new RegExp(
  [
    /(?<hex>#(?:[\da-f]{6}|[\da-f]{3})(?![\da-z]))/u,
    /(?<rgb>rgb ?\(? ?\d{1,3}[ ,]{1,3}\d{1,3}[ ,]{1,3}\d{1,3}(?: ?\))?)/u,
    /(?<pair>\d{1,5}(?:\.\d{1,3})? ?[:x×] ?\d{1,5}(?:\.\d{1,3})?(?![\da-z]))/u,
    /(?<number>(?:(?<![\p{L}\d%])[+-] ?)?\d{1,6}(?:\.\d{1,6})?)/u,
    /(?<bw>b ?[&/] ?w(?!\p{L}))/u,
    /(?<word>\p{L}[\p{L}\p{M}]*(?:'\p{L}+)?)/u,
    /(?<hyphen>(?<=[\p{L}\d])-(?=[\p{L}\d]))/u,
    /(?<stop>[,.;:!?()[\]{}\n–—•*-]+)/u,
    /(?<mark>["'‘’“”«»_`|])/u,
    /(?<other>[^\s])/u,
  ]
    .map((part) => part.source)
    .join('|'),
  'giu',
)

/** Thanks and smiles; any other pictogram may mean something and stays an unknown word. */
const COURTESY = new Set('🙏😊🙂👍👌❤✨😀😃😄😁🤗')

/** Line numbers of a list, `1.` or `2)`. */
const BULLET = /(^|\n)[ \t]*\d{1,2}[.)](?=[ \t])/g

/** One form for every way to write the same characters: no control characters, straight quotes. */
export function clean(instruction: string): string {
  return instruction
    .toWellFormed()
    .normalize('NFKC')
    .replace(/[\p{Cf}\u{FE00}-\u{FE0F}]/gu, '')
    .replace(/\r\n?|[\u{2028}\u{2029}]/gu, '\n')
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .replace(/[‘’]/g, "'")
    .replace(BULLET, (bullet, lead: string) => lead + ' '.repeat(bullet.length - lead.length))
}

/** Cuts cleaned text into tokens; nothing but blanks, quotes and hyphens inside words gets lost. */
export function tokenise(text: string): readonly Token[] {
  return Array.from(text.matchAll(SCANNER)).flatMap((match) => {
    const at = { from: match.index, to: match.index + match[0].length }
    return read(match[0].toLowerCase(), match.groups ?? {}).map((token) => ({ ...token, ...at }))
  })
}

type Bare = Omit<Token, 'from' | 'to'>

function read(text: string, groups: Readonly<Record<string, string | undefined>>): readonly Bare[] {
  if (groups['hex'] !== undefined) return [{ kind: 'colour', text, numbers: hexChannels(text.slice(1)) }]
  if (groups['rgb'] !== undefined) return rgbToken(text)
  if (groups['pair'] !== undefined) return [{ kind: 'pair', text, numbers: text.split(/[:x×]/).map(Number) }]
  if (groups['number'] !== undefined) {
    return [{ kind: 'number', text, numbers: [Number(text.replace(' ', ''))] }]
  }
  if (groups['bw'] !== undefined) return [word('b&w')]
  if (groups['word'] !== undefined) return spelled(text)
  if (groups['stop'] !== undefined) return [{ kind: 'stop', text: strongest(text), numbers: [] }]
  if (groups['other'] !== undefined && !COURTESY.has(text)) return spelled(text)
  return []
}

const word = (text: string): Bare => ({ kind: 'word', text, numbers: [] })

function spelled(text: string): readonly Bare[] {
  const known = SPELLING.get(text)
  if (known !== undefined) return known.map(word)
  if (text.endsWith("'s")) return [...spelled(text.slice(0, -2)), word("'s")]
  return [word(text)]
}

/** A run of stops counts as what it says loudest: a question, the end of a sentence, or a pause. */
function strongest(stops: string): string {
  if (stops.includes('?')) return '?'
  return /[.!\n]/.test(stops) ? '.' : ','
}

function hexChannels(digits: string): readonly number[] {
  const wide = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits
  return [0, 2, 4].map((at) => Number.parseInt(wide.slice(at, at + 2), 16))
}

function rgbToken(text: string): readonly Bare[] {
  const numbers = (text.match(/\d+/g) ?? []).map(Number)
  return numbers.every((channel) => channel <= 255) ? [{ kind: 'colour', text, numbers }] : [word(text)]
}
