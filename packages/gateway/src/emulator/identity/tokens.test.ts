import { createPublicKey, createSign, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../../contract/secret.ts'
import { createDialer } from '../../net/dial.ts'
import { googleAuth } from '../../net/google-auth.ts'
import { CREDENTIALS, IMPERSONATION_URL, PRIVATE_KEY } from '../../../test/token-endpoints.ts'
import { diverting } from '../../../test/scripted-server.ts'
import { jsonReply } from '../reply.ts'
import { type CallServer, startCallServer } from './call-server.fixture.ts'
import { createIdentity, type Identity, type IdentityOptions } from './identity.ts'

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
const ACCOUNT = 'robot@sa-project.iam.gserviceaccount.com'
const LONGEST_SCOPE = `${SCOPE} `.padEnd(4096, 'x')
const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEM = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

let nowMs: number
let identity: Identity
let server: CallServer

async function serve(options: Partial<IdentityOptions> = {}) {
  let draws = 0
  const random = { bytes: (count: number) => new Uint8Array(count).fill((draws += 1)) }
  const clock = { now: () => nowMs, monotonicMs: () => nowMs }
  identity = createIdentity({ clock, random, ...options })
  server = await startCallServer((call) => {
    const [, account] = /serviceAccounts\/([^/]+):generateAccessToken$/.exec(call.path) ?? []
    if (account !== undefined) return identity.generateAccessToken(call, decodeURIComponent(account))
    if (call.path === '/v1/token') return identity.exchange(call)
    if (call.path === '/token' || call.path === '/v1/oauthtoken') return identity.token(call)
    const permission = 'aiplatform.endpoints.predict'
    const [method, resource] = ['google.cloud.aiplatform.v1.PredictionService.Predict', 'projects/p/x']
    return jsonReply(identity.identify(call, { surface: 'vertex', method, permission, resource }))
  })
}

beforeEach(() => {
  nowMs = Date.now()
})
afterEach(() => server.close())

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

async function post(path: string, form: Record<string, string>): Promise<Answer> {
  const answer = await fetch(server.origin + path, { method: 'POST', body: new URLSearchParams(form) })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

async function whois(token: unknown): Promise<Answer> {
  const headers = { authorization: `Bearer ${String(token)}` }
  const answer = await fetch(`${server.origin}/v1/who`, { headers })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

const heapBytes = () => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

const refusal = (error: string, because: string) => ({
  status: 400,
  body: { error, error_description: because },
})

function jwt(claims: object = {}, { alg = 'RS256', signed = true } = {}): string {
  const iat = Math.floor(nowMs / 1000)
  const aud = 'https://oauth2.googleapis.com/token'
  const all = { iss: ACCOUNT, scope: SCOPE, aud, iat, exp: iat + 3600, ...claims }
  const text = [{ alg }, all].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = signed ? createSign('RSA-SHA256').update(text).sign(pair.privateKey) : Buffer.from('no')
  return `${text}.${signature.toString('base64url')}`
}

const byJwt = (assertion: string) => post('/token', { grant_type: JWT_GRANT, assertion })

const TOO_LONG = refusal('invalid_scope', 'The scope is too long.')

const second = () => Math.floor(nowMs / 1000)

const refresh = (token: string) => ({ grant_type: 'refresh_token', client_id: 'c', refresh_token: token })

describe('POST /token with a service account', () => {
  test('gives a token that is known by its account', async () => {
    await serve()
    const { status, body } = await byJwt(jwt())
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^ya29\.emulator-[0-9a-f]{48}$/),
        expires_in: 3599,
        token_type: 'Bearer',
      },
    })
    expect((await whois(body['access_token'])).body).toMatchObject({ kind: 'token', account: ACCOUNT })
    const denied = await byJwt(jwt({ iss: 'no-permission@p.iam.gserviceaccount.com' }))
    expect((await whois(denied.body['access_token'])).status).toBe(403)
  })

  test('takes the audiences of all client libraries, its own address included', async () => {
    await serve()
    for (const aud of ['https://www.googleapis.com/oauth2/v4/token', `${server.origin}/token`]) {
      expect((await byJwt(jwt({ aud }))).status).toBe(200)
    }
  })

  const UNTIMELY =
    'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.'
  const AUDIENCE =
    'Invalid JWT: Failed audience check. The right audience is https://oauth2.googleapis.com/token'
  test.each([
    ['no JWT', () => 'x.y', 'Bad Request'],
    ['four parts', () => `${jwt()}.x`, 'Bad Request'],
    ['no signature', () => `${jwt().split('.').slice(0, 2).join('.')}.`, 'Bad Request'],
    ['another algorithm', () => jwt({}, { alg: 'none' }), 'Bad Request'],
    ['no account', () => jwt({ iss: '' }), 'Invalid grant: account not found'],
    ['another audience', () => jwt({ aud: 'https://example.com' }), AUDIENCE],
    ['an hour ago', () => jwt({ iat: second() - 7200, exp: second() - 3600 }), UNTIMELY],
    ['in an hour', () => jwt({ iat: second() + 3600, exp: second() + 7200 }), UNTIMELY],
    ['for two hours', () => jwt({ exp: second() + 7200 }), UNTIMELY],
    ['for no time', () => jwt({ exp: second() }), UNTIMELY],
    ['without time', () => jwt({ iat: '1', exp: undefined }), UNTIMELY],
  ])('refuses %s', async (_, assertion, because) => {
    await serve()
    expect(await byJwt(assertion())).toEqual(refusal('invalid_grant', because))
  })

  test('refuses what asks for nothing', async () => {
    await serve()
    const because = 'Invalid OAuth scope or ID token audience provided.'
    expect(await byJwt(jwt({ scope: '' }))).toEqual(refusal('invalid_scope', because))
  })

  test('refuses more scope than is kept', async () => {
    await serve()
    expect((await byJwt(jwt({ scope: LONGEST_SCOPE }))).status).toBe(200)
    expect(await byJwt(jwt({ scope: `${LONGEST_SCOPE}x` }))).toEqual(TOO_LONG)
  })

  test('checks the signature where the key is known, and there only', async () => {
    await serve({ publicKeys: { [ACCOUNT]: PEM } })
    expect((await byJwt(jwt())).status).toBe(200)
    expect(await byJwt(jwt({}, { signed: false }))).toEqual(
      refusal('invalid_grant', 'Invalid JWT Signature.'),
    )
    const other = { iss: 'other@p.iam.gserviceaccount.com' }
    expect((await byJwt(jwt(other, { signed: false }))).status).toBe(200)
  })
})

