import type { IncomingHttpHeaders } from 'node:http'
import { isJsonObject } from '../../contract/json-object.ts'
import { countField, field, objectField } from '../json-field.ts'
import { badField } from './file-error.ts'

/** What is said of a file before its bytes come. */
export interface FileDraft {
  /** Without `files/`; `null`: the server chooses. */
  readonly id: string | null
  readonly displayName: string | null
  readonly mimeType: string
  /** `null`: not announced. */
  readonly sizeBytes: number | null
}

/** What the headers of an upload say of the bytes to come. */
export interface Announced {
  readonly mimeType: string | null
  readonly sizeBytes: number | null
}

export function announcedBy(headers: IncomingHttpHeaders): Announced {
  const mimeType = headers['x-goog-upload-header-content-type']
  const length = headers['x-goog-upload-header-content-length']
  return {
    mimeType: typeof mimeType === 'string' ? mimeType : null,
    sizeBytes: typeof length === 'string' && /^\d{1,15}$/.test(length) ? Number(length) : null,
  }
}

const MAX_DISPLAY_NAME_CHARS = 512
const NAME = /^files\/([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)$/
const MAX_MIME_TYPE_CHARS = 255
const MIME_TYPE = /^[a-z0-9][\w!#$&^.+-]{0,126}\/[a-z0-9][\w!#$&^.+-]{0,126}(?:\s*;[\x20-\x7e]*)?$/i

/** Reads `{"file": {…}}`, in either casing; headers fill in what it leaves out. An empty body says nothing. */
export function readFileDraft(document: unknown, announced: Announced): FileDraft {
  const body = isJsonObject(document) ? document : undefined
  const file = objectField(body, 'file')
  const mimeType = text(field(file, 'mimeType'), 'mime_type') ?? announced.mimeType
  if (mimeType === null || mimeType.length > MAX_MIME_TYPE_CHARS || !MIME_TYPE.test(mimeType)) {
    throw badField('mime_type', 'must be a MIME type, such as image/png.')
  }
  return {
    id: idOf(text(field(file, 'name'), 'name')),
    displayName: displayNameOf(field(file, 'displayName')),
    mimeType,
    sizeBytes: countField(file, 'sizeBytes') ?? announced.sizeBytes,
  }
}

function idOf(name: string | null): string | null {
  if (name === null) return null
  const id = NAME.exec(name)?.[1]
  if (id !== undefined) return id
  throw badField(
    'name',
    'must be “files/” and up to 40 lower-case letters, digits and dashes, with no dash at either end.',
  )
}

/** A long text is no string here: it stays in the bytes it came in. */
function displayNameOf(value: unknown): string | null {
  const tooLong = typeof value === 'string' ? value.length > MAX_DISPLAY_NAME_CHARS : isJsonObject(value)
  if (tooLong) throw badField('display_name', `must have at most ${MAX_DISPLAY_NAME_CHARS} characters.`)
  return text(value, 'display_name')
}

function text(value: unknown, name: string): string | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'string') return value
  throw badField(name, 'must be a short text.')
}
