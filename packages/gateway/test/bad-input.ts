import { expect } from 'vitest'
import type { ErrorCode } from '../src/contract/error-table.ts'
import { ERRORS } from '../src/contract/error.ts'
import type { Door } from '../src/http/route.ts'
import { DIALECTS, errorIn } from './dialect.ts'
import { openRaw, requestOf } from './raw-socket.ts'

/** Bytes that are no proper request, or no proper edit, and what has to come of them. */
export interface BadInput {
  readonly name: string
  /** Written one after the other; what the gateway does not take any more is left out. */
  readonly bytes: string | Buffer | readonly (string | Buffer)[]
  readonly code: ErrorCode
  /** Whose words the answer is in; the native door's where not given. */
  readonly door?: Door
  /** What the message says. */
  readonly says?: RegExp
}

/** A path of each door, and the method it takes. */
export const EDITS = '/v1/edits'
export const GENERATE = '/v1beta/models/gemini-nano-banana-2.1:generateContent'
export const INTERACTIONS = '/v1/interactions'

export const IMAGE_EDITS = '/v1/images/edits'
export const IMAGE_GENERATIONS = '/v1/images/generations'
export const PREDICT =
  '/v1/projects/p/locations/us-central1/publishers/google/models/imagegeneration%40002:predict'

/** On an idle machine refusals take a few milliseconds, and a second would be too long; others run on this one. */
export const QUICK_MS = 5000

/**
 * One answer, an error in the words of its door, quickly; then the connection goes on with the next request, or is
 * closed as the answer said.
 */
export async function expectRefused(
  port: number,
  { bytes, code, door = 'native', says }: BadInput,
): Promise<void> {
  const raw = await openRaw(port)
  try {
    const begun = performance.now()
    for (const piece of Array.isArray(bytes) ? bytes : [bytes]) {
      const written = raw.write(piece)
      // Whoever has its answer need not be sent the rest.
      await Promise.race([written, raw.wait(1)])
    }
    const answers = await raw.wait(1)
    const ms = performance.now() - begun
    const [answer] = answers ?? []
    if (answer === undefined) throw new Error(`No answer: ${raw.received().toString('latin1').slice(0, 500)}`)
    const error = errorIn(answer)
    expect(error, answer.body.toString()).toMatchObject({ dialect: DIALECTS[door], code })
    expect(answer.status).toBe(ERRORS[code].status)
    if (says !== undefined) expect(error?.message).toMatch(says)
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    expect(ms).toBeLessThan(QUICK_MS)
    if (answer.headers['connection'] === 'close') {
      expect(await raw.closes(10_000), 'closed as it said').toBe(true)
      expect(raw.answers()).toHaveLength(1)
    } else {
      await raw.write(
        requestOf({ method: 'GET', path: '/healthz', headers: [['x-request-id', 'behind-it']] }),
      )
      const [, next] = (await raw.wait(2)) ?? []
      expect(next?.status, 'usable as it was').toBe(200)
      expect(next?.headers['x-request-id']).toBe('behind-it')
    }
  } finally {
    raw.socket.destroy()
  }
}
