import { GoogleAuth } from 'google-auth-library'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDialer } from '../../net/dial.ts'
import { googleAuth } from '../../net/google-auth.ts'
import { jsonReply } from '../reply.ts'
import { type CallServer, startCallServer } from './call-server.fixture.ts'
import { createIdentity } from './identity.ts'

const EMAIL = 'emulator@plantain-emulator.iam.gserviceaccount.com'
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
const ROOT = '/computeMetadata/v1'
const DEFAULT = `${ROOT}/instance/service-accounts/default`

let server: CallServer

beforeEach(async () => {
  let draws = 0
  const random = { bytes: (count: number) => new Uint8Array(count).fill((draws += 1)) }
  const clock = { now: () => Date.now(), monotonicMs: () => performance.now() }
  const identity = createIdentity({ clock, random })
  server = await startCallServer((call) => {
    if (call.path !== '/v1/who') return identity.metadata(call)
    const need = { surface: 'vertex', method: 'm', permission: null, resource: 'projects/p' } as const
    return jsonReply(identity.identify(call, need))
  })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await server.close()
})

async function get(path: string, headers: Record<string, string> = { 'metadata-flavor': 'Google' }) {
  const answer = await fetch(server.origin + path, { headers })
  expect(answer.headers.get('metadata-flavor')).toBe('Google')
  expect(answer.headers.get('server')).toBe('Metadata Server for VM')
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
}

const TEXT = 'application/text'
const JSON_TYPE = 'application/json; charset=UTF-8'

test.each([
  ['/', '0.1/\ncomputeMetadata/\n'],
  [`${ROOT}/`, 'instance/\nproject/\nuniverse/\n'],
  [`${ROOT}/instance`, 'service-accounts/\n'],
  [`${ROOT}/instance/service-accounts/`, `${EMAIL}/\ndefault/\n`],
  [`${DEFAULT}/`, 'aliases\nemail\nidentity\nscopes\ntoken\n'],
  [`${ROOT}/project/project-id`, 'plantain-emulator'],
  [`${ROOT}/project/numeric-project-id`, '123456789012'],
  [`${ROOT}/universe/universe-domain`, 'googleapis.com'],
  [`${DEFAULT}/email`, EMAIL],
  [`${DEFAULT}/scopes`, `${SCOPE}\n`],
  [`${ROOT}/instance/service-accounts/${EMAIL}/email`, EMAIL],
  [`${ROOT}/instance/service-accounts/${encodeURIComponent(EMAIL)}/email`, EMAIL],
])('GET %s', async (path, text) => {
  expect(await get(path)).toEqual({ status: 200, type: TEXT, text })
})

test('a directory as a whole, as Python asks for it', async () => {
  const self = { aliases: ['default'], email: EMAIL, scopes: [SCOPE] }
  const { status, type, text } = await get(`${DEFAULT}/?recursive=true`)
  expect({ status, type, body: JSON.parse(text) }).toEqual({ status: 200, type: JSON_TYPE, body: self })
  const project = JSON.parse((await get(`${ROOT}/project/?recursive=true`)).text)
  expect(project).toEqual({ numericProjectId: '123456789012', projectId: 'plantain-emulator' })
  const accounts = await get(`${ROOT}/instance/service-accounts/?recursive=true`)
  expect(JSON.parse(accounts.text)).toEqual({ [EMAIL]: self, default: self })
  expect((await get(`${DEFAULT}/email?alt=json`)).text).toBe(JSON.stringify(EMAIL))
  expect((await get(`${DEFAULT}/email?alt=text`)).text).toBe(EMAIL)
})

test('a token', async () => {
  const { status, type, text } = await get(`${DEFAULT}/token?scopes=${encodeURIComponent(SCOPE)}`)
  expect({ status, type, body: JSON.parse(text) }).toEqual({
    status: 200,
    type: JSON_TYPE,
    body: {
      access_token: expect.stringMatching(/^ya29\.emulator-/),
      expires_in: 3599,
      token_type: 'Bearer',
    },
  })
})

