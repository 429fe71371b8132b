import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Surface } from '../../models/model.ts'
import { jsonReply } from '../reply.ts'
import { type CallServer, startCallServer } from './call-server.fixture.ts'
import { createIdentity, type Identity, type IdentityOptions } from './identity.ts'

const RESOURCE = 'projects/p/locations/global/publishers/google/models/gemini-nano-banana-2.1'
const METHODS = {
  'ai-studio': 'google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent',
  vertex: 'google.cloud.aiplatform.v1beta1.PredictionService.GenerateContent',
}
const SERVICES = { 'ai-studio': 'generativelanguage.googleapis.com', vertex: 'aiplatform.googleapis.com' }
const INFO = 'type.googleapis.com/google.rpc.ErrorInfo'
const KEY = 'AIzaSyGoodGoodGoodGoodGoodGoodGoodGood0'

let nowMs = Date.UTC(2026, 10, 22)
const clock = { now: () => nowMs, monotonicMs: () => nowMs }
let draws = 0
const random = { bytes: (count: number) => new Uint8Array(count).fill((draws += 1)) }

let identity: Identity
const open: CallServer[] = []

function known(options: Partial<IdentityOptions> = {}) {
  identity = createIdentity({ clock, random, ...options })
}

interface Asking {
  readonly surface?: Surface
  readonly express?: boolean
  readonly query?: string
  readonly permission?: string | null
}

/** What a call with these headers is answered: the caller it was taken for, or Google's error. */
async function ask(headers: Record<string, string>, asking: Asking = {}) {
  const { surface = 'ai-studio', express = false, query = '' } = asking
  const permission = surface === 'vertex' ? 'aiplatform.endpoints.predict' : null
  const need = {
    surface,
    method: METHODS[surface],
    permission: asking.permission ?? permission,
    resource: express ? 'publishers/google/models/gemini-nano-banana-2.1' : RESOURCE,
  }
  const server = await startCallServer((call) => jsonReply(identity.identify(call, need)))
  open.push(server)
  const answer = await fetch(`${server.origin}/v1/x${query}`, { headers })
  const body: unknown = await answer.json()
  return { status: answer.status, body }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const key = (text: string) => ({ 'x-goog-api-key': text })

const callOf = (surface: Surface) => ({ method: METHODS[surface], service: SERVICES[surface] })
const NOT_VALID =
  'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.'

function unsupported(surface: Surface) {
  const details = [{ '@type': INFO, reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED', metadata: callOf(surface) }]
  return {
    status: 401,
    body: { error: { code: 401, message: NOT_VALID, status: 'UNAUTHENTICATED', details } },
  }
}

function badKey(message: string, surface: Surface = 'ai-studio') {
  const details = [
    {
      '@type': INFO,
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: SERVICES[surface] },
    },
    { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message },
  ]
  return { status: 400, body: { error: { code: 400, message, status: 'INVALID_ARGUMENT', details } } }
}

function unauthenticated(message: string, reason: string, surface: Surface) {
  const details = [{ '@type': INFO, reason, domain: 'googleapis.com', metadata: callOf(surface) }]
  return { status: 401, body: { error: { code: 401, message, status: 'UNAUTHENTICATED', details } } }
}

function forbidden(message: string) {
  return { status: 403, body: { error: { code: 403, message, status: 'PERMISSION_DENIED' } } }
}

const PREDICT_DENIED = {
  status: 403,
  body: {
    error: {
      code: 403,
      message: `Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/${RESOURCE}' (or it may not exist).`,
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': INFO,
          reason: 'IAM_PERMISSION_DENIED',
          domain: 'aiplatform.googleapis.com',
          metadata: { permission: 'aiplatform.endpoints.predict', resource: RESOURCE },
        },
      ],
    },
  },
}

const INVALID_KEY = 'API key not valid. Please pass a valid API key.'
const EXPIRED_KEY = 'API key expired. Please renew the API key.'
const LEAKED_KEY = 'Your API key was reported as leaked. Please use another API key.'
const UNREGISTERED =
  "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API."
