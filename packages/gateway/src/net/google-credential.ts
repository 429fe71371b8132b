import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlantainError } from '../contract/error.ts'
import type { Secret } from '../contract/secret.ts'
import type { JsonObject } from '../contract/json-object.ts'
import { parseJsonObject } from './json-object.ts'

/** Environment variables, as the composition root read them. */
export type Env = Readonly<Record<string, string | undefined>>

export type CredentialSource =
  /** Application Default Credentials: the variable, gcloud's file, the metadata server. */
  | { readonly kind: 'adc'; readonly env: Env }
  | { readonly kind: 'file'; readonly path: string }
  /** The text of a credential file. */
  | { readonly kind: 'json'; readonly json: Secret }

export type FoundCredential =
  | { readonly kind: 'document'; readonly document: JsonObject; readonly from: string }
  | { readonly kind: 'metadata'; readonly env: Env }

/**
 * Finds the credential in Google's order (google-auth-library 11.3.4), without its side effects: it would
 * start `gcloud` to learn a project and ask the metadata server outside our dialer.
 */
export async function findCredential(source: CredentialSource): Promise<FoundCredential> {
  if (source.kind === 'json') return parsed(source.json.reveal(), 'the configured credential')
  if (source.kind === 'file') return parsed(await readNamed(source.path, 'The configuration'), source.path)
  return findDefault(source.env)
}

async function findDefault(env: Env): Promise<FoundCredential> {
  const named = env['GOOGLE_APPLICATION_CREDENTIALS']
  if (named !== undefined && named !== '') {
    return parsed(await readNamed(named, 'GOOGLE_APPLICATION_CREDENTIALS'), named)
  }
  const wellKnown = gcloudFile(env)
  const text = wellKnown === undefined ? undefined : await readIfThere(wellKnown)
  if (wellKnown !== undefined && text !== undefined) return parsed(text, wellKnown)
  return { kind: 'metadata', env }
}

function gcloudFile(env: Env): string | undefined {
  const { CLOUDSDK_CONFIG, APPDATA, HOME } = env
  const folder =
    CLOUDSDK_CONFIG || (APPDATA ? join(APPDATA, 'gcloud') : HOME ? join(HOME, '.config', 'gcloud') : '')
  return folder === '' ? undefined : join(folder, 'application_default_credentials.json')
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw unreadable(path)
  }
}

async function readNamed(path: string, namedBy: string): Promise<string> {
  const text = await readIfThere(path)
  if (text !== undefined) return text
  throw new PlantainError(
    'credential_missing',
    `${namedBy} names the credential file ${path}, which is not there. Correct the path, or create the file.`,
  )
}

function parsed(text: string, from: string): FoundCredential {
  const document = parseJsonObject(text)
  if (document !== undefined) return { kind: 'document', document, from }
  throw new PlantainError(
    'credential_invalid',
    `The credential in ${from} is not a JSON object. Download or create the credential file again.`,
  )
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

function unreadable(path: string): PlantainError {
  return new PlantainError(
    'credential_invalid',
    `The credential file ${path} cannot be read. Check that it is a file and that this user may read it.`,
  )
}
