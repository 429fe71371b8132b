import { gaxios, OAuth2Client } from 'google-auth-library'
import { PlantainError } from '../contract/error.ts'
import { authError } from './auth-fault.ts'
import { authClient, CLOUD_PLATFORM_SCOPE, kindOf, lacking, type Plumbing } from './auth-client.ts'
import type { Dial } from './dial.ts'
import { dialedFetch } from './dialed-fetch.ts'
import type { FoundCredential } from './google-credential.ts'
import { isJsonObject, type JsonObject } from '../contract/json-object.ts'
import { textOf } from './json-object.ts'
import { metadataServer, type MintedToken } from './metadata-server.ts'

/** What Google grants at most without an organisation policy that allows more. */
const IMPERSONATION_LIFETIME_S = 3600

/** A credential at work: gives tokens, which the library keeps and renews five minutes before they end. */
export interface TokenSource {
  readonly token: () => Promise<string>
  /** The project the credential belongs to, where it says or the machine knows. */
  readonly projectId: () => Promise<string | undefined>
  /** Who is to be billed for quota, where the credential says. */
  readonly quotaProject: string | undefined
}

export interface Impersonation {
  /** The service account's e-mail address. */
  readonly target: string
  readonly delegates?: readonly string[]
}

/** Sets a credential to work on our dialer. Rejects where it lacks something. */
export async function tokenSource(found: FoundCredential, dial: Dial): Promise<TokenSource> {
  if (found.kind === 'metadata') {
    const server = metadataServer(found.env, dial)
    await server.find()
    const token = renewing(() => server.token(CLOUD_PLATFORM_SCOPE))
    return { token, projectId: () => server.projectId(), quotaProject: undefined }
  }
  const { document, from } = found
  return {
    token: documentToken(document, from, plumbingOn(dial)),
    projectId: () => Promise.resolve(textOf(document, 'project_id')),
    quotaProject: textOf(document, 'quota_project_id'),
  }
}

/** The same identity, acting as another service account. */
export function impersonating(source: TokenSource, as: Impersonation, dial: Dial): TokenSource {
  return { ...source, token: actingAs(as, source.token, plumbingOn(dial)) }
}

function plumbingOn(dial: Dial): Plumbing {
  const transporter = new gaxios.Gaxios({ fetchImplementation: dialedFetch(dial) })
  return { transporter, useAuthRequestParameters: false }
}

function documentToken(document: JsonObject, from: string, plumbing: Plumbing): () => Promise<string> {
  const kind = kindOf(document, from)
  if (kind === 'impersonated_service_account') return impersonatedToken(document, from, plumbing)
  const client = authClient(document, kind, from, plumbing)
  return async () => {
    try {
      const { token } = await client.getAccessToken()
      if (token) return token
    } catch (error) {
      throw authError(error, kind, from)
    }
    throw new PlantainError('credential_invalid', `The credential from ${from} gives no access token.`)
  }
}

/** The library has a class for this; it warns on the console, so the two steps are put together here. */
function impersonatedToken(document: JsonObject, from: string, plumbing: Plumbing): () => Promise<string> {
  const source = document['source_credentials']
  if (!isJsonObject(source)) throw lacking('source_credentials', from)
  const url = textOf(document, 'service_account_impersonation_url') ?? ''
  // Only the account is taken from the address: a token must go nowhere but to Google.
  const target = /\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(url)?.[1]
  if (target === undefined) throw lacking('service_account_impersonation_url', from)
  const listed = document['delegates']
  const delegates = Array.isArray(listed) ? listed.filter((name) => typeof name === 'string') : []
  return actingAs({ target, delegates }, documentToken(source, from, plumbing), plumbing)
}

function actingAs(
  { target, delegates = [] }: Impersonation,
  source: () => Promise<string>,
  { transporter }: Plumbing,
): () => Promise<string> {
  const account = `projects/-/serviceAccounts/${encodeURIComponent(target)}`
  return renewing(async () => {
    const bearer = await source()
    const granted = await grant(`${account}:generateAccessToken`, bearer, delegates, transporter).catch(
      (error: unknown) => {
        throw authError(error, 'impersonated_service_account', target)
      },
    )
    const token = textOf(granted, 'accessToken')
    const expiresInS = (Date.parse(textOf(granted, 'expireTime') ?? '') - Date.now()) / 1000
    if (token !== undefined && Number.isFinite(expiresInS)) return { token, expiresInS }
    throw new PlantainError(
      'upstream_error',
      `Google gave no access token for ${target}. Try again, or check that no proxy answers in its place.`,
      { charged: 'no' },
    )
  })
}

async function grant(
  path: string,
  bearer: string,
  delegates: readonly string[],
  transporter: gaxios.Gaxios,
): Promise<JsonObject | undefined> {
  const { data } = await transporter.request<unknown>({
    method: 'POST',
    url: `https://iamcredentials.googleapis.com/v1/${path}`,
    headers: { authorization: `Bearer ${bearer}` },
    data: { delegates, scope: [CLOUD_PLATFORM_SCOPE], lifetime: `${IMPERSONATION_LIFETIME_S}s` },
    responseType: 'json',
  })
  return isJsonObject(data) ? data : undefined
}

/** The library's keeping and renewing around a way to mint tokens. */
function renewing(mint: () => Promise<MintedToken>): () => Promise<string> {
  const client = new OAuth2Client({ useAuthRequestParameters: false })
  client.refreshHandler = async () => {
    const { token, expiresInS } = await mint()
    // The library compares with the system's clock, so a passed-in one would not do.
    return { access_token: token, expiry_date: Date.now() + expiresInS * 1000 }
  }
  return async () => (await client.getAccessToken()).token ?? ''
}
