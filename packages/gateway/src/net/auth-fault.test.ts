import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import type { Play, Seen } from '../../test/scripted-server.ts'
import {
  CANARIES,
  CREDENTIALS,
  IMPERSONATION_URL,
  startTokenEndpoints,
  tokenAnswer,
} from '../../test/token-endpoints.ts'
import { type ErrorCode, PlantainError } from '../contract/error.ts'
import { Secret } from '../contract/secret.ts'
import type { CredentialSource } from './google-credential.ts'
import { googleAuth } from './google-auth.ts'

const folder = mkdtempSync(join(tmpdir(), 'plantain-auth-fault-'))
const open: { close(): Promise<void> }[] = []
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await Promise.all(open.map((one) => one.close()))
})

const json = (document: object): CredentialSource => ({
  kind: 'json',
  json: new Secret(JSON.stringify(document)),
})
const oauthError = (error: string, error_description: string, status = 400): Play => ({
  status,
  json: { error, error_description },
})
const apiError = (code: number, status: string, message: string): Play => ({
  status: code,
  json: { error: { code, status, message } },
})

async function failing(credential: CredentialSource, script: (seen: Seen) => Play): Promise<PlantainError> {
  const endpoints = await startTokenEndpoints(script)
  open.push(endpoints)
  const auth = googleAuth({ credential, dial: endpoints.dial })
  const thrown: unknown = await auth.accessToken(AbortSignal.timeout(20_000)).then(
    () => 'a token',
    (error: unknown) => error,
  )
  if (!PlantainError.is(thrown)) throw new Error(`not a PlantainError: ${inspect(thrown)}`)
  const shown = [
    thrown.message,
    thrown.stack,
    inspect(thrown, { depth: 9, showHidden: true }),
    JSON.stringify(thrown),
  ]
  for (const canary of Object.values(CANARIES)) expect(shown.join('\n')).not.toContain(canary)
  expect(shown.join('\n')).not.toMatch(/PRIVATE KEY|assertion|canary/)
  expect(thrown.cause).toBeUndefined()
  expect(thrown.fault.charged).toBe('no')
  return thrown
}

const source = (credential_source: object, more: object = {}) =>
  json({ ...CREDENTIALS.external_account, credential_source, ...more })
const subject = () => {
  const path = join(folder, 'subject')
  writeFileSync(path, CANARIES.subjectToken)
  return path
}
const impersonatedWorkload = () =>
  source({ file: subject() }, { service_account_impersonation_url: IMPERSONATION_URL })

const REFUSED = oauthError('invalid_grant', `Token ${CANARIES.accessToken} has been expired or revoked.`)
const DENIED = apiError(403, 'PERMISSION_DENIED', "Permission 'iam.serviceAccounts.getAccessToken' denied")

