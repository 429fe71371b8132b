import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { type Draft, type Header, type Sample, SECRET } from './draft.ts'

const KEY = `AIza${SECRET}-0123456789`
const TOKEN = `ya29.${SECRET}`
const MODEL = 'gemini-nano-banana-2.1'
const VERTEX = '/v1/projects/p/locations/global/publishers/google/models'

const keyed: Header = ['x-goog-api-key', KEY]
const bearer: Header = ['authorization', `Bearer ${TOKEN}`]
const json: Header = ['content-type', 'application/json']
const form: Header = ['content-type', 'application/x-www-form-urlencoded']
const flavour: Header = ['metadata-flavor', 'Google']

/** A valid request of every surface. */
export async function emulatorSamples(): Promise<readonly Sample[]> {
  const plain = sharp({ create: { width: 24, height: 16, channels: 3, background: '#336699' } })
  const [png, jpeg] = [await plain.png().toBuffer(), await plain.jpeg().toBuffer()]
  const small = png.toString('base64')
  const photo = readFileSync(new URL('../../../../examples/photos/rocket.jpg', import.meta.url))
  const large = photo.toString('base64')
  const images: readonly (readonly [string, string])[] = [
    ['image/png', small],
    ['image/jpeg', jpeg.toString('base64')],
  ]
  return [
    ...images.map(([mimeType, data]) => ({
      ...one(
        `generate ${mimeType}`,
        5,
        generation(`/v1beta/models/${MODEL}:generateContent`, mimeType, data),
      ),
    })),
    one('generate large', 1, generation(`/v1beta/models/${MODEL}:generateContent`, 'image/jpeg', large)),
    one('generate words', 3, {
      ...generation('/v1beta/models/gemini-2.5-flash:generateContent', 'image/png', small),
      query: `key=${KEY}`,
      headers: [json],
    }),
    one('generate vertex', 3, {
      ...generation(`${VERTEX}/${MODEL}:generateContent`, 'image/png', small),
      headers: [bearer, json],
    }),
    one('stream sse', 3, {
      ...generation(`/v1beta/models/${MODEL}:streamGenerateContent`, 'image/png', small),
      query: 'alt=sse',
    }),
    one('stream array', 2, generation(`/v1beta/models/${MODEL}:streamGenerateContent`, 'image/png', small)),
    one('count', 2, post(`/v1beta/models/${MODEL}:countTokens`, { generateContentRequest: asked(small) })),
    one('predict', 4, {
      ...post(`${VERTEX}/imagen-3.0-capability-001:predict`, masked(small)),
      headers: [bearer, json],
    }),
    one('predict legacy', 2, post('/v1beta/models/imagen-3.0-capability-001:predict', legacy(small))),
    {
      name: 'interaction',
      weight: 3,
      steps: [
        post('/v1beta/interactions', interaction(small)),
        get('/v1beta/interactions/{{interaction}}', 'include_input=true'),
        post('/v1beta/interactions', {
          ...interaction(small),
          previous_interaction_id: '{{interaction}}',
          stream: true,
        }),
        get('/v1beta/interactions/{{interaction}}', 'stream=true&last_event_id=event-1'),
        remove('/v1beta/interactions/{{interaction}}'),
      ],
    },
    {
      name: 'background interaction',
      weight: 2,
      steps: [
        post('/v1beta/interactions', { ...interaction(small), background: true }),
        post('/v1beta/interactions/{{interaction}}/cancel', {}),
        get('/v1beta/interactions/{{interaction}}', 'stream=true'),
      ],
    },
    {
      name: 'resumable upload',
      weight: 4,
      steps: [
        {
          ...post('/upload/v1beta/files', { file: { displayName: 'Photo', mimeType: 'image/png' } }),
          headers: [
            keyed,
            json,
            ['x-goog-upload-protocol', 'resumable'],
            ['x-goog-upload-command', 'start'],
            ['x-goog-upload-header-content-length', String(png.length)],
            ['x-goog-upload-header-content-type', 'image/png'],
          ],
        },
        upload('query', 0, Buffer.alloc(0)),
        upload('upload', 0, png.subarray(0, 50)),
        upload('upload, finalize', 50, png.subarray(50)),
        get('/v1beta/files/{{file}}'),
        generation(`/v1beta/models/${MODEL}:generateContent`, 'image/png', null),
        get('/v1beta/files/{{file}}:download', 'alt=media'),
        remove('/v1beta/files/{{file}}'),
      ],
    },
    one('multipart upload', 2, {
      ...post('/upload/v1beta/files', null),
      headers: [keyed, ['content-type', 'multipart/related; boundary=edge']],
      body: { bytes: related(png) },
    }),
    one('files', 1, get('/v1beta/files', 'pageSize=2')),
    one('register', 1, post('/v1beta/files:register', { uris: ['gs://a/b'] })),
    one('models', 1, get('/v1beta/models', 'pageSize=3')),
    one('vertex models', 1, { ...get('/v1beta1/publishers/google/models'), headers: [bearer] }),
    one('model', 1, get(`/v1beta/models/${MODEL}`)),
    {
      name: 'token by JWT',
      weight: 2,
      steps: [
        formPost('/token', {
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: jwt(),
        }),
        {
          ...generation(`${VERTEX}/${MODEL}:generateContent`, 'image/png', small),
          headers: [['authorization', 'Bearer {{token}}'], json],
        },
      ],
    },
    one(
      'token by refresh',
      2,
      formPost('/token', { grant_type: 'refresh_token', refresh_token: `1//${SECRET}`, client_id: 'c' }),
    ),
    one(
      'exchange',
      2,
      formPost('/v1/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
        requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        subject_token: SECRET,
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      }),
    ),
    one('impersonate', 2, {
      ...post('/v1/projects/-/serviceAccounts/a@p.iam.gserviceaccount.com:generateAccessToken', {
        scope: ['https://www.googleapis.com/auth/cloud-platform'],
        lifetime: '300s',
      }),
      headers: [bearer, json],
    }),
    one('metadata', 1, { ...get('/'), headers: [flavour] }),
    one('metadata token', 2, {
      ...get('/computeMetadata/v1/instance/service-accounts/default/token', 'scopes=a,b'),
      headers: [flavour],
    }),
    one('metadata identity', 1, {
      ...get('/computeMetadata/v1/instance/service-accounts/default/identity', 'audience=a'),
      headers: [flavour],
    }),
    one('metadata tree', 1, {
      ...get('/computeMetadata/v1/instance/service-accounts/', 'recursive=true'),
      headers: [flavour],
    }),
    one('index', 1, get('/emulator')),
    one('state', 0.1, get('/emulator/state')),
    one('one call', 1, get('/emulator/calls/call-1/edit.png')),
    one('wait', 1, get('/emulator/wait', 'timeoutMs=20&calls=1&images=0&open=50')),
    {
      name: 'personas',
      weight: 1,
      steps: [
        post('/emulator/personas', { personas: '503@1%@3x, wrong-mime', where: { surface: 'vertex' } }),
        get('/emulator/personas'),
        remove('/emulator/personas'),
      ],
    },
    {
      name: 'credentials',
      weight: 1,
      steps: [
        post('/emulator/credentials', { revoke: `${SECRET}-other` }),
        post('/emulator/credentials', { restore: `${SECRET}-other` }),
      ],
    },
    one('clock', 0.5, post('/emulator/clock', { advanceMs: 0 })),
    one('reset', 0.02, post('/emulator/reset', {})),
  ]
}

