/** What is known of a blob beside its bytes. */
export interface BlobAbout {
  /** At most 255 visible ASCII characters. */
  readonly contentType?: string
  /** At most 2,048 bytes as JSON: what S3 takes of an object's metadata. */
  readonly metadata?: Readonly<Record<string, string>>
  /** From this moment on it is not there any more; missing: it stays until it is deleted. */
  readonly expiresAtMs?: number
}

/** Bytes from `from` on, up to `to`, which is not included. */
export interface BlobRange {
  readonly from?: number
  readonly to?: number
}

export interface StoredBlob {
  readonly byteLength: number
  readonly contentType: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly expiresAtMs: number | null
  /** All of it in memory: look at `byteLength` first. */
  bytes(): Promise<Uint8Array>
  /** Reads as it is asked to; throws `PlantainError` `not_found` where the blob was deleted or replaced since `get`. */
  stream(range?: BlobRange): AsyncIterable<Uint8Array>
}

export interface BlobEntry {
  readonly key: string
  readonly byteLength: number
}

export interface PageWanted {
  /** The last key of the page before. */
  readonly after?: string
  /** 1 to 1,000. */
  readonly limit?: number
}

export interface BlobPage {
  readonly entries: readonly BlobEntry[]
  /** What `after` of the next page is; `null`: this is the last. */
  readonly next: string | null
}

/** A blob that is still being written, by one writer at a time. It is under no key until `commit`. */
export interface Draft {
  /** What is kept, and so where the next byte belongs. */
  readonly byteLength: number
  /**
   * Adds what comes until it ends, or breaks off, which this throws: what had come is kept. The next piece is asked for
   * only once the one before is kept. `offset` must be `byteLength`: that is how two writers notice each other.
   */
  append(offset: number, pieces: BlobBody): Promise<void>
  /** What was appended so far. */
  stream(range?: BlobRange): AsyncIterable<Uint8Array>
  /** Makes it the blob of its key, in place of any before, at once and whole. */
  commit(about?: BlobAbout): Promise<void>
  /** May be called in the middle of an `append`, which then throws. */
  discard(): Promise<void>
}

export type BlobBody = Uint8Array | AsyncIterable<Uint8Array>

/**
 * Where large bytes are kept: the file system, or somebody's object store. Keys are ids of our own making (see
 * `mustBeKey`); nothing a caller chose is ever part of one. Every driver passes `test/conformance/blobs.ts` and `drafts.ts`.
 *
 * All calls reject with `PlantainError` `storage_full` where there is no room and `storage_failed` where the store
 * does not work, and with whatever a body that is being written throws.
 */
export interface Blobs {
  /** Stores whole or not at all: nobody ever sees a part. What is stored when this resolves survives a loss of power. */
  put(key: string, body: BlobBody, about?: BlobAbout): Promise<void>
  /** `null`: never stored, deleted, or expired. */
  get(key: string): Promise<StoredBlob | null>
  /** Also of what is not there. */
  delete(key: string): Promise<void>
  /**
   * In the order of keys. `prefix` begins with a whole first segment and its slash, such as `files/`. What has expired
   * may be listed until it is swept; `get` is who knows.
   */
  list(prefix: string, page?: PageWanted): Promise<BlobPage>
  /** The draft of that key, as far as it had come, in an earlier process too; or a new one, given up at `expiresAtMs`. */
  draft(key: string, options: { readonly expiresAtMs: number }): Promise<Draft>
  /** Deletes what has expired, and resolves with how many blobs and drafts that were. To be called now and then. */
  sweep(): Promise<number>
}

const MAX_KEY_CHARS = 200
/** Lower case only, as some file systems do not tell cases apart; at least two segments, the first says of what kind. */
const KEY = /^[a-z][a-z0-9-]*(?:\/[a-z0-9][a-z0-9_-]*)+$/
const PREFIX = /^[a-z][a-z0-9-]*\/[a-z0-9_/-]*$/
const CONTENT_TYPE = /^[\x21-\x7e][\x20-\x7e]{0,254}$/
const MAX_METADATA_BYTES = 2048
const DEFAULT_PAGE = 100
const MAX_PAGE = 1000

/** Throws `RangeError`: such a key is a mistake of ours, whoever sent it. */
export function mustBeKey(key: string): void {
  if (key.length > MAX_KEY_CHARS || !KEY.test(key)) throw new RangeError('This is no key of a blob.')
}

/** Throws `RangeError`. */
export function mustBePrefix(prefix: string): void {
  if (prefix.length > MAX_KEY_CHARS || !PREFIX.test(prefix))
    throw new RangeError('This is no prefix of keys.')
}

/** Throws `RangeError`. */
export function mustBeAbout({ contentType, metadata = {} }: BlobAbout): void {
  if (contentType !== undefined && !CONTENT_TYPE.test(contentType))
    throw new RangeError('This is no content type.')
  if (Buffer.byteLength(JSON.stringify(metadata)) <= MAX_METADATA_BYTES) return
  throw new RangeError(`The metadata of a blob has more than ${MAX_METADATA_BYTES} bytes.`)
}

/** Throws `RangeError`. */
export function pageLimit({ limit = DEFAULT_PAGE }: PageWanted): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return limit
  throw new RangeError(`A page has 1 to ${MAX_PAGE} entries.`)
}

export async function* piecesOf(body: BlobBody): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield body
  else yield* body
}
