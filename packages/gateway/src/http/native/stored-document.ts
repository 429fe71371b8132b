import type { ImageFacts } from '../../contract/result.ts'
import type { StoredBlob } from '../../store/blobs.ts'
import { base64Length, base64Of } from '../../wire/base64-stream.ts'
import { jsonReply, type Reply } from '../exchange.ts'

export interface StoredImageOf {
  readonly facts: ImageFacts
  readonly blob: StoredBlob
}

/** A document with images in it that are read, and made base64, only as fast as they are sent: none is ever in memory. */
export function documentReply(
  rest: object,
  images: readonly StoredImageOf[],
  headers: Readonly<Record<string, string>>,
): Reply {
  const parts = partsOf(rest, images)
  const length = parts.reduce(
    (sum, part) => sum + (Buffer.isBuffer(part) ? part.byteLength : base64Length(part.byteLength)),
    0,
  )
  const reply = jsonReply(200, {}, { ...headers, 'content-length': String(length) })
  return { ...reply, body: written(parts) }
}

async function* written(parts: readonly (Buffer | StoredBlob)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (Buffer.isBuffer(part)) yield part
    else yield* base64Of(part.stream())
  }
}

function partsOf(rest: object, images: readonly StoredImageOf[]): readonly (Buffer | StoredBlob)[] {
  const pictures = images.flatMap(({ facts, blob }, index) => [
    Buffer.from(`${index === 0 ? '' : ','}${opened(facts)},"data":"`),
    blob,
    Buffer.from('"}'),
  ])
  return [Buffer.from(`${opened(rest)},"images":[`), ...pictures, Buffer.from(']}')]
}

/** An object that has members, without its last brace. */
function opened(object: object): string {
  return JSON.stringify(object).slice(0, -1)
}
