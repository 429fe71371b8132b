import { type Document, type LineCounter, parseDocument, type YAMLParseError } from 'yaml'

/** What is wrong with the syntax, and what to do; without a stop at the end of the problem. */
export interface SyntaxMistake {
  readonly offset: number
  readonly problem: string
  readonly remedy: string
  /** Whether the values around it can be relied on all the same. */
  readonly isHarmless: boolean
}

export interface ParsedYaml {
  readonly document: Document.Parsed | null
  readonly mistakes: readonly SyntaxMistake[]
}

/** Parses YAML 1.2. Never throws. */
export function parseYaml(text: string, lineCounter: LineCounter): ParsedYaml {
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' })
    const mistakes = [...document.errors, ...document.warnings]
      .slice(0, MOST_MISTAKES)
      .map((error) => mistakeOf(error, text))
    return { document, mistakes }
  } catch {
    // Thousands of brackets within each other exhaust the parser's stack.
    const problem = 'is not YAML that can be read'
    return { document: null, mistakes: [{ offset: 0, problem, remedy: ASK_EXAMPLE, isHarmless: false }] }
  }
}

/** After so many, one follows from the other. */
const MOST_MISTAKES = 10
/** Enough of a line to see what it is about. */
const MOST_LINE_CHARS = 200

const ASK_EXAMPLE = 'See docs/configuration.md.'

interface Words {
  readonly problem: string
  readonly remedy?: string
  readonly isHarmless?: true
}

/** Our own words, as the parser's repeat what stands in the file, which may be a secret. */
const WORDS: Partial<Record<YAMLParseError['code'], Words>> = {
  DUPLICATE_KEY: { problem: 'is there twice', remedy: 'Keep one of the two.', isHarmless: true },
  TAG_RESOLVE_FAILED: {
    problem: 'has a tag that means nothing here',
    remedy: 'Take out the word after the exclamation mark, or put quotes around the text.',
    isHarmless: true,
  },
  TAB_AS_INDENT: { problem: 'is indented with a tab', remedy: 'Indent with spaces.' },
  MULTIPLE_DOCS: { problem: 'begins a second document', remedy: 'Leave out the line of three dashes.' },
  MISSING_CHAR: { problem: 'lacks a quote, comma, colon, dash or space' },
  BAD_INDENT: { problem: 'is indented differently from its neighbours' },
  BLOCK_AS_IMPLICIT_KEY: { problem: 'has a second name in one line' },
  MULTILINE_IMPLICIT_KEY: { problem: 'lacks a colon, or goes over several lines' },
  BAD_SCALAR_START: { problem: 'begins with a sign that means something else in YAML' },
  BLOCK_IN_FLOW: { problem: 'has a list or group by lines inside of { } or [ ]' },
}

function mistakeOf(
  { code, pos: [offset] }: Pick<YAMLParseError, 'code' | 'pos'>,
  text: string,
): SyntaxMistake {
  const begin = Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - MOST_LINE_CHARS)
  const [line = ''] = text.slice(begin, offset + MOST_LINE_CHARS).split('\n', 1)
  const { problem, remedy = remedyFor(line), isHarmless = false } = WORDS[code] ?? { problem: 'is not YAML' }
  return { offset, problem, remedy, isHarmless }
}

function remedyFor(line: string): string {
  if (/[{,[][^'"]*\$\{/.test(line)) return 'Inside { } and [ ] a reference needs quotes: "${NAME}".'
  if (/:\s+[^'"#\s][^#]*:(?:\s|$)/.test(line)) return 'Put quotes around text that holds a colon.'
  if (/:\s+[@`%&*!|>{[]/.test(line)) return 'Put quotes around text that begins with a sign.'
  return 'Look at the indentation, quotes and brackets here and in the line above.'
}
