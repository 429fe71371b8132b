import {
  type AuthClient,
  AwsClient,
  type AwsClientOptions,
  type BaseExternalAccountClient,
  ExternalAccountAuthorizedUserClient,
  type ExternalAccountAuthorizedUserClientOptions,
  type gaxios,
  IdentityPoolClient,
  type IdentityPoolClientOptions,
  JWT,
  PluggableAuthClient,
  type PluggableAuthClientOptions,
  UserRefreshClient,
} from 'google-auth-library'
import { PlantainError } from '../contract/error.ts'
import { CREDENTIAL_KINDS, type CredentialKind } from './auth-fault.ts'
import { isJsonObject, type JsonObject } from '../contract/json-object.ts'
import { textOf } from './json-object.ts'

export const CLOUD_PLATFORM_SCOPE = 'https://www.googleapis.com/auth/cloud-platform'

/** How the library's clients are made to speak. */
export interface Plumbing {
  readonly transporter: gaxios.Gaxios
  /** Off: the library's interceptors log answers, tokens included, when its debug variable is set. */
  readonly useAuthRequestParameters: false
}

type Options = JsonObject & Plumbing
type DirectKind = Exclude<CredentialKind, 'impersonated_service_account'>
type Maker = (document: JsonObject, from: string, plumbing: Plumbing) => AuthClient

/**
 * The library's client for a credential document, by its own constructors: its `fromJSON` warns on the console.
 * @throws PlantainError `credential_invalid` where the document lacks something.
 */
export function authClient(
  document: JsonObject,
  kind: DirectKind,
  from: string,
  plumbing: Plumbing,
): AuthClient {
  return MAKERS[kind](document, from, plumbing)
}

const MAKERS: Readonly<Record<DirectKind, Maker>> = {
  service_account: (document, from, plumbing) =>
    new JWT({
      email: need(document, 'client_email', from),
      key: need(document, 'private_key', from),
      scopes: [CLOUD_PLATFORM_SCOPE],
      ...plumbing,
    }),
  authorized_user: (document, from, plumbing) =>
    new UserRefreshClient({
      clientId: need(document, 'client_id', from),
      clientSecret: need(document, 'client_secret', from),
      refreshToken: need(document, 'refresh_token', from),
      ...plumbing,
    }),
  external_account: externalClient,
  external_account_authorized_user: (document, from, plumbing) => {
    const options = { ...document, ...plumbing }
    if (isExternalUser(options)) return new ExternalAccountAuthorizedUserClient(options)
    throw lacking('refresh_token', from)
  },
}

function externalClient(document: JsonObject, from: string, plumbing: Plumbing): AuthClient {
  need(document, 'audience', from)
  need(document, 'subject_token_type', from)
  const options = { ...document, ...plumbing }
  if (hasSource(options, 'certificate')) {
    throw new PlantainError(
      'credential_invalid',
      `The credential in ${from} needs a client certificate, which Plantain cannot use. Use a file or URL source.`,
    )
  }
  return onTransporter(externalClientOf(options, from), plumbing)
}

function externalClientOf(options: Options, from: string): BaseExternalAccountClient {
  try {
    if (isAws(options)) return new AwsClient(options)
    if (isProgram(options)) return new PluggableAuthClient(options)
    if (isFileOrUrl(options)) return new IdentityPoolClient(options)
  } catch {
    // The constructors check what else the source must hold; their words add nothing to those below.
  }
  throw lacking('credential_source', from)
}

/** The library gives the exchange of tokens a transport of its own, whatever it is told: that one is replaced. */
function onTransporter(client: BaseExternalAccountClient, { transporter }: Plumbing): AuthClient {
  const exchange: unknown = Reflect.get(client, 'stsCredential')
  if (typeof exchange !== 'object' || exchange === null || !Reflect.has(exchange, 'transporter')) {
    throw new TypeError(
      'google-auth-library no longer keeps its token exchange where it can be given our dialer',
    )
  }
  Reflect.set(exchange, 'transporter', transporter)
  return client
}

function isAws(options: Options): options is Options & AwsClientOptions {
  return hasSource(options, 'environment_id')
}

function isProgram(options: Options): options is Options & PluggableAuthClientOptions {
  return hasSource(options, 'executable')
}

function isFileOrUrl(options: Options): options is Options & IdentityPoolClientOptions {
  return hasSource(options, 'file') || hasSource(options, 'url')
}

function hasSource(options: Options, name: string): boolean {
  const source = options['credential_source']
  return isJsonObject(source) && name in source
}

function isExternalUser(options: Options): options is Options & ExternalAccountAuthorizedUserClientOptions {
  return ['client_id', 'client_secret', 'refresh_token', 'token_url'].every(
    (name) => textOf(options, name) !== undefined,
  )
}

/** The kind a document names. */
export function kindOf(document: JsonObject, from: string): CredentialKind {
  const kind = CREDENTIAL_KINDS.find((known) => known === document['type'])
  if (kind !== undefined) return kind
  throw new PlantainError(
    'credential_invalid',
    `The credential in ${from} is of no kind that Plantain knows. Use one of: ${CREDENTIAL_KINDS.join(', ')}.`,
  )
}

function need(document: JsonObject, name: string, from: string): string {
  const value = textOf(document, name)
  if (value !== undefined) return value
  throw lacking(name, from)
}

export function lacking(name: string, from: string): PlantainError {
  return new PlantainError(
    'credential_invalid',
    `The credential in ${from} lacks a usable “${name}”. Download or create the credential file again.`,
  )
}
