import { ApiError as SdkError, GoogleGenAI } from '@google/genai'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type ErrorCode, ERRORS, fault } from '../contract/error.ts'
import { readError } from './google-error.ts'
import { statusReply, type StatusReply } from './google-status.ts'
import { readWaitMs } from './wait.ts'

const documentOf = ({ body }: StatusReply): unknown => JSON.parse(Buffer.concat(body).toString())

describe('a fault in Google’s shape', () => {
  test('says what Google says, and in details what is ours', () => {
    const reply = statusReply(fault('key_unknown', 'The key is not one of this gateway.'))
    expect(reply.status).toBe(401)
    expect(reply.headers).toEqual({ 'content-type': 'application/json; charset=UTF-8' })
    expect(documentOf(reply)).toEqual({
      error: {
        code: 401,
        message: 'The key is not one of this gateway.',
        status: 'UNAUTHENTICATED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'KEY_UNKNOWN',
            domain: 'plantain',
            metadata: { docs: 'docs/errors.md#key_unknown', charged: 'no' },
          },
        ],
      },
    })
  })

  test.each([
    [1500, '1.5s', '2'],
    [26_211.922938, '26.211922938s', '27'],
    [0, '0s', '0'],
  ])('asks to wait %d ms in the body and in a header', (waitMs, retryDelay, seconds) => {
    const reply = statusReply(fault('too_many_requests', 'Slow down.', { waitMs }))
    expect(reply.headers['retry-after']).toBe(seconds)
    expect(documentOf(reply)).toMatchObject({
      error: {
        status: 'RESOURCE_EXHAUSTED',
        details: [{}, { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }],
      },
    })
    const read = readError({ ...reply, body: Buffer.concat(reply.body) })
    expect(readWaitMs(read, undefined, 0)).toBe(Math.ceil(waitMs))
  })

  test.each([
    ['invalid_request', 400, 'INVALID_ARGUMENT'],
    ['key_missing', 401, 'UNAUTHENTICATED'],
    ['not_allowed', 403, 'PERMISSION_DENIED'],
    ['not_found', 404, 'NOT_FOUND'],
    ['request_too_large', 413, 'INVALID_ARGUMENT'],
    ['unsupported_media_type', 415, 'INVALID_ARGUMENT'],
    ['rate_limited', 429, 'RESOURCE_EXHAUSTED'],
    ['cancelled', 499, 'CANCELLED'],
    ['not_implemented', 501, 'UNIMPLEMENTED'],
    ['overloaded', 503, 'UNAVAILABLE'],
    ['deadline_exceeded', 504, 'DEADLINE_EXCEEDED'],
    ['upstream_error', 502, 'INTERNAL'],
    ['internal', 500, 'INTERNAL'],
  ] as const)('%s is %d %s', (code, status, rpc) => {
    expect(statusReply(fault(code, 'So it is.')).status).toBe(status)
    expect(documentOf(statusReply(fault(code, 'So it is.')))).toMatchObject({
      error: { code: status, status: rpc },
    })
  })

  test('is read back by our own reader, whatever the code', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      const reply = statusReply(fault(code, 'Words.'))
      expect(readError({ ...reply, body: Buffer.concat(reply.body) })).toMatchObject({
        status: ERRORS[code].status,
        message: 'Words.',
        reason: code.toUpperCase(),
        source: 'google',
      })
    }
  })
})

describe('the official SDK', () => {
  const closing: (() => void)[] = []
  afterEach(() => closing.splice(0).forEach((close) => close()))

  test('raises its own error of every code', async () => {
    let code: ErrorCode = 'internal'
    const server = createServer((_, response) => {
      const { status, headers, body } = statusReply(fault(code, 'Words.'))
      response.writeHead(status, { ...headers }).end(Buffer.concat(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const ai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: `http://127.0.0.1:${port}` } })
    for (code of Object.keys(ERRORS) as ErrorCode[]) {
      const thrown = await ai.files.get({ name: 'files/x' }).catch((error: unknown) => error)
      expect(thrown).toBeInstanceOf(SdkError)
      expect(thrown).toMatchObject({ status: ERRORS[code].status })
      expect((thrown as SdkError).message).toContain(code.toUpperCase())
    }
  })
})
