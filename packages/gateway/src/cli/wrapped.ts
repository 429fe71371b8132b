/** Breaks text at spaces into lines of `width`; `first` and `rest` are what lines begin with. */
export function wrapped(text: string, width: number, { first = '', rest = '' } = {}): string {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of text.split(' ')) {
    const longer = isEmpty ? line + word : `${line} ${word}`
    if (longer.length > width && !isEmpty) {
      lines.push(line)
      line = rest + word
    } else line = longer
    isEmpty = false
  }
  return [...lines, line].join('\n')
}

const NO_BREAK = '\u00A0'

/** Text of paragraphs and of list items that begin with a dash, laid out anew for a page of that width. */
export function laidOut(list: string, width: number, indent = ''): string {
  return list
    .split(/\n(?=- )|\n\n/)
    .map((item) => {
      const rest = item.startsWith('- ') ? `${indent}  ` : indent
      // A number stays with its sign.
      const text = item.replaceAll(/\s+/g, ' ').replaceAll(' %', `${NO_BREAK}%`)
      return wrapped(text, width, { first: indent, rest }).replaceAll(NO_BREAK, ' ')
    })
    .join('\n')
}
