import { constants, inflateRawSync } from 'node:zlib'

/** The same bytes with one layer or more of what may cover them taken off. */
export interface View {
  /** What was taken off, outermost first; empty: nothing. */
  readonly through: readonly Layer[]
  readonly bytes: Uint8Array
}

export type Layer = 'gzip' | 'url' | 'json'

/** JSON in JSON in a URL, or the like; nothing of ours wraps deeper. */
const MAX_DEPTH = 3
const MAX_GUNZIPPED_BYTES = 256 * 1024 * 1024
/** A piece of a secret is no longer than this when each of its characters is escaped twice. */
const AROUND = 256
/** No secret is shorter. */
const MIN_RUN = 8

/** The bytes as they are, and as they are meant where they are escaped or compressed. */
export function viewsOf(bytes: Uint8Array): readonly View[] {
  const views: View[] = [{ through: [], bytes }]
  for (const view of views) {
    if (view.through.length < MAX_DEPTH) views.push(...uncovered(view))
  }
  return views
}

function uncovered({ through, bytes }: View): readonly View[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const undone: readonly (readonly [Layer, readonly Buffer[]])[] = [
    ['gzip', gunzipped(text)],
    ['json', textAround(text, '\\').map(jsonUnescaped)],
    ['url', textAround(text, '%').map(urlUnescaped)],
  ]
  return undone
    .filter(([, parts]) => parts.length > 0)
    .map(([layer, parts]) => ({ through: [...through, layer], bytes: joined(parts) }))
}

/** Apart, so that nothing is found that only their order makes. */
function joined(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts.flatMap((part) => [part, Buffer.from([0])]))
}

/**
 * The ASCII around each `marker`, where neighbours overlap as one: what has no escape in or near it is found without
 * this. So the megabytes of an image are passed over.
 */
function textAround(text: Buffer, marker: string): readonly string[] {
  const runs: string[] = []
  let to = 0
  for (let at = text.indexOf(marker); at !== -1; at = text.indexOf(marker, to)) {
    let from = at
    while (from > to && from > at - AROUND && isAscii(text[from - 1]!)) from -= 1
    let end = at + AROUND
    for (to = at + 1; to < text.length && to < end && isAscii(text[to]!); to += 1) {
      if (text[to] === text[at]) end = to + AROUND
    }
    if (to - from >= MIN_RUN) runs.push(text.toString('latin1', from, to))
  }
  return runs
}

function isAscii(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d)
}

const JSON_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** Characters beyond Latin-1 come out as others: they are of no secret. */
function jsonUnescaped(text: string): Buffer {
  const plain = text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex?: string, char = '') =>
    hex === undefined ? (JSON_ESCAPES[char] ?? char) : String.fromCharCode(parseInt(hex, 16) & 0xff),
  )
  return Buffer.from(plain, 'latin1')
}

function urlUnescaped(text: string): Buffer {
  const plain = text.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
  return Buffer.from(plain, 'latin1')
}

/**
 * Wherever a gzip member begins, and as far as it goes: a file may be cut off, a body may follow a head and be followed
 * by another. Node's own gunzip refuses whatever follows, so the head is read here (RFC 1952, §2.3).
 */
function gunzipped(text: Buffer): readonly Buffer[] {
  const magic = Buffer.from([0x1f, 0x8b, 0x08])
  const parts: Buffer[] = []
  for (let at = text.indexOf(magic); at !== -1; at = text.indexOf(magic, at + 1)) {
    try {
      parts.push(
        inflateRawSync(text.subarray(afterHead(text, at)), {
          finishFlush: constants.Z_SYNC_FLUSH,
          maxOutputLength: MAX_GUNZIPPED_BYTES,
        }),
      )
    } catch {
      // Three bytes that mean nothing.
    }
  }
  return parts
}

function afterHead(text: Buffer, at: number): number {
  const flags = text[at + 3] ?? 0
  let next = at + 10
  if (flags & 4) next += 2 + text.readUInt16LE(next)
  if (flags & 8) next = text.indexOf(0, next) + 1
  if (flags & 16) next = text.indexOf(0, next) + 1
  return flags & 2 ? next + 2 : next
}
