import { writeJson } from '../wire/json-write.ts'

/** One answer, ready to be sent. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /**
   * What is sent, in pieces: one group for a whole body, several for a stream, which are flushed one after the other.
   * Base64 stays bytes: no image is ever part of a larger string.
   */
  readonly groups: readonly (readonly Uint8Array[])[]
  /** Whether the length is announced; a stream goes chunked. */
  readonly streamed: boolean
}

export const JSON_TYPE = 'application/json; charset=UTF-8'

/** A document, images in it as `JsonBlob`s. */
export function jsonReply(body: unknown, { status = 200, headers = {} }: ReplyOptions = {}): Reply {
  return bytesReply(writeJson(body), {
    status,
    headers: { 'content-type': JSON_TYPE, ...headers },
  })
}

export function bytesReply(
  pieces: readonly Uint8Array[],
  { status = 200, headers = {} }: ReplyOptions = {},
): Reply {
  return { status, headers, groups: [pieces], streamed: false }
}

export interface ReplyOptions {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}