test('no token of more scopes than are kept', async () => {
  expect((await get(`${DEFAULT}/token?scopes=${'x'.repeat(4096)}`)).status).toBe(200)
  const text = 'too many scopes\n'
  expect(await get(`${DEFAULT}/token?scopes=${'x'.repeat(4097)}`)).toEqual({ status: 400, type: TEXT, text })
})

test('an identity token names its audience', async () => {
  expect(await get(`${DEFAULT}/identity`)).toEqual({
    status: 400,
    type: TEXT,
    text: 'non-empty audience parameter required\n',
  })
  const [head, claims, signature] = (await get(`${DEFAULT}/identity?audience=https://me&format=full`)).text
    .split('.')
    .map((part) => Buffer.from(part, 'base64url'))
  expect(JSON.parse(String(head))).toEqual({ alg: 'RS256', kid: 'emulator', typ: 'JWT' })
  const iat = expect.any(Number)
  expect(JSON.parse(String(claims))).toEqual({
    aud: 'https://me',
    azp: '123456789012',
    email: EMAIL,
    email_verified: true,
    exp: iat,
    iat,
    iss: 'https://accounts.google.com',
    sub: '123456789012',
  })
  expect(signature).toHaveLength(256)
})

describe('refusals are pages, and carry the header too', () => {
  const HTML = 'text/html; charset=UTF-8'
  const forbidden = 'Missing Metadata-Flavor:Google header.'
  const missing = 'The requested URL was not found on this server.'

  test.each([
    ['no header', `${DEFAULT}/token`, {}, 403, forbidden],
    ['another flavour', `${ROOT}/`, { 'metadata-flavor': 'Amazon' }, 403, forbidden],
    ['an unknown name', `${ROOT}/instance/disks`, undefined, 404, missing],
    ['something below a value', `${DEFAULT}/email/x`, undefined, 404, missing],
    ['what objects inherit', `${ROOT}/constructor`, undefined, 404, missing],
    ['broken escapes', `${ROOT}/%ZZ`, undefined, 404, missing],
  ])('%s', async (_, path, headers, status, because) => {
    const text = expect.stringContaining(because)
    expect(await get(path, headers)).toEqual({ status, type: HTML, text })
  })

  test('anything but GET', async () => {
    const answer = await fetch(`${server.origin}${DEFAULT}/token`, { method: 'POST' })
    expect(answer.status).toBe(405)
  })
})

test('the root answers without the header, as detection asks it', async () => {
  expect((await get('/', {})).status).toBe(200)
})

test('google-auth-library finds itself on Google Cloud', async () => {
  vi.stubEnv('GCE_METADATA_HOST', new URL(server.origin).host)
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '')
  vi.stubEnv('HOME', '/nowhere')
  vi.stubEnv('CLOUDSDK_CONFIG', '/nowhere')
  const auth = new GoogleAuth({ scopes: SCOPE })
  expect(await auth.getProjectId()).toBe('plantain-emulator')
  const client = await auth.getClient()
  const headers = await client.getRequestHeaders()
  const who = await fetch(`${server.origin}/v1/who`, { headers })
  expect(await who.json()).toMatchObject({ kind: 'token', account: EMAIL })
  expect(await auth.getCredentials()).toMatchObject({
    client_email: EMAIL,
    universe_domain: 'googleapis.com',
  })
  const idClient = await auth.getIdTokenClient('https://me')
  expect(await idClient.idTokenProvider.fetchIdToken('https://me')).toMatch(/^ey/)
})

test('our own client does, too', async () => {
  const dialer = createDialer()
  try {
    const env = { GCE_METADATA_HOST: new URL(server.origin).host, HOME: '/nowhere' }
    const auth = googleAuth({ credential: { kind: 'adc', env }, dial: dialer.dial })
    const token = await auth.accessToken(AbortSignal.timeout(10_000))
    expect(token.reveal()).toMatch(/^ya29\.emulator-/)
    expect(await auth.projectId(AbortSignal.timeout(10_000))).toBe('plantain-emulator')
  } finally {
    await dialer.close()
  }
})
