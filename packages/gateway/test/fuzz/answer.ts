/** What came back to a request. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Whether all came that was announced. */
  readonly whole: boolean
}

/**
 * The final answers to what was not HEAD in what a socket received, in their order; `null` where something else was among
 * them. Where the connection goes on, one that goes to its end is not whole yet.
 */
export function answersIn(
  received: Buffer,
  { ended = true }: { readonly ended?: boolean } = {},
): readonly Answer[] | null {
  const answers: Answer[] = []
  for (let rest = received; rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n')
    const lines = rest.subarray(0, Math.max(end, 0)).toString('latin1').split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(lines[0] ?? '')?.[1])
    // A connection that is broken off may end anywhere.
    if (end === -1) return mayBegin(rest) ? answers : null
    if (!(status >= 100)) return null
    const headers = headersOf(lines.slice(1))
    const read =
      status < 200 || status === 204 || status === 304
        ? NO_BODY
        : readBody(rest.subarray(end + 4), headers, ended)
    if (status >= 200) answers.push({ status, headers, body: read.body, whole: read.whole })
    rest = rest.subarray(end + 4 + read.byteLength)
  }
  return answers
}

/** Of an answer not even its first word may be there yet. */
function mayBegin(bytes: Buffer): boolean {
  return 'HTTP/1.1'.startsWith(bytes.toString('latin1', 0, 8))
}

function headersOf(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
    }),
  )
}

interface ReadBody {
  readonly body: Buffer
  readonly byteLength: number
  readonly whole: boolean
}

const NO_BODY: ReadBody = { body: Buffer.alloc(0), byteLength: 0, whole: true }

function readBody(rest: Buffer, headers: Readonly<Record<string, string>>, ended: boolean): ReadBody {
  if (headers['transfer-encoding'] === 'chunked') return readChunks(rest)
  const length = headers['content-length']
  // To the end of the connection.
  if (length === undefined) return { body: rest, byteLength: rest.length, whole: ended }
  const body = rest.subarray(0, Number(length))
  return { body, byteLength: body.length, whole: body.length === Number(length) }
}

function readChunks(rest: Buffer): ReadBody {
  const parts: Buffer[] = []
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf('\r\n', at)
    const size = Number.parseInt(rest.subarray(at, Math.max(lineEnd, at)).toString('latin1'), 16)
    // Behind the last one trailers may stand, and a blank line.
    const trailersEnd = size === 0 ? rest.indexOf('\r\n\r\n', lineEnd) : -1
    const next = size === 0 ? (trailersEnd === -1 ? Infinity : trailersEnd + 4) : lineEnd + 2 + size + 2
    if (lineEnd === -1 || !(size >= 0) || next > rest.length) {
      return { body: Buffer.concat(parts), byteLength: rest.length, whole: false }
    }
    if (size > 0) parts.push(rest.subarray(lineEnd + 2, next - 2))
    at = next
    if (size === 0) return { body: Buffer.concat(parts), byteLength: at, whole: true }
  }
}
