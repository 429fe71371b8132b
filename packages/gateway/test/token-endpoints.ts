import { createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto'
import { createDialer } from '../src/net/dial.ts'
import type { Dial } from '../src/net/dial.ts'
import {
  diverting,
  type Play,
  type ScriptedServer,
  type Seen,
  startScriptedServer,
} from './scripted-server.ts'

/** Everything a credential test must never see in an error. */
export const CANARIES = {
  refreshToken: '1//canary-refresh-token',
  clientSecret: 'canary-client-secret',
  subjectToken: 'canary-subject-token',
  accessToken: 'ya29.canary-access-token',
  apiKey: 'AIzaCanaryCanaryCanaryCanaryCanary00000',
} as const

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const PRIVATE_KEY = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

export const CREDENTIALS = {
  service_account: {
    type: 'service_account',
    project_id: 'sa-project',
    client_email: 'robot@sa-project.iam.gserviceaccount.com',
    private_key: PRIVATE_KEY,
    token_uri: 'https://oauth2.googleapis.com/token',
  },
  authorized_user: {
    type: 'authorized_user',
    client_id: 'client.apps.googleusercontent.com',
    client_secret: CANARIES.clientSecret,
    refresh_token: CANARIES.refreshToken,
    quota_project_id: 'user-quota-project',
  },
  external_account: {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/p',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: 'https://sts.googleapis.com/v1/token',
  },
  external_account_authorized_user: {
    type: 'external_account_authorized_user',
    audience: '//iam.googleapis.com/locations/global/workforcePools/pool/providers/p',
    client_id: 'workforce-client',
    client_secret: CANARIES.clientSecret,
    refresh_token: CANARIES.refreshToken,
    token_url: 'https://sts.googleapis.com/v1/oauthtoken',
  },
} as const

export const IMPERSONATION_URL =
  'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/deputy@p.iam.gserviceaccount.com:generateAccessToken'

/** Whether a service account's assertion is signed with the key above; its claims if so. */
export function verifiedClaims(assertion: string): Record<string, unknown> | undefined {
  const [head, claims, signature] = assertion.split('.')
  const verify = createVerify('RSA-SHA256').update(`${head}.${claims}`)
  const known = verify.verify(createPublicKey(keys.privateKey), Buffer.from(signature!, 'base64url'))
  return known ? JSON.parse(Buffer.from(claims!, 'base64url').toString()) : undefined
}

export function tokenAnswer(token: string, expiresInS = 3599): Play {
  return { json: { access_token: token, expires_in: expiresInS, token_type: 'Bearer' } }
}

export interface TokenEndpoints {
  readonly dial: Dial
  readonly server: ScriptedServer
  close(): Promise<void>
}

/** Google's token hosts on loopback, and a dialer that carries requests there and nowhere else. */
export async function startTokenEndpoints(
  script: (seen: Seen, index: number) => Play,
): Promise<TokenEndpoints> {
  const server = await startScriptedServer(script)
  const dialer = createDialer()
  const hosts = ['oauth2', 'sts', 'iamcredentials'].map((host) => `https://${host}.googleapis.com`)
  const to = Object.fromEntries([...hosts, 'http://169.254.169.254'].map((origin) => [origin, server.origin]))
  return {
    dial: diverting(dialer.dial, to),
    server,
    close: async () => {
      await server.close()
      await dialer.close()
    },
  }
}
