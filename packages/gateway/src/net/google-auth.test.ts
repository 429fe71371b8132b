import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Play, Seen } from '../../test/scripted-server.ts'
import {
  CANARIES,
  CREDENTIALS,
  IMPERSONATION_URL,
  startTokenEndpoints,
  tokenAnswer,
  verifiedClaims,
} from '../../test/token-endpoints.ts'
import { Secret } from '../contract/secret.ts'
import type { CredentialSource, Env } from './google-credential.ts'
import { googleAuth, type GoogleAuthOptions } from './google-auth.ts'

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
const folder = mkdtempSync(join(tmpdir(), 'plantain-auth-'))
const open: { close(): Promise<void> }[] = []
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await Promise.all(open.map((one) => one.close()))
})

function file(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const json = (document: object): CredentialSource => ({
  kind: 'json',
  json: new Secret(JSON.stringify(document)),
})
const adc = (env: Env): CredentialSource => ({ kind: 'adc', env })
const soon = () => AbortSignal.timeout(10_000)

async function authenticating(
  credential: CredentialSource,
  script: (seen: Seen, index: number) => Play,
  options: Partial<GoogleAuthOptions> = {},
) {
  const endpoints = await startTokenEndpoints(script)
  open.push(endpoints)
  const auth = googleAuth({ credential, dial: endpoints.dial, ...options })
  return { auth, seen: endpoints.server.seen, server: endpoints.server }
}

const form = (seen: Seen) => Object.fromEntries(new URLSearchParams(seen.body.toString()))
const reveal = async (token: Promise<Secret>) => (await token).reveal()

test('a service account signs for its token', async () => {
  const { auth, seen } = await authenticating(json(CREDENTIALS.service_account), () =>
    tokenAnswer('ya29.robot'),
  )
  expect(await reveal(auth.accessToken(soon()))).toBe('ya29.robot')
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/token' })
  expect(seen[0]!.headers['content-type']).toMatch('application/x-www-form-urlencoded')
  const { assertion, grant_type } = form(seen[0]!)
  expect(grant_type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
  expect(verifiedClaims(assertion!)).toMatchObject({
    iss: CREDENTIALS.service_account.client_email,
    scope: SCOPE,
  })
  expect(await auth.projectId(soon())).toBe('sa-project')
  expect(await auth.quotaProject(soon())).toBeNull()
})

test('a login refreshes its token and names who is billed', async () => {
  const { auth, seen } = await authenticating(json(CREDENTIALS.authorized_user), () =>
    tokenAnswer('ya29.user'),
  )
  expect(await reveal(auth.accessToken(soon()))).toBe('ya29.user')
  expect(form(seen[0]!)).toMatchObject({ grant_type: 'refresh_token', refresh_token: CANARIES.refreshToken })
  expect(await auth.quotaProject(soon())).toBe('user-quota-project')
})

test('a workload exchanges a token from a file, then acts as a service account', async () => {
  const path = file('subject.txt', CANARIES.subjectToken)
  const document = {
    ...CREDENTIALS.external_account,
    credential_source: { file: path },
    service_account_impersonation_url: IMPERSONATION_URL,
  }
  const { auth, seen } = await authenticating(json(document), (request) =>
    request.url === '/v1/token'
      ? tokenAnswer('federated')
      : { json: { accessToken: 'ya29.deputy', expireTime: new Date(Date.now() + 3.6e6).toISOString() } },
  )
  expect(await reveal(auth.accessToken(soon()))).toBe('ya29.deputy')
  expect(form(seen[0]!)).toMatchObject({ subject_token: CANARIES.subjectToken, audience: document.audience })
  expect(seen[1]!.url).toBe(new URL(IMPERSONATION_URL).pathname)
  expect(seen[1]!.headers.authorization).toBe('Bearer federated')
})

test('a workload exchanges a token from an address', async () => {
  const { auth, seen, server } = await authenticating(adc({}), (request) =>
    request.url === '/idp' ? { json: { id_token: CANARIES.subjectToken } } : tokenAnswer('federated'),
  )
  const document = {
    ...CREDENTIALS.external_account,
    credential_source: {
      url: `${server.origin}/idp`,
      headers: { 'x-idp': 'yes' },
      format: { type: 'json', subject_token_field_name: 'id_token' },
    },
  }
  const endpoints = await startTokenEndpoints(() => tokenAnswer('federated'))
  open.push(endpoints)
  const workload = googleAuth({ credential: json(document), dial: endpoints.dial })
  expect(await reveal(workload.accessToken(soon()))).toBe('federated')
  expect(seen[0]).toMatchObject({ method: 'GET', url: '/idp', headers: { 'x-idp': 'yes' } })
  expect(form(endpoints.server.seen[0]!)).toMatchObject({ subject_token: CANARIES.subjectToken })
  auth.forget()
})

test('a workforce login refreshes its token', async () => {
  const { auth, seen } = await authenticating(json(CREDENTIALS.external_account_authorized_user), () =>
    tokenAnswer('ya29.worker'),
  )
  expect(await reveal(auth.accessToken(soon()))).toBe('ya29.worker')
  expect(seen[0]!.url).toBe('/v1/oauthtoken')
})

const impersonating = (request: Seen): Play =>
  request.url === '/token'
    ? tokenAnswer('ya29.source')
    : { json: { accessToken: 'ya29.deputy', expireTime: new Date(Date.now() + 3.6e6).toISOString() } }

test.each<[string, CredentialSource, Partial<GoogleAuthOptions>]>([
  [
    'by its file',
    json({
      type: 'impersonated_service_account',
      source_credentials: CREDENTIALS.authorized_user,
      service_account_impersonation_url: IMPERSONATION_URL,
      delegates: ['middle@p.iam.gserviceaccount.com'],
    }),
    {},
  ],
  [
    'by configuration',
    json(CREDENTIALS.service_account),
    {
      impersonate: {
        target: 'deputy@p.iam.gserviceaccount.com',
        delegates: ['middle@p.iam.gserviceaccount.com'],
      },
    },
  ],
])('a credential acts as another service account, %s', async (_, credential, options) => {
  const { auth, seen } = await authenticating(credential, impersonating, options)
  expect(await reveal(auth.accessToken(soon()))).toBe('ya29.deputy')
  expect(await reveal(auth.accessToken(soon()))).toBe('ya29.deputy')
  expect(seen.map(({ url }) => decodeURIComponent(url))).toEqual([
    '/token',
    new URL(IMPERSONATION_URL).pathname,
  ])
  expect(seen[1]!.headers.authorization).toBe('Bearer ya29.source')
  expect(JSON.parse(seen[1]!.body.toString())).toEqual({
    delegates: ['middle@p.iam.gserviceaccount.com'],
    scope: [SCOPE],
    lifetime: '3600s',
  })
})

const metadata = (request: Seen): Play => {
  const headers = { 'metadata-flavor': 'Google' }
  if (request.url.endsWith('/project-id')) return { headers, body: 'machine-project' }
  if (request.url.includes('/token?'))
    return { headers, body: '{"access_token":"ya29.machine","expires_in":3599}' }
  return { headers, body: 'attributes/' }
}

test('a machine on Google Cloud gets its token from the metadata server', async () => {
  const { server, seen, auth: unused } = await authenticating(adc({}), metadata)
  unused.forget()
  const env = { GCE_METADATA_HOST: server.origin.slice('http://'.length), HOME: join(folder, 'nobody') }
  const endpoints = await startTokenEndpoints(() => ({ status: 500 }))
  open.push(endpoints)
  const auth = googleAuth({ credential: adc(env), dial: endpoints.dial })
  expect(await reveal(auth.accessToken(soon()))).toBe('ya29.machine')
  expect(await auth.projectId(soon())).toBe('machine-project')
  expect(seen.every((request) => request.headers['metadata-flavor'] === 'Google')).toBe(true)
  expect(seen.map(({ url }) => url)).toEqual([
    '/computeMetadata/v1/instance',
    `/computeMetadata/v1/instance/service-accounts/default/token?scopes=${encodeURIComponent(SCOPE)}`,
    '/computeMetadata/v1/project/project-id',
  ])
})

test('the default credential is the named file, else gcloud’s, else the machine’s', async () => {
  const named = file('named.json', CREDENTIALS.service_account)
  file('application_default_credentials.json', CREDENTIALS.authorized_user)
  const all = { GOOGLE_APPLICATION_CREDENTIALS: named, CLOUDSDK_CONFIG: folder }
  const kinds = await Promise.all(
    [all, { CLOUDSDK_CONFIG: folder }, {}].map(async (env) => {
      const { auth, seen } = await authenticating(adc(env), (request) =>
        request.url === '/token' ? tokenAnswer('t') : metadata(request),
      )
      await auth.accessToken(soon())
      return seen[0]!.method === 'GET' ? 'metadata' : form(seen[0]!)['grant_type']!.split(':').at(-1)
    }),
  )
  expect(kinds).toEqual(['jwt-bearer', 'refresh_token', 'metadata'])
})

test('the environment and the configuration overrule what the credential says', async () => {
  const env = {
    GOOGLE_APPLICATION_CREDENTIALS: file('overruled.json', {
      ...CREDENTIALS.authorized_user,
      project_id: 'file',
    }),
    GOOGLE_CLOUD_PROJECT: 'env-project',
    GOOGLE_CLOUD_QUOTA_PROJECT: 'env-quota',
  }
  const { auth, seen } = await authenticating(adc(env), () => tokenAnswer('t'))
  expect([await auth.projectId(soon()), await auth.quotaProject(soon())]).toEqual([
    'env-project',
    'env-quota',
  ])
  const set = await authenticating(adc(env), () => tokenAnswer('t'), {
    projectId: 'set',
    quotaProject: 'set-quota',
  })
  expect([await set.auth.projectId(soon()), await set.auth.quotaProject(soon())]).toEqual([
    'set',
    'set-quota',
  ])
  expect(seen).toHaveLength(0)
})

test('a token is fetched once for all who ask, kept, and renewed before it ends', async () => {
  const credential = json(CREDENTIALS.authorized_user)
  const { auth, seen } = await authenticating(credential, (_, index) => tokenAnswer(`t${index}`))
  const first = await Promise.all(Array.from({ length: 20 }, () => reveal(auth.accessToken(soon()))))
  expect(new Set(first)).toEqual(new Set(['t0']))
  expect(await reveal(auth.accessToken(soon()))).toBe('t0')
  expect(seen).toHaveLength(1)
  auth.forget()
  expect(await reveal(auth.accessToken(soon()))).toBe('t1')

  const ending = await authenticating(credential, (_, index) => tokenAnswer(`t${index}`, 240))
  expect(await reveal(ending.auth.accessToken(soon()))).toBe('t0')
  expect(await reveal(ending.auth.accessToken(soon()))).toBe('t1')
})

test('a caller who gives up leaves the fetch to the others', async () => {
  const { auth, seen } = await authenticating(json(CREDENTIALS.authorized_user), () => ({
    drip: '{"access_token":"slow","expires_in":3599}',
    everyMs: 5,
  }))
  const gone = new AbortController()
  const given = auth.accessToken(gone.signal)
  const kept = reveal(auth.accessToken(soon()))
  setTimeout(() => gone.abort(new Error('gone')), 50)
  await expect(given).rejects.toThrow('gone')
  expect(await kept).toBe('slow')
  expect(seen).toHaveLength(1)
})
