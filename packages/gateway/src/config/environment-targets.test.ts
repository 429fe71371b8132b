import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configOf, loaded, mistakesOf } from './config-folder.fixture.ts'

test('without a file: this machine, the local engine, no keys', async () => {
  const load = await loaded(null)
  expect(configOf(load)).toMatchObject({
    listen: { host: '127.0.0.1', port: 8080, tls: null, publicUrl: null },
    admin: null,
    keys: [],
    keyless: {
      keyId: 'loopback',
      scopes: ['edit', 'files', 'models', 'admin'],
      models: null,
      providers: null,
      passThrough: false,
      limits: { concurrent: 64, requestsPerMinute: 600_000 },
    },
    credentials: [],
    targets: [{ provider: 'local', name: 'local' }],
    store: { folder: join(tmpdir(), `plantain-${userInfo().uid}`) },
  })
  expect(load).toMatchObject({ file: null, because: 'no Google key is set' })
})

test.each<[Record<string, string>, object, RegExp]>([
  [
    { GEMINI_API_KEY: 'k' },
    { provider: 'ai-studio', name: 'ai-studio', baseUrl: null, credentials: [{ kind: 'api-key' }] },
    /GEMINI_API_KEY/,
  ],
  [
    { GEMINI_API_KEY: 'k', GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:9' },
    { baseUrl: 'http://127.0.0.1:9' },
    /GEMINI_API_KEY/,
  ],
  [{ GEMINI_API_KEY: 'k', PLANTAIN_PROVIDER: 'local' }, { provider: 'local' }, /PLANTAIN_PROVIDER/],
  [
    { GOOGLE_GENAI_USE_VERTEXAI: '1', GOOGLE_CLOUD_PROJECT: 'my-project' },
    {
      provider: 'vertex',
      name: 'vertex:global',
      project: 'my-project',
      credentials: [{ kind: 'adc', env: { GOOGLE_CLOUD_PROJECT: 'my-project' } }],
    },
    /GOOGLE_GENAI_USE_VERTEXAI/,
  ],
  [
    { GOOGLE_GENAI_USE_VERTEXAI: '1', GOOGLE_API_KEY: 'k' },
    { provider: 'vertex', name: 'vertex:express', credentials: [{ kind: 'api-key' }] },
    /GOOGLE_GENAI_USE_VERTEXAI/,
  ],
  // Credentials that merely lie on the machine choose nothing.
  [{ GOOGLE_APPLICATION_CREDENTIALS: '/key.json' }, { provider: 'local' }, /no Google key/],
])('without a file %j', async (env, target, because) => {
  const load = await loaded(null, { env })
  expect(configOf(load).targets).toMatchObject([target])
  expect(load).toMatchObject({ because: expect.stringMatching(because) })
  // Nor does a file that speaks of other things.
  expect(configOf(await loaded('data: {}', { env })).targets).toMatchObject([target])
})

test.each<[Record<string, string>, RegExp[]]>([
  [{ PLANTAIN_PROVIDER: 'google' }, [/^PLANTAIN_PROVIDER: /]],
  [
    { PLANTAIN_PROVIDER: 'ai-studio' },
    [/^PLANTAIN_PROVIDER: names AI Studio, which needs an API key.*GEMINI_API_KEY/],
  ],
  [{ GEMINI_API_KEY: 'k', GOOGLE_GEMINI_BASE_URL: 'ftp://x' }, [/^GOOGLE_GEMINI_BASE_URL: /]],
  [
    { GEMINI_API_KEY: 'k', GOOGLE_GEMINI_BASE_URL: 'http://evil.test' },
    [/^GOOGLE_GEMINI_BASE_URL: is no https address/],
  ],
  [
    { PLANTAIN_PROVIDER: 'vertex', GOOGLE_CLOUD_PROJECT: '../x', GOOGLE_CLOUD_LOCATION: 'evil.test/' },
    [/^GOOGLE_CLOUD_PROJECT: /, /^GOOGLE_CLOUD_LOCATION: /],
  ],
  [
    { PLANTAIN_LISTEN_PORT: 'http', PLANTAIN_LIMITS_DRAIN_MS: 'soon' },
    [
      /^PLANTAIN_LISTEN_PORT: listen\.port: has to be a whole number/,
      /^PLANTAIN_LIMITS_DRAIN_MS: limits\.drainMs: has to be a duration/,
    ],
  ],
])('%j is wrong', async (env, expected) => {
  const lines = mistakesOf(await loaded(null, { env }))
  expect(lines).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
})
