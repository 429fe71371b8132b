import { invalidArgument } from '../api-error.ts'

/** A `multipart/related` body: a JSON document, then bytes that are read as they come. */
export interface RelatedParts {
  readonly document: unknown
  /** What the second part says it is. */
  readonly contentType: string | null
  /** To be read to its end; throws where the body ends before its last boundary. */
  readonly content: AsyncIterable<Uint8Array>
}

const BOUNDARY = /^multipart\/related\s*;.*\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i
const END_OF_HEAD = Buffer.from('\r\n\r\n')
/** What comes before the bytes is a small document and a few headers. */
const MOST_HEAD_BYTES = 64 * 1024

/** Reads as far as the second part's bytes. @throws ApiError 400 where the form is not kept. */
export async function readRelatedParts(
  pieces: AsyncIterable<Uint8Array>,
  contentType: string,
): Promise<RelatedParts> {
  const [, quoted, plain] = BOUNDARY.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) throw malformed()
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const window = slidingOver(pieces)
  await window.until(delimiter)
  await window.until(END_OF_HEAD)
  const document = parsed(await window.until(delimiter))
  const head = await window.until(END_OF_HEAD)
  const [, type] = /^content-type:[ \t]*([^\r\n]+)/im.exec(head.toString('latin1')) ?? []
  return { document, contentType: type?.trim() ?? null, content: window.stream(delimiter) }
}

/** The part of a stream that is not settled yet: never more than a head, or a piece and a boundary. */
function slidingOver(pieces: AsyncIterable<Uint8Array>) {
  const iterator = pieces[Symbol.asyncIterator]()
  // The first boundary has no line before it: with this one it looks like the others.
  let held = Buffer.from('\r\n')
  const pull = async () => {
    const next = await iterator.next()
    if (next.done) throw malformed()
    held = Buffer.concat([held, next.value])
  }
  return {
    until: async (mark: Buffer): Promise<Buffer> => {
      for (;;) {
        const at = held.indexOf(mark)
        if (at > MOST_HEAD_BYTES || (at === -1 && held.length > MOST_HEAD_BYTES)) throw malformed()
        if (at !== -1) {
          const before = held.subarray(0, at)
          held = held.subarray(at + mark.length)
          return before
        }
        await pull()
      }
    },
    stream: async function* stream(mark: Buffer): AsyncGenerator<Uint8Array> {
      for (;;) {
        const at = held.indexOf(mark)
        // A boundary may have begun in the last bytes: they wait for what follows.
        const settled = at === -1 ? Math.max(0, held.length - mark.length + 1) : at
        yield held.subarray(0, settled)
        if (at !== -1) break
        held = held.subarray(settled)
        await pull()
      }
      while (!(await iterator.next()).done);
    },
  }
}

function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString())
  } catch {
    throw malformed()
  }
}

function malformed() {
  return invalidArgument('The body is no multipart/related body of a JSON part and a media part.')
}
