import { usageError } from './fault-line.ts'

/** What the words after `plantain edit` mean. */
export interface Words {
  /** Paths, patterns, or `-` for standard input, in order. */
  readonly images: readonly string[]
  /** Empty only where a background picture says it all. */
  readonly instruction: string
}

export interface WordsContext {
  readonly exists: (path: string) => boolean
  /** `--background` is given, so that an instruction is not needed. */
  readonly hasBackground: boolean
  /** Something other than a person is at standard input. */
  readonly stdinIsPiped: boolean
}

const PICTURE_NAME = /^[^\n]*\.(?:jpe?g|png|webp|gif|tiff?|avif|hei[cf]|bmp|svg)$/i
const EXAMPLE = 'plantain edit photo.jpg "blur the background"'

/**
 * The last word is the instruction, all before it are pictures. Throws `invalid_request` with what was probably
 * meant: an instruction forgotten, put first, or not quoted.
 */
export function readWords(words: readonly string[], context: WordsContext): Words {
  const last = words.at(-1)
  if (last === undefined) {
    if (context.hasBackground && context.stdinIsPiped) return { images: ['-'], instruction: '' }
    throw usageError(`Name a photo and say what to change, such as ${EXAMPLE}.`)
  }
  const isPicture = (word: string) => looksLikePicture(word, context)
  if (isPicture(last)) return withoutInstruction(words, context)
  if (last.trim() === '') throw usageError('The instruction is empty: say in words what to change.')

  const before = words.slice(0, -1)
  if (before.length === 0) {
    if (context.stdinIsPiped) return { images: ['-'], instruction: last }
    throw usageError(`No photo is named. Put it before the instruction: plantain edit photo.jpg "${last}".`)
  }
  const loose = before.slice(before.findLastIndex(isPicture) + 1)
  if (isUnquoted(loose, { before, last })) {
    const [picture = 'photo.jpg'] = before.filter(isPicture)
    const quoted = [...loose, last].join(' ')
    throw usageError(`The instruction has to be in quotes: plantain edit ${shown(picture)} "${quoted}".`)
  }
  return { images: before, instruction: last }
}

function withoutInstruction(words: readonly string[], context: WordsContext): Words {
  const spoken = words.find((word) => !looksLikePicture(word, context) && /\s/.test(word.trim()))
  if (spoken !== undefined) {
    const pictures = words.filter((word) => word !== spoken).map(shown)
    throw usageError(`The instruction comes last: plantain edit ${pictures.join(' ')} "${spoken}".`)
  }
  if (context.hasBackground) return { images: words, instruction: '' }
  const [first = 'photo.jpg'] = words
  throw usageError(
    `The instruction is missing. Say after the photo what to change, in quotes: plantain edit ${shown(first)} "blur the background".`,
  )
}

/** Words that are no pictures between the pictures and the last word: an instruction the shell took apart. */
function isUnquoted(
  loose: readonly string[],
  { before, last }: { readonly before: readonly string[]; readonly last: string },
): boolean {
  if (loose.length === 0) return false
  const lastIsQuoted = /\s/.test(last)
  const afterPictures = loose.length < before.length
  if (lastIsQuoted) return afterPictures && loose.length > 1
  return afterPictures || loose.length > 1
}

function looksLikePicture(word: string, { exists }: WordsContext): boolean {
  return word === '-' || exists(word) || PICTURE_NAME.test(word) || isPattern(word)
}

/** Whether a word is a pattern such as `photos/*.jpg`; words of an instruction may hold a `?` or a `*` as well. */
export function isPattern(word: string): boolean {
  if (!/[*?[{]/.test(word)) return false
  return /\s/.test(word.trim()) ? PICTURE_NAME.test(word) : /[*/.]/.test(word)
}

/** A path as one would type it. */
export function shown(path: string): string {
  return /[\s"'$&;()*?<>|\\]/.test(path) ? `"${path}"` : path
}