function one(name: string, weight: number, draft: Draft): Sample {
  return { name, weight, steps: [draft] }
}

function get(path: string, query = ''): Draft {
  return { method: 'GET', path, query, headers: [keyed], body: null }
}

function remove(path: string): Draft {
  return { method: 'DELETE', path, query: '', headers: [keyed], body: null }
}

function post(path: string, document: unknown): Draft {
  return { method: 'POST', path, query: '', headers: [keyed, json], body: { json: document } }
}

function formPost(path: string, fields: Readonly<Record<string, string>>): Draft {
  const bytes = Buffer.from(new URLSearchParams(fields).toString())
  return { method: 'POST', path, query: '', headers: [form], body: { bytes } }
}

function upload(command: string, offset: number, bytes: Buffer): Draft {
  return {
    method: 'POST',
    path: '/upload/v1beta/files',
    query: 'upload_id={{upload}}&upload_protocol=resumable',
    headers: [
      ['x-goog-upload-command', command],
      ['x-goog-upload-offset', String(offset)],
    ],
    body: { bytes },
  }
}

const partHead = (type: string) => `--edge\r\ncontent-type: ${type}\r\n\r\n`

function related(bytes: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(
      `${partHead('application/json')}{"file":{"displayName":"Photo"}}\r\n${partHead('image/png')}`,
    ),
    bytes,
    Buffer.from('\r\n--edge--\r\n'),
  ])
}

