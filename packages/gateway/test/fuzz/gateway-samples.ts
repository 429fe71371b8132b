import sharp from 'sharp'
import type { Route } from '../../src/http/route.ts'
import type { Draft, Header, Sample } from './draft.ts'
import { interactionSamples } from './interaction-samples.ts'
import { openAiSamples } from './openai-samples.ts'
import { vertexSamples } from './vertex-samples.ts'

/** The keys requests are sent with. */
export interface FuzzKeys {
  /** Good for everything. */
  readonly all: string
  /** For edits of one model. */
  readonly narrow: string
  /** Lets its caller's own Google credential through. */
  readonly open: string
}

const MODEL = 'gemini-nano-banana-2.1'
const GENERATE = `/v1beta/models/${MODEL}:generateContent`
const json: Header = ['content-type', 'application/json']
const named: Header = ['x-request-id', '{{nonce}}']
const TEXT = 'Make the sky grün 🌊 {{nonce}}'

const image = (bytes: Buffer, mimeType = 'image/png') => ({
  inlineData: { mimeType, data: bytes.toString('base64') },
})

/** A good request to every route of the table, and of every kind that some of them take. */
export async function gatewaySamples(routes: readonly Route[], keys: FuzzKeys): Promise<readonly Sample[]> {
  const plain = sharp({ create: { width: 24, height: 16, channels: 3, background: '#336699' } })
  const [png, jpeg] = [await plain.png().toBuffer(), await plain.jpeg().toBuffer()]
  // Longer than what stays a string, so that it is left where it lies.
  const noise = await sharp({
    create: {
      width: 160,
      height: 120,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .png()
    .toBuffer()
  const keyed: Header = ['x-goog-api-key', keys.all]
  const call = (method: string, path: string, more: Partial<Draft> = {}): Draft => ({
    method,
    path,
    query: '',
    headers: [keyed, named],
    body: null,
    ...more,
  })
  const post = (path: string, document: unknown, headers: readonly Header[] = [keyed]) =>
    call('POST', path, { headers: [...headers, named, json], body: { json: document } })
  const asked = (bytes: Buffer, more: object = {}) => ({
    contents: [
      { role: 'user', parts: [{ text: TEXT }, image(bytes)] },
      { role: 'model', parts: [{ text: 'Done.' }] },
      {
        role: 'user',
        parts: [
          { text: 'brighter' },
          { inline_data: { mime_type: 'image/png', data: bytes.toString('base64url') } },
        ],
      },
    ],
    generationConfig: { responseModalities: ['TEXT', 'IMAGE'], imageConfig: { aspectRatio: '3:2' }, seed: 7 },
    ...more,
  })
  const edit = (bytes: Buffer, more: object = {}) => ({ model: MODEL, input: [TEXT, image(bytes)], ...more })
  const form = (...parts: readonly Buffer[]): Draft =>
    call('POST', '/v1/edits', {
      headers: [keyed, named, ['content-type', 'multipart/form-data; boundary=edge']],
      body: { bytes: Buffer.concat([...parts, Buffer.from('--edge--\r\n')]) },
    })

  return [
    one('edit', 6, post('/v1/edits', edit(png))),
    one('edit of noise', 4, post('/v1/edits', edit(noise))),
    one(
      'edit with options',
      4,
      post(
        '/v1/edits',
        edit(jpeg, {
          output: { aspectRatio: '3:2', mimeType: 'image/png', count: 1 },
          preserve: 'none',
          accept: 'any',
          seed: 3,
          cache: false,
          timeoutMs: 9000,
          user: 'a',
          metadata: { a: 'b' },
        }),
      ),
    ),
    one(
      'edit of a data URL',
      2,
      post('/v1/edits', {
        input: [
          TEXT,
          `data:image/png;base64,${png.toString('base64')}`,
          { type: 'image', data: jpeg.toString('base64') },
        ],
      }),
    ),
    one('edit with a mask', 2, post('/v1/edits', edit(png, { mask: png.toString('base64') }))),
    one(
      'edit as an image',
      2,
      call('POST', '/v1/edits', {
        headers: [keyed, named, json, ['accept', 'image/*'], ['plantain-accept', 'any']],
        body: { json: edit(png) },
      }),
    ),
    one('edit by a narrow key', 2, post('/v1/edits', edit(png), [['plantain-key', keys.narrow]])),
    one(
      'form',
      6,
      form(
        field('instruction', TEXT),
        file('image', png),
        field('seed', '3'),
        field('options', '{"accept":"any"}'),
      ),
    ),
    one(
      'form of two',
      2,
      form(field('prompt', TEXT), file('image[]', jpeg), file('image[]', noise), file('mask', png)),
    ),
    {
      name: 'kept result',
      weight: 4,
      steps: [
        post('/v1/edits', edit(png, { accept: 'any', output: { delivery: 'url' } })),
        call('GET', '/v1/edits/{{edit}}'),
        call('GET', '/v1/edits/{{edit}}', { headers: [keyed, named, ['accept', 'image/*']] }),
        call('GET', '/v1/edits/{{edit}}/images/0', { query: '{{link}}', headers: [named] }),
        call('GET', '/v1/edits/{{edit}}', { headers: [['plantain-key', keys.narrow], named] }),
        call('DELETE', '/v1/edits/{{edit}}'),
      ],
    },
    one('generate', 6, post(GENERATE, asked(png))),
    one('generate with noise', 4, post(GENERATE, asked(noise))),
    one(
      'generate with options',
      3,
      post(
        GENERATE,
        asked(jpeg, {
          plantain: { output: { aspectRatio: 'match', imageSize: '1K' }, seed: 3, cache: false },
        }),
      ),
    ),
    one(
      'generate by query key',
      2,
      call('POST', `/v1/models/${MODEL}:generateContent`, {
        query: `key=${keys.all}`,
        headers: [named, json],
        body: { json: asked(png) },
      }),
    ),
    one(
      'generate with two keys',
      3,
      post(GENERATE, asked(png), [
        ['plantain-key', keys.open],
        ['authorization', 'Bearer ya29.of-the-caller'],
      ]),
    ),
    one('generate words', 3, post('/models/gemini-2.5-flash:generateContent', asked(png))),
    one(
      'a question',
      2,
      post('/v1beta/models/gemini-2.5-flash:generateContent', {
        contents: [{ parts: [{ text: `What is {{nonce}}?` }] }],
      }),
    ),
    one(
      'stream',
      5,
      call('POST', `/v1beta/models/${MODEL}:streamGenerateContent`, {
        query: 'alt=sse',
        headers: [keyed, named, json],
        body: { json: asked(png) },
      }),
    ),
    one(
      'stream of words',
      2,
      call('POST', '/v1beta/models/gemini-2.5-flash:streamGenerateContent', {
        query: 'alt=sse',
        headers: [keyed, named, json],
        body: { json: { contents: [{ parts: [{ text: 'Who is {{nonce}}?' }] }] } },
      }),
    ),
    one('stream as a list', 2, post(`/v1beta/models/${MODEL}:streamGenerateContent`, asked(png))),
    one('count', 2, post(`/v1beta/models/${MODEL}:countTokens`, asked(png))),
    {
      name: 'upload',
      weight: 4,
      steps: [
        call('POST', '/upload/v1beta/files', {
          headers: [
            keyed,
            named,
            json,
            ['x-goog-upload-protocol', 'resumable'],
            ['x-goog-upload-command', 'start'],
            ['x-goog-upload-header-content-length', String(png.length)],
            ['x-goog-upload-header-content-type', 'image/png'],
          ],
          body: { json: { file: { displayName: 'Photo' } } },
        }),
        upload('query', 0, Buffer.alloc(0)),
        upload('upload', 0, png.subarray(0, 50)),
        upload('upload, finalize', 50, png.subarray(50)),
        call('GET', '/v1beta/files/{{file}}'),
        post(GENERATE, {
          contents: [
            {
              parts: [
                { text: TEXT },
                { fileData: { mimeType: 'image/png', fileUri: 'http://127.0.0.1/v1beta/files/{{file}}' } },
              ],
            },
          ],
        }),
        post('/v1/edits', { input: [TEXT, { fileData: { fileUri: 'files/{{file}}' } }] }),
        call('DELETE', '/v1beta/files/{{file}}'),
      ],
    },
    one(
      'upload in one',
      2,
      call('POST', '/upload/v1beta/files', {
        headers: [keyed, named, ['content-type', 'multipart/related; boundary=edge']],
        body: { bytes: related(png) },
      }),
    ),
    one('files', 1, call('GET', '/v1beta/files', { query: 'pageSize=2' })),
    ...vertexSamples(keys.all, { png, jpeg, noise }),
    ...interactionSamples(keys.all, { png, jpeg, noise }),
    ...(await openAiSamples(keys)),
    one('models', 1, call('GET', '/v1/models', { query: 'pageSize=3' })),
    one('model', 1, call('GET', `/v1beta/models/${MODEL}`)),
    one(
      'preflight',
      1,
      call('OPTIONS', '/v1/edits', {
        headers: [
          named,
          ['origin', 'https://app.example'],
          ['access-control-request-method', 'POST'],
          ['access-control-request-headers', 'content-type'],
        ],
      }),
    ),
    // And each route as it stands in the table.
    ...routes
      .map(({ method, path }) =>
        one(
          `${method} ${path}`,
          0.5,
          method === 'GET' ? call(method, pathOf(path)) : post(pathOf(path), edit(png)),
        ),
      )
      .map((sample) => ({
        ...sample,
        steps: [{ ...sample.steps[0], method: sample.name.split(' ')[0] ?? 'GET' }] as const,
      })),
  ]
}

function one(name: string, weight: number, draft: Draft): Sample {
  return { name, weight, steps: [draft] }
}

/** Names in a pattern stand for whole segments. */
function pathOf(pattern: string): string {
  return pattern.replaceAll(/\/:(\w+)/g, (_, name) => (name === 'call' ? `/${MODEL}:generateContent` : '/x'))
}

function upload(command: string, offset: number, bytes: Buffer): Draft {
  return {
    method: 'POST',
    path: '/upload/v1beta/files/resume',
    query: 'upload_id={{upload}}',
    headers: [named, ['x-goog-upload-command', command], ['x-goog-upload-offset', String(offset)]],
    body: { bytes },
  }
}

function field(name: string, value: string): Buffer {
  return Buffer.from(`--edge\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
}

function file(name: string, bytes: Buffer): Buffer {
  const head = `--edge\r\ncontent-disposition: form-data; name="${name}"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n`
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n')])
}

const relatedHead = (type: string) => `--edge\r\ncontent-type: ${type}\r\n\r\n`

function related(bytes: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(
      `${relatedHead('application/json')}{"file":{"displayName":"Photo"}}\r\n${relatedHead('image/png')}`,
    ),
    bytes,
    Buffer.from('\r\n--edge--\r\n'),
  ])
}
