import { subscribe } from 'node:diagnostics_channel'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest'
import type { RunningEmulator } from '../../src/emulator/options.ts'

/** What of the tester's own surroundings would send an SDK elsewhere, or sign it in as somebody. */
const SURROUNDINGS = [
  'GEMINI_API_KEY',
  'GOOGLE_API_KEY',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_CLOUD_LOCATION',
  'GOOGLE_CLOUD_PROJECT',
  'GOOGLE_CLOUD_QUOTA_PROJECT',
  'GOOGLE_GEMINI_BASE_URL',
  'GOOGLE_GENAI_API_VERSION',
  'GOOGLE_GENAI_USE_ENTERPRISE',
  'GOOGLE_GENAI_USE_VERTEXAI',
  'GOOGLE_GENERATIVE_AI_API_KEY',
  'GOOGLE_VERTEX_API_KEY',
  'GOOGLE_VERTEX_BASE_URL',
  'GOOGLE_VERTEX_LOCATION',
  'GOOGLE_VERTEX_PROJECT',
]

/** Nobody is signed in during the tests of a file, and none of them may ask any host but this machine. */
export function stayHome(): void {
  const hosts = new Set<string>()
  // What Node's fetch and undici publish, and what node:http does: whatever an SDK asks with.
  subscribe('undici:request:create', (message) => {
    const { request } = message as { readonly request: { readonly origin: string } }
    hosts.add(new URL(request.origin).hostname)
  })
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { readonly request: { readonly host: string } }
    hosts.add(request.host)
  })
  beforeEach(() => {
    // SDKs remark on every answer that has a picture, and on what is deprecated.
    vi.spyOn(console, 'warn').mockReturnValue()
    for (const name of SURROUNDINGS) vi.stubEnv(name, undefined)
    // Where no gcloud ever signed in: there is no such directory.
    vi.stubEnv('CLOUDSDK_CONFIG', join(tmpdir(), 'plantain-nobody'))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })
  afterAll(() => {
    expect([...hosts]).toEqual(['127.0.0.1'])
  })
}

/** Application Default Credentials are those of the emulator's metadata server, as on a machine of Google's. */
export function onGoogleCloud({ port }: RunningEmulator): void {
  vi.stubEnv('GCE_METADATA_HOST', `127.0.0.1:${port}`)
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', PROJECT)
}

export const PROJECT = 'emulated-project'
