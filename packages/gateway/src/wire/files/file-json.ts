import type { JsonObject } from '../../contract/json-object.ts'

/** What of a file is told to whoever owns it. */
export interface FileFacts {
  /** Without `files/`. */
  readonly id: string
  readonly displayName: string | null
  readonly mimeType: string
  readonly byteLength: number
  /** Base64 of the digest's bytes. */
  readonly sha256: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly uri: string
  readonly state: 'PROCESSING' | 'ACTIVE'
}

/**
 * A `File` of Google's. The hash is base64 of the digest itself, as the field's type (bytes) says; Google is reported to
 * encode the digest's hex digits instead.
 */
export function fileJson(file: FileFacts): JsonObject {
  const createTime = new Date(file.createdAtMs).toISOString()
  return {
    name: `files/${file.id}`,
    ...(file.displayName !== null && { displayName: file.displayName }),
    mimeType: file.mimeType,
    sizeBytes: String(file.byteLength),
    createTime,
    updateTime: createTime,
    expirationTime: new Date(file.expiresAtMs).toISOString(),
    sha256Hash: file.sha256,
    uri: file.uri,
    state: file.state,
    source: 'UPLOADED',
  }
}

/** `ListFilesResponse`. */
export function filesJson(files: readonly JsonObject[], nextPageToken: string | null): JsonObject {
  return { ...(files.length > 0 && { files }), ...(nextPageToken !== null && { nextPageToken }) }
}

const FILE_URI = /^(?:https?:\/\/[^/?#]+\/(?:[^/?#]+\/)?)?files\/([^/?#:]{1,64})$/

/** The id in what `fileData.fileUri` holds: `https://any-host/v1beta/files/id`, or `files/id`; `null`: it names no file. */
export function fileIdIn(uri: string): string | null {
  return FILE_URI.exec(uri)?.[1] ?? null
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Twelve of Google's letters. Nobody has to guess one: a file is asked for together with whose it is. */
export function newFileId(random: { bytes(count: number): Uint8Array }): string {
  return Array.from(random.bytes(12), (byte) => LETTERS[byte % LETTERS.length]).join('')
}