function generation(path: string, mimeType: string, data: string | null): Draft {
  return post(path, asked(data, mimeType))
}

/** `null`: the file of the case instead. */
function asked(data: string | null, mimeType = 'image/png') {
  const image =
    data === null
      ? { fileData: { mimeType, fileUri: 'https://any.example/v1beta/files/{{file}}' } }
      : { inlineData: { mimeType, data } }
  return {
    contents: [
      { role: 'user', parts: [{ text: 'Make the sky grün 🌊' }, image] },
      { role: 'model', parts: [{ text: 'Done.' }] },
      { role: 'user', parts: [{ text: 'brighter' }] },
    ],
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    generationConfig: {
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: { aspectRatio: '3:2', imageSize: '1K' },
      temperature: 0.5,
      topP: 0.9,
      seed: 7,
      candidateCount: 1,
      thinkingConfig: { includeThoughts: true },
    },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    labels: { team: 'a' },
  }
}

function interaction(data: string) {
  return {
    model: MODEL,
    input: [
      { type: 'text', text: 'Make it brighter' },
      { type: 'image', mime_type: 'image/png', data },
    ],
    response_format: [{ type: 'image', aspect_ratio: '1:1', image_size: '1K' }],
    generation_config: { temperature: 1, seed: 3, thinking_level: 'low' },
    system_instruction: 'Be brief.',
    store: true,
    labels: { a: 'b' },
  }
}

function masked(data: string) {
  const referenceImage = { bytesBase64Encoded: data, mimeType: 'image/png' }
  return {
    instances: [
      {
        prompt: 'a cat',
        referenceImages: [
          { referenceType: 'REFERENCE_TYPE_RAW', referenceId: 1, referenceImage },
          {
            referenceType: 'REFERENCE_TYPE_MASK',
            referenceId: 2,
            referenceImage,
            maskImageConfig: { maskMode: 'MASK_MODE_USER_PROVIDED', dilation: 0.01 },
          },
        ],
      },
    ],
    parameters: {
      editMode: 'EDIT_MODE_INPAINT_INSERTION',
      sampleCount: 2,
      seed: 1,
      addWatermark: false,
      outputOptions: { mimeType: 'image/jpeg', compressionQuality: 80 },
    },
  }
}

function legacy(data: string) {
  const image = { bytesBase64Encoded: data }
  return {
    instances: [{ prompt: 'a dog', image, mask: { image } }],
    parameters: {
      sampleCount: 1,
      editConfig: { editMode: 'inpainting-insert', maskMode: { maskType: 'background' } },
    },
  }
}

function jwt(): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'a@p.iam.gserviceaccount.com',
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    aud: 'https://oauth2.googleapis.com/token',
    iat: now,
    exp: now + 3600,
  }
  const [head, body] = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return `${head}.${body}.${SECRET}`
}
