import { describe, expect, test } from 'vitest'
import { routeOf, type Target } from './routes.ts'

const M = 'gemini-nano-banana-2.1'
const NONE = { project: '', location: '' }
const GLOBAL = { project: '', location: 'global' }
const PLACE = { project: 'p', location: 'us-central1' }

function target(method: string, url: string) {
  const [path = '', query = ''] = url.split('?')
  return routeOf(method, path, new URLSearchParams(query))
}

describe.each(['/v1', '/v1beta', '/v1beta1', ''])('under %j', (version) => {
  const cases: readonly [string, string, Target][] = [
    ['POST', `/models/${M}:generateContent`, { to: 'generate', modelId: M, stream: false, ...NONE }],
    ['POST', `/models/${M}:streamGenerateContent`, { to: 'generate', modelId: M, stream: true, ...NONE }],
    [
      'POST',
      `/publishers/google/models/${M}:generateContent`,
      { to: 'generate', modelId: M, stream: false, ...GLOBAL },
    ],
    [
      'POST',
      `/projects/p/locations/us-central1/publishers/google/models/${M}:streamGenerateContent`,
      { to: 'generate', modelId: M, stream: true, ...PLACE },
    ],
    [
      'POST',
      '/projects/p/locations/us-central1/publishers/google/models/imagegeneration%40002:predict',
      { to: 'predict', modelId: 'imagegeneration@002', ...PLACE },
    ],
    [
      'GET',
      '/publishers/google/models/imagegeneration%40002',
      { to: 'get-model', modelId: 'imagegeneration@002', ...GLOBAL },
    ],
    ['POST', `/models/${M}:countTokens`, { to: 'count-tokens', modelId: M, ...NONE }],
    ['GET', '/models', { to: 'list-models', ...NONE }],
    ['GET', `/models/${M}`, { to: 'get-model', modelId: M, ...NONE }],
    ['GET', '/files', { to: 'list-files' }],
    ['GET', '/files/abc', { to: 'get-file', fileId: 'abc' }],
    ['DELETE', '/files/abc', { to: 'delete-file', fileId: 'abc' }],
    ['GET', '/files/abc:download', { to: 'download-file', fileId: 'abc' }],
    ['POST', '/files:register', { to: 'unimplemented' }],
    ['POST', '/interactions', { to: 'create-interaction', ...NONE }],
    ['GET', '/interactions/v1_a', { to: 'get-interaction', interactionId: 'v1_a', ...NONE }],
    ['DELETE', '/interactions/v1_a', { to: 'delete-interaction', interactionId: 'v1_a', ...NONE }],
    ['POST', '/interactions/v1_a/cancel', { to: 'cancel-interaction', interactionId: 'v1_a', ...NONE }],
    ['POST', '/projects/p/locations/us-central1/interactions', { to: 'create-interaction', ...PLACE }],
    ['POST', `/models/${M}:batchGenerateContent`, { to: 'unimplemented' }],
    ['GET', '/cachedContents', { to: 'unimplemented' }],
    ['POST', '/projects/p/locations/us-central1/batchPredictionJobs', { to: 'unimplemented' }],
    ['GET', `/models/${M}:generateContent`, { to: 'nowhere' }],
    ['POST', `/models/${M}:sing`, { to: 'nowhere' }],
    ['POST', '/models', { to: 'nowhere' }],
    ['GET', '/nothing', { to: 'nowhere' }],
    ['POST', `/publishers/anthropic/models/x:generateContent`, { to: 'nowhere' }],
    [
      'POST',
      '/projects/-/serviceAccounts/a@b.iam.gserviceaccount.com:generateAccessToken',
      { to: 'impersonate', account: 'a@b.iam.gserviceaccount.com' },
    ],
  ]
  test.each(cases)('%s %s', (method, path, expected) => {
    const found = target(method, version + path)
    expect(found.target).toEqual(expected)
    expect(found.apiVersion).toBe(version.slice(1))
  })
})

test('uploads begin under /upload and go on at an address with an id', () => {
  for (const version of ['/v1', '/v1beta', '']) {
    expect(target('POST', `/upload${version}/files`).target).toEqual({ to: 'start-upload' })
    const url = `/upload${version}/files?upload_id=a&upload_protocol=resumable`
    expect(target('POST', url).target).toEqual({ to: 'upload' })
    expect(target('PUT', url).target).toEqual({ to: 'upload' })
  }
})

test('tokens, metadata and the emulator itself', () => {
  for (const path of ['/token', '/oauth2/v4/token', '/v1/oauthtoken']) {
    expect(target('POST', path).target).toEqual({ to: 'token' })
    expect(target('GET', path).target).toEqual({ to: 'nowhere' })
  }
  expect(target('POST', '/v1/token').target).toEqual({ to: 'exchange-token' })
  expect(target('GET', '/').target).toEqual({ to: 'metadata', path: '/' })
  const path = '/computeMetadata/v1/instance/service-accounts/default/token'
  expect(target('GET', path).target).toEqual({ to: 'metadata', path })
  expect(target('GET', '/emulator/calls/call-1').target).toEqual({ to: 'admin', path: ['calls', 'call-1'] })
})

test('what is no path at all leads nowhere', () => {
  for (const path of ['/v1/models/%zz:generateContent', '/v1/models/a/b/c', '//', '/v1', '/upload', '*']) {
    const { to } = target('POST', path).target
    expect(['nowhere', 'metadata']).toContain(to)
  }
})

test('Vertex AI is what has a publisher or a project in its path', () => {
  expect(target('POST', `/v1/models/${M}:generateContent`).surface).toBe('ai-studio')
  expect(target('POST', `/v1/publishers/google/models/${M}:generateContent`).surface).toBe('vertex')
  expect(target('POST', '/v1/projects/p/locations/l/interactions').surface).toBe('vertex')
})
