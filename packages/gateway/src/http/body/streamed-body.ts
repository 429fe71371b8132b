import type { IncomingMessage } from 'node:http'
import { PlantainError } from '../../contract/error.ts'
import { askForBody } from './expectation.ts'

/**
 * The body as it comes, read no faster than it is taken, and kept nowhere. Whoever sends nothing for `idleMs` while
 * more is waited for is cut: throws `PlantainError` `request_timeout`, `unsupported_media_type` for a packed body, and
 * `invalid_request` where it breaks off. Leaving early does not tear the connection down: an answer is still to go out.
 */
export async function* streamBody(request: IncomingMessage, idleMs: number): AsyncGenerator<Buffer> {
  mustBePlain(request)
  askForBody(request)
  const pieces = request.iterator({ destroyOnReturn: false })
  try {
    for (;;) {
      const next = await within(pieces.next(), idleMs)
      if (next.done) return
      yield next.value
    }
  } finally {
    // Not waited for: it settles only once the piece that is late has come.
    void pieces.return?.().catch(() => {})
  }
}

async function within<Value>(next: Promise<Value>, idleMs: number): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(late(idleMs)), idleMs)
  try {
    return await Promise.race([next.catch(brokenOff), promise])
  } finally {
    clearTimeout(timer)
  }
}

/** An offset in what was packed would mean nothing. */
function mustBePlain({ headers }: IncomingMessage): void {
  const { 'content-encoding': encoding = 'identity' } = headers
  if (encoding.trim().toLowerCase() === 'identity') return
  throw new PlantainError(
    'unsupported_media_type',
    'The bytes of a file are taken as they are: send them without content-encoding.',
  )
}

function brokenOff(): never {
  throw new PlantainError('invalid_request', 'The body broke off before its end.')
}

function late(idleMs: number): PlantainError {
  return new PlantainError(
    'request_timeout',
    `The body stood still: nothing of it came within ${Math.ceil(idleMs / 1000)} s. Ask the upload how much it has, and go on from there.`,
  )
}
