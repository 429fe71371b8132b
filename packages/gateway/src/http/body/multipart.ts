import { PlantainError } from '../../contract/error.ts'

/** Header fields of a part, names in lower case; none stands twice. */
export type PartHeaders = ReadonlyMap<string, string>

export interface MultipartOptions {
  readonly boundary: string
  /** Told of each part as its headers are through; gives back who takes its bytes, which are good for that call only. */
  readonly begin: (headers: PartHeaders) => (bytes: Buffer) => void
}

export interface MultipartReader {
  /** Takes the next bytes. Throws `invalid_request` where they are no multipart body, and what `begin` throws. */
  push(piece: Buffer): void
  /** Throws `invalid_request` where the last boundary has not come. */
  end(): void
}

type State = 'preamble' | 'boundary' | 'head' | 'body' | 'epilogue'

/** Of the headers of one part: a name, a file name and a type. */
const MOST_HEAD_BYTES = 8 * 1024
const MOST_HEADERS = 16
/** Of what may stand between a boundary and the end of its line, which is nothing as a rule. */
const MOST_PADDING_BYTES = 64

/**
 * Reads a multipart body (RFC 2046 §5.1) as it comes, however it is cut. Strictly: what other readers skip without a word
 * (a part whose headers are broken, a line that ends otherwise, a last boundary that is missing) would be a picture that
 * is missing from an edit. It has no events, so that nothing can be thrown where nobody catches it.
 */
export function createMultipartReader({ boundary, begin }: MultipartOptions): MultipartReader {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  // The first boundary may stand at the very beginning, with no line before it.
  let held: Buffer = LINE_END
  let state: State = 'preamble'
  let take: (bytes: Buffer) => void = nobody

  /** Each takes what it can and returns what is left, or `null` where it needs more to go on. */
  const steps: Readonly<Record<State, (bytes: Buffer) => Buffer | null>> = {
    preamble: (bytes) => steps.body(bytes),
    body: (bytes) => {
      const at = bytes.indexOf(delimiter)
      const end = at === -1 ? startOfPartial(bytes, delimiter) : at
      if (end > 0) take(bytes.subarray(0, end))
      if (at === -1) return hold(bytes.subarray(end))
      state = 'boundary'
      return bytes.subarray(at + delimiter.length)
    },
    boundary: (bytes) => {
      if (bytes.length < 2) return hold(bytes)
      if (bytes.subarray(0, 2).equals(DASHES)) {
        state = 'epilogue'
        return bytes
      }
      const lineEnd = bytes.indexOf(LINE_END)
      const padding = bytes.toString('latin1', 0, lineEnd === -1 ? bytes.length : lineEnd)
      if (
        padding.length > MOST_PADDING_BYTES ||
        !(lineEnd === -1 ? /^[ \t]*\r?$/ : /^[ \t]*$/).test(padding)
      ) {
        throw broken('behind a boundary there is more than the end of its line (CR LF)')
      }
      if (lineEnd === -1) return hold(bytes)
      state = 'head'
      // With the end of that line, so that a head without lines ends like any other.
      return bytes.subarray(lineEnd)
    },
    head: (bytes) => {
      const end = bytes.indexOf(HEAD_END)
      if ((end === -1 ? bytes.length : end) > MOST_HEAD_BYTES) {
        throw broken(`the headers of a part have more than ${MOST_HEAD_BYTES} bytes`)
      }
      if (end === -1) return hold(bytes)
      take = begin(headersOf(bytes.toString('latin1', LINE_END.length, end)))
      state = 'body'
      return bytes.subarray(end + HEAD_END.length)
    },
    // What stands behind the last boundary is nobody's.
    epilogue: () => null,
  }

  const hold = (bytes: Buffer): null => {
    // Copied: the piece it stands in is good for this call only.
    held = Buffer.from(bytes)
    return null
  }

  return {
    push(piece) {
      let bytes: Buffer | null = held.length === 0 ? piece : Buffer.concat([held, piece])
      held = NO_BYTES
      while (bytes !== null) bytes = steps[state](bytes)
    },
    end() {
      if (state === 'preamble') throw broken('the boundary that Content-Type names is not in it')
      if (state !== 'epilogue') throw broken('it breaks off before its last boundary')
    },
  }
}

const NO_BYTES = Buffer.alloc(0)
const LINE_END = Buffer.from('\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')
const DASHES = Buffer.from('--')
const CR = 0x0d

function nobody(): void {}

/** Where bytes end in the beginning of a delimiter; their length where they do not. */
function startOfPartial(bytes: Buffer, delimiter: Buffer): number {
  const from = Math.max(0, bytes.length - delimiter.length + 1)
  for (let at = bytes.indexOf(CR, from); at !== -1; at = bytes.indexOf(CR, at + 1)) {
    if (bytes.subarray(at).equals(delimiter.subarray(0, bytes.length - at))) return at
  }
  return bytes.length
}

function headersOf(text: string): PartHeaders {
  const headers = new Map<string, string>()
  for (const line of text === '' ? [] : text.split('\r\n')) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n\0]*)$/.exec(line) ?? []
    if (name === undefined || value === undefined)
      throw broken('a part has a line in its headers that is none')
    const key = name.toLowerCase()
    if (headers.has(key)) throw broken(`a part has the header ${key.slice(0, 40)} twice`)
    if (headers.size === MOST_HEADERS) throw broken(`a part has more than ${MOST_HEADERS} headers`)
    headers.set(key, value.trimEnd())
  }
  return headers
}

export function broken(what: string): PlantainError {
  return new PlantainError('invalid_request', `The form is broken: ${what}.`)
}