test.each<[string, () => CredentialSource, (seen: Seen) => Play, ErrorCode, RegExp]>([
  [
    'a deleted key',
    () => json(CREDENTIALS.service_account),
    () => oauthError('invalid_grant', 'Invalid JWT Signature.'),
    'credential_invalid',
    /clock is wrong.*Invalid JWT Signature/,
  ],
  [
    'a revoked login',
    () => json(CREDENTIALS.authorized_user),
    () => REFUSED,
    'credential_invalid',
    /gcloud auth application-default login.*invalid_grant/,
  ],
  [
    'a wrong client',
    () => json(CREDENTIALS.authorized_user),
    () => oauthError('invalid_client', 'Unauthorized', 401),
    'credential_invalid',
    /invalid_client/,
  ],
  [
    'a revoked workforce login',
    () => json(CREDENTIALS.external_account_authorized_user),
    () => REFUSED,
    'credential_invalid',
    /login configuration/,
  ],
  [
    'a refused workload',
    () => source({ file: subject() }),
    () => oauthError('invalid_grant', 'The audience in ID Token does not match'),
    'credential_invalid',
    /attribute mapping.*audience in ID Token/,
  ],
  [
    'a workload that may not impersonate',
    impersonatedWorkload,
    (seen) => (seen.url === '/v1/token' ? tokenAnswer(CANARIES.accessToken) : DENIED),
    'permission_denied',
    /serviceAccountTokenCreator/,
  ],
  [
    'an impersonation denied',
    () =>
      json({
        type: 'impersonated_service_account',
        source_credentials: CREDENTIALS.authorized_user,
        service_account_impersonation_url: IMPERSONATION_URL,
      }),
    (seen) => (seen.url === '/token' ? tokenAnswer(CANARIES.accessToken) : DENIED),
    'permission_denied',
    /serviceAccountTokenCreator/,
  ],
  [
    'an impersonation sent elsewhere',
    () =>
      json({
        type: 'impersonated_service_account',
        source_credentials: CREDENTIALS.authorized_user,
        service_account_impersonation_url: 'https://evil.example/token',
      }),
    () => tokenAnswer('t'),
    'credential_invalid',
    /service_account_impersonation_url/,
  ],
  [
    'a program',
    () => source({ executable: { command: '/bin/false' } }),
    () => tokenAnswer('t'),
    'credential_invalid',
    /runs a program.*ALLOW_EXECUTABLES/,
  ],
  [
    'a client certificate',
    () => source({ certificate: { use_default_certificate_config: true } }),
    () => tokenAnswer('t'),
    'credential_invalid',
    /client certificate/,
  ],
  [
    'no token file',
    () => source({ file: join(folder, 'nowhere') }),
    () => tokenAnswer('t'),
    'credential_invalid',
    /credential_source.file/,
  ],
  [
    'a token file that is no JSON',
    () => source({ file: subject(), format: { type: 'json', subject_token_field_name: 'x' } }),
    () => tokenAnswer('t'),
    'credential_invalid',
    /Check its format/,
  ],
  ['no source', () => source({}), () => tokenAnswer('t'), 'credential_invalid', /credential_source/],
  [
    'a mangled private key',
    () => json({ ...CREDENTIALS.service_account, private_key: '-----BEGIN PRIVATE KEY-----\\ncanary' }),
    () => tokenAnswer('t'),
    'credential_invalid',
    /not a PEM key/,
  ],
  [
    'a missing field',
    () => json({ type: 'service_account', client_email: 'a@b' }),
    () => tokenAnswer('t'),
    'credential_invalid',
    /“private_key”/,
  ],
  [
    'an unknown kind',
    () => json({ type: 'magic' }),
    () => tokenAnswer('t'),
    'credential_invalid',
    /no kind that Plantain knows/,
  ],
  [
    'text that is no JSON',
    () => ({ kind: 'json', json: new Secret(`{"refresh_token": ${CANARIES.refreshToken}`) }),
    () => tokenAnswer('t'),
    'credential_invalid',
    /not a JSON object/,
  ],
  [
    'a named file that is not there',
    () => ({ kind: 'adc', env: { GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'gone.json') } }),
    () => tokenAnswer('t'),
    'credential_missing',
    /gone\.json, which is not there/,
  ],
  [
    'a folder for a file',
    () => ({ kind: 'file', path: folder }),
    () => tokenAnswer('t'),
    'credential_invalid',
    /cannot be read/,
  ],
  [
    'nothing anywhere',
    () => ({ kind: 'adc', env: {} }),
    () => ({ end: 'close' }),
    'credential_missing',
    /application-default login/,
  ],
  [
    'a stray server for metadata',
    () => ({ kind: 'adc', env: {} }),
    () => ({ body: 'It works!' }),
    'credential_missing',
    /no metadata server/,
  ],
  [
    'a machine without a service account',
    () => ({ kind: 'adc', env: {} }),
    (seen) => ({ status: seen.url.includes('token') ? 404 : 200, headers: { 'metadata-flavor': 'Google' } }),
    'credential_missing',
    /Attach one/,
  ],
  [
    'a metadata server that fails',
    () => ({ kind: 'adc', env: {} }),
    (seen) => ({ status: seen.url.includes('token') ? 500 : 200, headers: { 'metadata-flavor': 'Google' } }),
    'upstream_error',
    /HTTP 500/,
  ],
  [
    'a token service that fails',
    () => json(CREDENTIALS.authorized_user),
    () => ({ status: 503, body: 'x' }),
    'upstream_error',
    /token service failed/,
  ],
  [
    'too many tokens',
    () => json(CREDENTIALS.authorized_user),
    () => ({ status: 429, body: 'x' }),
    'rate_limited',
    /fewer requests/,
  ],
  [
    'a connection that breaks',
    () => json(CREDENTIALS.service_account),
    () => ({ end: 'reset' }),
    'upstream_interrupted',
    /oauth2\.googleapis\.com broke/,
  ],
  [
    'an impersonation answered by something else',
    () =>
      json({
        type: 'impersonated_service_account',
        source_credentials: CREDENTIALS.authorized_user,
        service_account_impersonation_url: IMPERSONATION_URL,
      }),
    (seen) => (seen.url === '/token' ? tokenAnswer(CANARIES.accessToken) : { body: '<html>' }),
    'upstream_error',
    /gave no access token for deputy@/,
  ],
])('%s', async (_, credential, script, code, message) => {
  const error = await failing(credential(), script)
  expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)])
})