const SEVERAL = {
  status: 400,
  body: {
    error: {
      code: 400,
      message: 'Multiple authentication credentials received. Please pass only one.',
      status: 'INVALID_ARGUMENT',
    },
  },
}
const NO_KEYS = unauthenticated(
  'API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that assert a principal. See https://cloud.google.com/docs/authentication',
  'CREDENTIALS_MISSING',
  'vertex',
)

beforeEach(() => known())
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

test('a key is known by the first 12 digits of its SHA-256, and by nothing else', async () => {
  expect(await ask(key(KEY))).toEqual({
    status: 200,
    body: { kind: 'api-key', fingerprint: 'd525e9366e7d' },
  })
  expect(await ask({}, { query: `?key=${KEY}` })).toEqual(await ask(key(KEY)))
  expect(await ask(key(KEY), { query: `?key=${KEY}` })).toEqual(await ask(key(KEY)))
  expect((await ask(key('AQ.Ab8RNshape'))).body).toMatchObject({ kind: 'api-key' })
  expect((await ask(key('anything at all'))).body).toMatchObject({ kind: 'api-key' })
  const foreign = { kind: 'token', fingerprint: 'f5b9f0a528e3' }
  expect((await ask(bearer('ya29.foreign'))).body).toEqual(foreign)
  expect((await ask({ authorization: 'bearer  ya29.foreign' })).body).toEqual(foreign)
})

describe('refusals on the Developer API', () => {
  test.each([
    ['nothing', {}, '', forbidden(UNREGISTERED)],
    ['an empty key', key(''), '', forbidden(UNREGISTERED)],
    ['a key and a token', { ...key(KEY), ...bearer('ya29.x') }, '', SEVERAL],
    ['a key in the query and a token', bearer('ya29.x'), `?key=${KEY}`, SEVERAL],
    ['two keys', key(KEY), '?key=AIzaOther', SEVERAL],
    ['the header twice', key(`${KEY}, AIzaOther`), '', SEVERAL],
    ['a bad old key', key('AIza-invalid'), '', badKey(INVALID_KEY)],
    ['a bad key of no form', key('Invalid'), '', badKey(INVALID_KEY)],
    ['a bad new key', key('AQ.invalid'), '', unsupported('ai-studio')],
    ['an expired key', key('AIza-expired'), '', badKey(EXPIRED_KEY)],
    ['a leaked key', key('AIza-leaked'), '', forbidden(LEAKED_KEY)],
    [
      'a denied key',
      key('AIza-denied'),
      '',
      forbidden('Your project has been denied access. Please contact support.'),
    ],
    ['an old key as a token', bearer(KEY), '', unsupported('ai-studio')],
    ['a new key as a token', bearer('AQ.Ab8'), '', unsupported('ai-studio')],
    ['a bad token', bearer('ya29.invalid'), '', unsupported('ai-studio')],
    ['another scheme beside a key', { ...key(KEY), authorization: 'Basic abc' }, '', SEVERAL],
    [
      'an expired token',
      bearer('ya29.expired'),
      '',
      unauthenticated(NOT_VALID, 'ACCESS_TOKEN_EXPIRED', 'ai-studio'),
    ],
  ])('%s', async (_, headers, query, expected) => {
    expect(await ask(headers, { query })).toEqual(expected)
  })
})

test.each(['Basic abc', 'Digest x', 'xyz', 'Bearer', 'Bearer  ', 'Bearer ya29.x y', 'Bearerya29.x'])(
  '%j is no token',
  async (authorization) => {
    expect(await ask({ authorization })).toEqual(unsupported('ai-studio'))
  },
)

describe('refusals on Vertex AI', () => {
  const missing = unauthenticated(
    NOT_VALID.replace(
      'had invalid authentication credentials',
      'is missing required authentication credential',
    ),
    'CREDENTIALS_MISSING',
    'vertex',
  )
  test.each([
    ['nothing', {}, false, missing],
    ['nothing, express', {}, true, missing],
    ['a key with a project', key(KEY), false, NO_KEYS],
    ['a bad key, express', key('AIza-invalid'), true, badKey(INVALID_KEY, 'vertex')],
    ['a bad new key, express', key('AQ.invalid'), true, unsupported('vertex')],
    ['a bad token', bearer('ya29.invalid'), false, unsupported('vertex')],
    ['a denied token', bearer('ya29.denied'), false, PREDICT_DENIED],
  ])('%s', async (_, headers, express, expected) => {
    expect(await ask(headers, { surface: 'vertex', express })).toEqual(expected)
  })

  test('express mode takes a key', async () => {
    expect((await ask(key(KEY), { surface: 'vertex', express: true })).status).toBe(200)
  })
})

