import { readFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type BadInput,
  EDITS,
  expectRefused,
  GENERATE,
  IMAGE_EDITS,
  IMAGE_GENERATIONS,
  INTERACTIONS,
  PREDICT,
} from './bad-input.ts'
import { gatewayOn, type LoggedGateway, SETTINGS } from './gateway-client.ts'
import { EDITED } from './google-target.ts'
import { headOf, requestOf } from './raw-socket.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const PHOTO = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString('base64')
const PNG = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#123' } })
  .png()
  .toBuffer()
const JSON_TYPE = ['content-type', 'application/json'] as const
/** What the gateway of this suite takes; small, so that too much is soon sent. */
const MOST_BYTES = 2_000_000

let upstream: ScriptedServer
let gateway: LoggedGateway

beforeAll(async () => {
  upstream = await startScriptedServer(() => EDITED)
  gateway = await gatewayOn(
    upstream.origin,
    {
      limits: { ...SETTINGS.limits, requestBytes: MOST_BYTES, bodyIdleMs: 600 },
    },
    { lingerMs: 1000 },
  )
})

afterAll(async () => {
  await gateway.close()
  await upstream.close()
})

describe('what is wrong with the address', () => {
  cases([
    bad('another method', requestOf({ method: 'PUT', path: EDITS }), 'method_not_allowed'),
    bad(
      'another method, Gemini',
      requestOf({ method: 'DELETE', path: GENERATE }),
      'method_not_allowed',
      'gemini',
    ),
    bad('TRACE', requestOf({ method: 'TRACE', path: '/healthz' }), 'method_not_allowed', 'system'),
    bad('no such path', requestOf({ path: '/nothing/here' }), 'not_found', 'system'),
    bad('no such path of Gemini', requestOf({ path: '/v1beta/nothing' }), 'not_found', 'gemini'),
    bad('no such path of Vertex', requestOf({ path: '/v1/projects/p/nothing' }), 'not_found', 'vertex'),
    bad('no such path of OpenAI', requestOf({ path: '/v1/images/nothing' }), 'not_found', 'openai'),
    bad(
      'no such path of interactions',
      requestOf({ path: '/v1/interactions/a/b/c' }),
      'not_found',
      'interactions',
    ),
    bad('no such method of a model', requestOf({ path: '/v1/models/m:paint' }), 'not_found', 'gemini'),
    bad('a model without a method', requestOf({ path: '/v1/models/m' }), 'not_found', 'gemini'),
    bad('a broken escape', requestOf({ path: '/v1/models/%zz:generateContent' }), 'not_found', 'gemini'),
    bad('unbuilt, native', requestOf({ path: '/v1/edit-batches' }), 'not_implemented'),
    bad('unbuilt, Gemini', requestOf({ path: '/v1beta/models/m:embedContent' }), 'not_implemented', 'gemini'),
    bad(
      'unbuilt, Gemini batches',
      requestOf({ method: 'GET', path: '/v1beta/batches' }),
      'not_implemented',
      'gemini',
    ),
    bad(
      'unbuilt, Vertex',
      requestOf({ path: '/v1/projects/p/locations/global/publishers/google/models/m:rawPredict' }),
      'not_implemented',
      'vertex',
    ),
    bad(
      'unbuilt, OpenAI',
      requestOf({ path: '/v1/images/variations' }, 'a'.repeat(1000)),
      'not_implemented',
      'openai',
    ),
    bad(
      'unbuilt, interactions',
      requestOf({ path: '/v1beta/interactions/edit_1/cancel' }),
      'not_implemented',
      'interactions',
    ),
  ])

  test('405 names what there is instead', async () => {
    const response = await fetch(`${gateway.url}${EDITS}`, { method: 'PATCH' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe.each([
  ['native', EDITS],
  ['gemini', GENERATE],
  ['interactions', INTERACTIONS],
  ['openai', IMAGE_EDITS],
  ['openai', IMAGE_GENERATIONS],
  ['vertex', PREDICT],
] as const)('what is wrong with the body: %s %s', (door, path) => {
  const post = (body: string | Buffer, ...headers: (readonly [string, string])[]) =>
    requestOf({ path, headers: headers.length === 0 ? [JSON_TYPE] : headers }, body)
  const chunked = (...pieces: (string | Buffer)[]) =>
    Buffer.concat([
      Buffer.from(headOf({ path, headers: [JSON_TYPE, ['transfer-encoding', 'chunked']] })),
      ...pieces.flatMap((piece) => [
        Buffer.from(`${Buffer.byteLength(piece).toString(16)}\r\n`),
        Buffer.from(piece),
        Buffer.from('\r\n'),
      ]),
      Buffer.from('0\r\n\r\n'),
    ])
  const gzipped = (body: string | Buffer) => post(body, JSON_TYPE, ['content-encoding', 'gzip'])
  const GOOD = '{"input":["make it brighter"],"contents":[{"parts":[{"text":"make it brighter"}]}]}'
  const long = 'x'.repeat(6000)
  cases(
    [
      bad('0 bytes', post(''), 'invalid_request'),
      bad('0 bytes in chunks', chunked(), 'invalid_request'),
      bad('no JSON', post('hello'), 'invalid_request'),
      bad('JSON that is cut off', post(GOOD.slice(0, -2)), 'invalid_request'),
      bad('JSON behind JSON', post(`${GOOD}${GOOD}`), 'invalid_request'),
      bad('a list', post('[]'), 'invalid_request'),
      bad('a byte order mark', post(`\ufeff${GOOD}`), 'invalid_request'),
      bad('a key twice', post('{"input":["a"],"input":["b"]}'), 'invalid_request'),
      bad(
        'a key twice, once spelled with escapes',
        post('{"a":{"seed":1,"\\u0073eed":2}}'),
        'invalid_request',
      ),
      bad('a key twice, deep inside', post('{"a":[{"b":{"c":1,"c":1}}]}'), 'invalid_request'),
      bad('nested 101 deep', post(`{"a":${'['.repeat(101)}${']'.repeat(101)}}`), 'invalid_request'),
      bad('nested 500,000 deep', post('['.repeat(500_000)), 'invalid_request'),
      bad(
        'nested 200,000 deep and closed',
        post('{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000)),
        'invalid_request',
      ),
      bad('half a million values', post(`[${'1,'.repeat(500_000)}1]`), 'invalid_request'),
      bad('UTF-16', post(Buffer.from(GOOD, 'utf16le')), 'invalid_request'),
      bad('no UTF-8 in a short text', post(Buffer.from('{"input":["a\xff"]}', 'latin1')), 'invalid_request'),
      bad('no UTF-8 in a key', post(Buffer.from('{"a\xc3(":1}', 'latin1')), 'invalid_request'),
      bad(
        'no UTF-8 in a long text',
        post(Buffer.from(`{"input":["${long}\xff"]}`, 'latin1')),
        'invalid_request',
      ),
      bad(
        'half a letter at the end of a long text',
        post(Buffer.from(`{"input":["${long}\xe2\x82"]}`, 'latin1')),
        'invalid_request',
      ),
      bad(
        'an overlong spelling in a long text',
        post(Buffer.from(`{"input":["${long}\xc0\xaf"]}`, 'latin1')),
        'invalid_request',
      ),
      bad('a control character in a text', post('{"input":["a\u0000b"]}'), 'invalid_request'),
      bad(
        'a form’s type',
        post(GOOD, ['content-type', 'application/x-www-form-urlencoded']),
        'unsupported_media_type',
      ),
      bad('a type of text', post(GOOD, ['content-type', 'text/plain']), 'unsupported_media_type'),
      bad(
        'an unknown encoding',
        post(GOOD, JSON_TYPE, ['content-encoding', 'lzma']),
        'unsupported_media_type',
      ),
      bad('two encodings', post(GOOD, JSON_TYPE, ['content-encoding', 'gzip, br']), 'unsupported_media_type'),
      bad(
        'an encoding named __proto__',
        post(GOOD, JSON_TYPE, ['content-encoding', '__proto__']),
        'unsupported_media_type',
      ),
      bad('called gzip, and is not', gzipped(GOOD), 'invalid_request'),
      bad('called gzip, and empty', gzipped(''), 'invalid_request'),
      bad('gzip that is cut off', gzipped(gzipSync(GOOD).subarray(0, -12)), 'invalid_request'),
      bad('gzip with a wrong checksum', gzipped(wrongChecksum(gzipSync(GOOD))), 'invalid_request'),
      bad('called br, and is not', post(GOOD, JSON_TYPE, ['content-encoding', 'br']), 'invalid_request'),
      bad('called zstd, and is not', post(GOOD, JSON_TYPE, ['content-encoding', 'zstd']), 'invalid_request'),
      bad(
        'called deflate, and is not',
        post(GOOD, JSON_TYPE, ['content-encoding', 'deflate']),
        'invalid_request',
      ),
      bad('100 MB in 100 KB of gzip', gzipped(BOMB), 'request_too_large'),
      bad(
        '100 MB in less of br',
        post(BROTLI_BOMB, JSON_TYPE, ['content-encoding', 'br']),
        'request_too_large',
      ),
      bad(
        'gzip without end that unpacks to nothing',
        gzipped(Buffer.concat(Array.from({ length: 90_000 }, () => EMPTY_GZIP))),
        'invalid_request',
      ),
      bad('more than is taken, in chunks', chunked('a'.repeat(MOST_BYTES), 'a'), 'request_too_large'),
      bad(
        'a byte more than is taken, announced only',
        headOf({ path, headers: [JSON_TYPE, ['content-length', String(MOST_BYTES + 1)]] }),
        'request_too_large',
      ),
      bad(
        'a length that no machine has, announced only',
        headOf({ path, headers: [JSON_TYPE, ['content-length', '9007199254740993']] }),
        'request_too_large',
      ),
      bad(
        'less than it says: stands still',
        headOf({ path, headers: [JSON_TYPE, ['content-length', '1000']] }) + GOOD,
        'request_timeout',
      ),
      bad(
        'chunks that stand still',
        `${headOf({ path, headers: [JSON_TYPE, ['transfer-encoding', 'chunked']] })}5\r\n{"a":\r\n`,
        'request_timeout',
      ),
      bad(
        'more than it says',
        Buffer.concat([post(GOOD.slice(0, 10)), Buffer.from(GOOD.slice(10))]),
        'invalid_request',
      ),
      bad(
        '100-continue of too much',
        headOf({ path, headers: [JSON_TYPE, ['content-length', '99999999'], ['expect', '100-continue']] }),
        'request_too_large',
      ),
      bad('an expectation nobody has', post('[', JSON_TYPE, ['expect', 'a miracle']), 'invalid_request'),
    ].map((one) => ({ ...one, door })),
  )
})

const image = (data: string) => ({ inlineData: { mimeType: 'image/jpeg', data } })

describe('what is wrong with an edit', () => {
  const edit = (document: object) =>
    requestOf({ path: EDITS, headers: [JSON_TYPE] }, JSON.stringify(document))
  const withImage = (data: string) => edit({ input: ['make it brighter', image(data)] })
  const withOptions = (options: object) => edit({ input: ['make it brighter', image(PHOTO)], ...options })
  const hole = `${PHOTO.slice(0, 9000)}?${PHOTO.slice(9001)}`
  cases([
    bad('no input', edit({}), 'invalid_request'),
    bad('an empty input', edit({ input: [] }), 'invalid_request'),
    bad('an input that is a number', edit({ input: 5 }), 'invalid_request'),
    bad('an input that is null', edit({ input: [null] }), 'invalid_request'),
    bad('65 parts', edit({ input: Array.from({ length: 65 }, () => 'a') }), 'invalid_request'),
    bad('an empty text', edit({ input: [''] }), 'invalid_request'),
    bad('a text of a million letters and more', edit({ input: ['a'.repeat(1_048_577)] }), 'invalid_request'),
    bad('such a text as an object', edit({ input: [{ text: 'a'.repeat(1_048_577) }] }), 'invalid_request'),
    bad('no instruction', edit({ input: [image(PHOTO)] }), 'invalid_request'),
    bad('a part that is nothing', edit({ input: ['a', { nothing: 1 }] }), 'invalid_request'),
    bad(
      'an address elsewhere',
      edit({ input: ['a', { fileData: { fileUri: 'http://169.254.169.254/' } }] }),
      'invalid_request',
    ),
    bad('base64 with a hole', withImage(hole), 'invalid_request'),
    bad('base64 with a hole, in a short one', withImage('QUJD?A=='), 'invalid_request'),
    bad(
      'padding in the middle',
      withImage(`${PHOTO.slice(0, 8000)}==${PHOTO.slice(8000)}`),
      'invalid_request',
    ),
    bad('one symbol too many', withImage(PHOTO.replaceAll('=', '').slice(0, 8001)), 'invalid_request'),
    bad('letters of another alphabet', withImage(`Ł${PHOTO.slice(1)}`), 'invalid_request'),
    bad('no bytes at all', withImage(''), 'invalid_request'),
    bad(
      'a picture that is a text',
      withImage(Buffer.from('hello '.repeat(2000)).toString('base64')),
      'image_unsupported',
    ),
    bad(
      'a picture that is a document',
      withImage(Buffer.from(`%PDF-1.7 ${'a'.repeat(9000)}`).toString('base64')),
      'image_unsupported',
    ),
    bad(
      'SVG',
      withImage(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')),
      'image_unsupported',
    ),
    bad('half a JPEG head', withImage(PHOTO.slice(0, 40)), 'image_corrupt'),
    bad('a mask that is no picture', withOptions({ mask: 'QUJD' }), 'mask_unusable'),
    bad('a mask that is no base64', withOptions({ mask: '?' }), 'invalid_request'),
    bad('a mask without a photo', edit({ input: ['a'], mask: PHOTO }), 'mask_unusable'),
    bad('an unknown option', withOptions({ brightness: 5 }), 'invalid_request', 'native', /brightness/),
    bad(
      'an option named __proto__',
      requestOf({ path: EDITS, headers: [JSON_TYPE] }, '{"input":["a"],"__proto__":{"seed":1}}'),
      'invalid_request',
    ),
    bad('a ratio there is not', withOptions({ output: { aspectRatio: '7:5' } }), 'invalid_request'),
    bad('a seed that is a text', withOptions({ seed: 'x' }), 'invalid_request'),
    bad('a seed that is too large', withOptions({ seed: 2 ** 31 }), 'invalid_request'),
    bad('a timeout below nothing', withOptions({ timeoutMs: -1 }), 'invalid_request'),
    bad('an output that is a list', withOptions({ output: [] }), 'invalid_request'),
    bad(
      'notes by the hundred',
      withOptions({ metadata: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`a${i}`, 'b'])) }),
      'invalid_request',
    ),
    bad('an option that is not built', withOptions({ preserve: 'subject' }), 'unsupported_option'),
    bad('a model there is not', withOptions({ model: 'dall-e-3' }), 'unknown_model'),
    bad('a model that is an object', withOptions({ model: {} }), 'invalid_request'),
    bad(
      'an answer as nothing there is',
      requestOf({ path: EDITS, headers: [JSON_TYPE, ['accept', 'video/mp4']] }, '{"input":["a"]}'),
      'not_acceptable',
    ),
    bad(
      'an option in a header that is wrong',
      requestOf({ path: EDITS, headers: [JSON_TYPE, ['plantain-seed', 'x']] }, '{"input":["a"]}'),
      'invalid_request',
    ),
  ])

  test('a mask of another size', async () => {
    const mask = await sharp({ create: { width: 7, height: 9, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    const bytes = withOptions({ mask: mask.toString('base64') })
    await expectRefused(gateway.port, bad('', bytes, 'mask_unusable', 'native', /7x9/))
  })

  test('a mask of Gemini’s door that is none', async () => {
    const body = { contents: [{ parts: [{ text: 'a' }, image(PHOTO)] }], plantain: { mask: 5 } }
    const bytes = requestOf({ path: GENERATE, headers: [JSON_TYPE] }, JSON.stringify(body))
    await expectRefused(gateway.port, bad('', bytes, 'mask_unusable', 'gemini'))
  })

  test('objects where texts belong, whatever they call themselves, are Google’s to judge', async () => {
    const odd = { toString: 1, valueOf: null, toJSON: 'a', length: -1 }
    const body = {
      contents: [{ role: odd, parts: [{ text: odd }, { inlineData: odd }, { fileData: odd }, odd] }, odd],
      generationConfig: { responseModalities: [odd], imageConfig: odd, seed: odd },
      tools: odd,
    }
    const response = await fetch(`${gateway.url}${GENERATE}`, {
      method: 'POST',
      headers: [[...JSON_TYPE]],
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(200)
    expect(JSON.parse(upstream.seen.at(-1)?.body.toString() ?? '')).toEqual(body)
  })

  test('more pictures than any edit has, in it or as files', async () => {
    const small = image(PNG.toString('base64'))
    const file = { fileData: { fileUri: 'files/none' } }
    for (const part of [small, file]) {
      const body = { contents: [{ parts: [{ text: 'a' }, ...Array<object>(65).fill(part)] }] }
      const bytes = requestOf({ path: GENERATE, headers: [JSON_TYPE] }, JSON.stringify(body))
      await expectRefused(gateway.port, bad('', bytes, 'invalid_request', 'gemini', /65 pictures/))
    }
  })

  test('options of Gemini’s door that are none', async () => {
    for (const plantain of [5, [], { seed: 'x' }, { paint: 1 }, { output: { mimeType: 'image/png' } }]) {
      const body = { contents: [{ parts: [{ text: 'a' }] }], plantain }
      const bytes = requestOf({ path: GENERATE, headers: [JSON_TYPE] }, JSON.stringify(body))
      const code =
        typeof plantain === 'object' && 'output' in plantain ? 'unsupported_option' : 'invalid_request'
      await expectRefused(gateway.port, bad('', bytes, code, 'gemini'))
    }
  })
})

test('what is refused reaches nobody, and is no bug of ours', () => {
  // But for the one that was Google's to judge.
  expect(upstream.seen).toHaveLength(1)
  expect(gateway.errors()).toEqual([])
})

/** 100 MB of zeros and a little. */
const BOMB = gzipSync(Buffer.alloc(100_000_001))
const BROTLI_BOMB = brotliCompressSync(Buffer.alloc(100_000_001))
const EMPTY_GZIP = gzipSync('')

function wrongChecksum(gzip: Buffer): Buffer {
  const changed = Buffer.from(gzip)
  changed[gzip.length - 6] = (changed[gzip.length - 6] ?? 0) ^ 0xff
  return changed
}

function bad(
  name: string,
  bytes: BadInput['bytes'],
  code: BadInput['code'],
  door: BadInput['door'] = 'native',
  says?: RegExp,
): BadInput {
  return { name, bytes, code, door, ...(says && { says }) }
}

function cases(inputs: readonly BadInput[]): void {
  test.each(inputs)('$name', async (input) => expectRefused(gateway.port, input))
}