describe('POST /token with the rest', () => {
  test('a refresh token gives a token', async () => {
    await serve({ keys: ['AIzaMine'] })
    const { status, body } = await post('/token', refresh('1//good'))
    expect(status).toBe(200)
    expect(body).toMatchObject({ expires_in: 3599, scope: SCOPE, token_type: 'Bearer' })
    expect((await whois(body['access_token'])).body).toMatchObject({ account: 'user:c' })
  })

  test('more scope than is kept gives none', async () => {
    await serve()
    expect((await post('/token', { ...refresh('1//good'), scope: LONGEST_SCOPE })).status).toBe(200)
    expect(await post('/token', { ...refresh('1//good'), scope: `${LONGEST_SCOPE}x` })).toEqual(TOO_LONG)
  })

  test('what is kept of a form is not all of it', async () => {
    await serve()
    // The slices would keep 40 MB alive.
    const form = { ...refresh('1//good'), scope: SCOPE, client_id: 'c'.repeat(60), pad: 'x'.repeat(200_000) }
    const before = heapBytes()
    for (let i = 0; i < 200; i++) await post('/token', form)
    expect(heapBytes() - before).toBeLessThan(15_000_000)
  })

  test('a revoked one gives none', async () => {
    await serve()
    const gone = refusal('invalid_grant', 'Token has been expired or revoked.')
    expect(await post('/token', refresh('1//expired'))).toEqual(gone)
    identity.revoke('1//good')
    expect(await post('/token', refresh('1//good'))).toEqual(gone)
    expect(await post('/token', refresh('1//invalid'))).toEqual(refusal('invalid_grant', 'Bad Request'))
  })

  const lacks = (name: string) => refusal('invalid_request', `Missing required parameter: ${name}`)
  test.each([
    [{}, lacks('grant_type')],
    [{ grant_type: JWT_GRANT }, lacks('assertion')],
    [{ grant_type: 'refresh_token' }, lacks('refresh_token')],
    [{ grant_type: 'password' }, refusal('unsupported_grant_type', 'Invalid grant_type: password')],
    [{ grant_type: JWT_GRANT, assertion: 'x'.repeat(300_000) }, lacks('grant_type')],
  ] as [Record<string, string>, unknown][])('%# is refused', async (form, expected) => {
    await serve()
    expect(await post('/token', form)).toEqual(expected)
  })
})

describe('POST /v1/token', () => {
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
    scope: SCOPE,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token: 'foreign',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  }

  test('exchanges a foreign token', async () => {
    await serve()
    const { status, body } = await post('/v1/token', form)
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^ya29\.emulator-/),
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 3599,
      },
    })
    expect((await whois(body['access_token'])).body).toMatchObject({ account: form.audience })
  })

  test('refuses more scope than is kept', async () => {
    await serve()
    expect((await post('/v1/token', { ...form, scope: LONGEST_SCOPE })).status).toBe(200)
    expect(await post('/v1/token', { ...form, scope: `${LONGEST_SCOPE}x` })).toEqual(TOO_LONG)
  })

  test('refuses what is lacking, or bad', async () => {
    await serve()
    const { audience: _, ...without } = form
    expect(await post('/v1/token', without)).toEqual(
      refusal('invalid_request', 'Invalid value for "audience".'),
    )
    expect((await post('/v1/token', { ...form, grant_type: 'x' })).body['error']).toBe(
      'unsupported_grant_type',
    )
    expect((await post('/v1/token', { ...form, subject_token: 'invalid' })).body['error']).toBe(
      'invalid_grant',
    )
  })
})

