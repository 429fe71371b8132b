import { PlantainError } from '../contract/error.ts'
import type { Config } from '../config/config.ts'
import { findCredential } from '../net/google-credential.ts'
import type { Finding } from './finding.ts'
import type { Terminal } from './terminal.ts'

const TOPIC = 'credentials'
const KEY_VARIABLES = ['GOOGLE_API_KEY', 'GEMINI_API_KEY'] as const

/** Which credentials are there and of what kind; never a value. Nothing is dialed. */
export async function credentialFindings(config: Config, env: Terminal['env']): Promise<readonly Finding[]> {
  return [...keyFindings(config, env), ...(await defaultCredentialFindings(config))]
}

function keyFindings({ aiStudio }: Config, env: Terminal['env']): readonly Finding[] {
  const set = KEY_VARIABLES.filter((name) => env[name]?.trim())
  if (set.length === 0) {
    return [
      {
        topic: TOPIC,
        mark: 'note',
        text: 'No API key: neither GEMINI_API_KEY nor GOOGLE_API_KEY is set.',
        remedy:
          "For Google's models: make a key at https://aistudio.google.com/apikey and set GEMINI_API_KEY to it.",
      },
    ]
  }
  const found = set.map((name) => keyFinding(name, env[name] ?? ''))
  if (set.length === 1) return found
  const text = `Both key variables are set; ${aiStudio.keyFrom} is used, as in Google's own libraries.`
  return [...found, { topic: TOPIC, mark: 'note', text }]
}

/** Judges a key by its looks alone; what Google says of it is another matter. */
function keyFinding(name: string, value: string): Finding {
  const key = value.trim()
  if (!/^[\x21-\x7e]+$/.test(key)) {
    return {
      topic: TOPIC,
      mark: 'fail',
      text: `${name} holds a space or a character that no key has.`,
      remedy: 'Copy the key again, alone and on one line.',
    }
  }
  if (/^AIza[\w-]{35}$/.test(key)) {
    return {
      topic: TOPIC,
      mark: 'ok',
      text: `${name} is set: a standard key (AIza…). Google has announced that it will refuse these; AI Studio now gives AQ.… keys.`,
    }
  }
  if (/^AQ\.[\w.~+/=-]{10,}$/.test(key)) {
    return {
      topic: TOPIC,
      mark: 'ok',
      text: `${name} is set: an auth key (AQ.…), bound to a service account.`,
    }
  }
  const looks = key.startsWith('AIza')
    ? `begins like a standard key (AIza…) but has ${key.length} characters instead of 39`
    : key.startsWith('ya29.')
      ? 'is an access token (ya29.…), not an API key'
      : 'looks like no Google key (those begin with AIza or AQ.)'
  return {
    topic: TOPIC,
    mark: 'warn',
    text: `${name} ${looks}.`,
    remedy: 'Copy the key again from https://aistudio.google.com/apikey.',
  }
}

async function defaultCredentialFindings({ provider, vertex }: Config): Promise<readonly Finding[]> {
  const isWanted = provider.kind === 'vertex' && vertex.key === null
  try {
    const found = await findCredential({ kind: 'adc', env: vertex.credentialEnv })
    if (found.kind === 'metadata') {
      if (!isWanted) return []
      const text = 'No credential file of Google Cloud; the metadata server of the machine will be asked.'
      return [{ topic: TOPIC, mark: 'note', text }]
    }
    const type = typeof found.document['type'] === 'string' ? found.document['type'] : 'of unknown type'
    const use = isWanted ? '' : ' Not used: only --provider vertex or GOOGLE_GENAI_USE_VERTEXAI chooses it.'
    return [
      {
        topic: TOPIC,
        mark: isWanted ? 'ok' : 'note',
        text: `Application Default Credentials: ${KINDS[type] ?? type}, in ${found.from}.${use}`,
      },
    ]
  } catch (thrown) {
    if (!PlantainError.is(thrown)) throw thrown
    return [{ topic: TOPIC, mark: isWanted ? 'fail' : 'warn', text: thrown.message, code: thrown.code }]
  }
}

const KINDS: Readonly<Record<string, string>> = {
  authorized_user: "a user's login (gcloud)",
  service_account: 'a service account key',
  external_account: 'workload identity federation',
  impersonated_service_account: 'an impersonated service account',
}