test('with a list, only what is on it is good, whatever its words', async () => {
  known({ keys: ['AIza-invalid', 'ya29.mine'] })
  expect((await ask(key('AIza-invalid'))).status).toBe(200)
  expect((await ask(bearer('ya29.mine'))).status).toBe(200)
  expect(await ask(key(KEY))).toEqual(badKey(INVALID_KEY))
  expect(await ask(key('AIza-expired'))).toEqual(badKey(EXPIRED_KEY))
  expect(await ask(bearer('ya29.foreign'))).toEqual(unsupported('ai-studio'))
  expect(await ask({ authorization: 'ya29.mine' })).toEqual(unsupported('ai-studio'))
})

test('revoked by text or fingerprint, restored, reset', async () => {
  const fingerprint = identity.revoke(KEY)
  expect(await ask(key(KEY))).toEqual(forbidden(LEAKED_KEY))
  expect(identity.restore(fingerprint)).toBe(fingerprint)
  expect((await ask(key(KEY))).status).toBe(200)
  identity.revoke(fingerprint)
  expect((await ask(key(KEY))).status).toBe(403)
  identity.reset()
  expect((await ask(key(KEY))).status).toBe(200)
  identity.revoke('ya29.foreign')
  expect(await ask(bearer('ya29.foreign'))).toEqual(unsupported('ai-studio'))
})

/** By way of the metadata server, the shortest. */
async function issued(scopes = '') {
  const server = await startCallServer((call) => identity.metadata(call))
  open.push(server)
  const path = `/computeMetadata/v1/instance/service-accounts/default/token${scopes}`
  const answer = await fetch(server.origin + path, { headers: { 'metadata-flavor': 'Google' } })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  return bearer(token)
}

describe('tokens issued here', () => {
  test('are good for their lifetime, also with a list of keys', async () => {
    known({ keys: [KEY] })
    const token = await issued()
    const account = 'emulator@plantain-emulator.iam.gserviceaccount.com'
    expect((await ask(token, { surface: 'vertex' })).body).toMatchObject({ kind: 'token', account })
    nowMs += 3_598_000
    expect((await ask(token)).status).toBe(200)
    nowMs += 1_000
    expect(await ask(token)).toEqual(unauthenticated(NOT_VALID, 'ACCESS_TOKEN_EXPIRED', 'ai-studio'))
  })

  test('are unknown once revoked, and all after a reset', async () => {
    const token = await issued()
    identity.revoke(token.authorization.slice('Bearer '.length))
    expect(await ask(token)).toEqual(unsupported('ai-studio'))
    identity.reset()
    expect(await ask(token)).toEqual(unsupported('ai-studio'))
  })

  test('do not pass where they lack the scope', async () => {
    const other = await issued('?scopes=https://www.googleapis.com/auth/devstorage.read_only')
    expect(await ask(other, { surface: 'vertex' })).toEqual({
      status: 403,
      body: {
        error: {
          code: 403,
          message: 'Request had insufficient authentication scopes.',
          status: 'PERMISSION_DENIED',
          details: [
            {
              '@type': INFO,
              reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
              domain: 'googleapis.com',
              metadata: callOf('vertex'),
            },
          ],
        },
      },
    })
    const retriever = await issued('?scopes=https://www.googleapis.com/auth/generative-language.retriever')
    expect((await ask(retriever)).status).toBe(200)
    expect((await ask(retriever, { surface: 'vertex' })).status).toBe(403)
  })

  test('of an account named no-permission may not predict, and may do the rest', async () => {
    known({ account: 'no-permission@p.iam.gserviceaccount.com' })
    const token = await issued()
    expect(await ask(token, { surface: 'vertex' })).toEqual(PREDICT_DENIED)
    const permission = 'aiplatform.publisherModels.get'
    expect((await ask(token, { surface: 'vertex', permission })).status).toBe(200)
  })
})