describe('generateAccessToken', () => {
  const DEPUTY = 'deputy@p.iam.gserviceaccount.com'
  const INVALID = 'Request contains an invalid argument.'

  async function impersonate(body: unknown, headers: Record<string, string>): Promise<Answer> {
    const path = `/v1/projects/-/serviceAccounts/${encodeURIComponent(DEPUTY)}:generateAccessToken`
    const answer = await fetch(server.origin + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as Answer['body'] }
  }
  const bearer = { authorization: 'Bearer ya29.someone' }
  const invalid = (field: string) => ({
    status: 400,
    body: {
      error: {
        code: 400,
        message: INVALID,
        status: 'INVALID_ARGUMENT',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [{ field, description: INVALID }],
          },
        ],
      },
    },
  })

  test('gives a token of the other account, for as long as asked', async () => {
    await serve()
    const { status, body } = await impersonate({ scope: [SCOPE], lifetime: '300s' }, bearer)
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        accessToken: expect.stringMatching(/^ya29\.emulator-/),
        expireTime: new Date(nowMs + 300_000).toISOString(),
      },
    })
    expect((await whois(body['accessToken'])).body).toMatchObject({ account: DEPUTY })
    nowMs += 300_000
    expect((await whois(body['accessToken'])).status).toBe(401)
  })

  test.each([
    [{}, 'scope'],
    [{ scope: [] }, 'scope'],
    [{ scope: SCOPE }, 'scope'],
    [{ scope: [SCOPE], lifetime: '3601s' }, 'lifetime'],
    [{ scope: [SCOPE], lifetime: '0s' }, 'lifetime'],
    [{ scope: [SCOPE], lifetime: 300 }, 'lifetime'],
  ])('refuses %j', async (body, field) => {
    await serve()
    expect(await impersonate(body, bearer)).toEqual(invalid(field))
  })

  test('refuses more scopes than are kept', async () => {
    await serve()
    expect((await impersonate({ scope: [LONGEST_SCOPE] }, bearer)).status).toBe(200)
    expect(await impersonate({ scope: [LONGEST_SCOPE, 'x'] }, bearer)).toEqual(invalid('scope'))
  })

  test.each([
    [{}, 401, 'CREDENTIALS_MISSING'],
    [{ 'x-goog-api-key': 'AIzaGood' }, 401, 'CREDENTIALS_MISSING'],
    [{ authorization: 'Bearer ya29.invalid' }, 401, 'ACCESS_TOKEN_TYPE_UNSUPPORTED'],
    [{ authorization: 'Bearer ya29.denied' }, 403, 'IAM_PERMISSION_DENIED'],
  ] as [Record<string, string>, number, string][])('with %j is refused', async (headers, status, reason) => {
    await serve()
    const answer = await impersonate({ scope: [SCOPE] }, headers)
    expect(answer).toMatchObject({ status, body: { error: { details: [{ reason }] } } })
  })
})

describe('our own client gets a token with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plantain-subject-'))
  const subject = join(folder, 'token')
  writeFileSync(subject, 'foreign')
  afterAll(() => rmSync(folder, { recursive: true }))
  const pool = CREDENTIALS.external_account.audience
  test.each([
    ['a service account', CREDENTIALS.service_account, ACCOUNT],
    ['a login', CREDENTIALS.authorized_user, 'user:client.apps.googleusercontent.com'],
    ['a workload', { ...CREDENTIALS.external_account, credential_source: { file: subject } }, pool],
    ['a workforce login', CREDENTIALS.external_account_authorized_user, 'user:'],
    [
      'an impersonated account',
      {
        type: 'impersonated_service_account',
        source_credentials: CREDENTIALS.authorized_user,
        service_account_impersonation_url: IMPERSONATION_URL,
      },
      'deputy@p.iam.gserviceaccount.com',
    ],
  ])('%s', async (_, document, account) => {
    const pem = createPublicKey(PRIVATE_KEY).export({ type: 'spki', format: 'pem' }).toString()
    await serve({ publicKeys: { [ACCOUNT]: pem } })
    const dialer = createDialer()
    try {
      const hosts = ['oauth2', 'sts', 'iamcredentials'].map((host) => `https://${host}.googleapis.com`)
      const to = Object.fromEntries(hosts.map((origin) => [origin, server.origin]))
      const auth = googleAuth({
        credential: { kind: 'json', json: new Secret(JSON.stringify(document)) },
        dial: diverting(dialer.dial, to),
      })
      const token = await auth.accessToken(AbortSignal.timeout(10_000))
      expect((await whois(token.reveal())).body).toMatchObject({ kind: 'token', account })
    } finally {
      await dialer.close()
    }
  })
})
