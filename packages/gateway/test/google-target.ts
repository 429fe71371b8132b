import { inspect } from 'node:util'
import { expect } from 'vitest'
import type { Answer, Provider, ProviderRequest } from '../src/contract/provider.ts'
import { createDialer, type Dialer } from '../src/net/dial.ts'
import { realSystem } from '../src/system.ts'
import { type Play, type ScriptedServer, type Seen, startScriptedServer } from './scripted-server.ts'

/** What no answer, however it fails, may show. */
export const INSTRUCTION = 'Paint the canary-instruction in red velvet'

const photo = Uint8Array.from({ length: 40_000 }, (_, index) => (index * 31) % 251)

export const EDIT: ProviderRequest = {
  model: 'gemini-nano-banana-2.1',
  input: [
    { kind: 'image', bytes: photo, mimeType: 'image/jpeg', width: 10, height: 10 },
    { kind: 'text', text: INSTRUCTION },
  ],
  aspectRatio: '16:9',
  imageSize: '2K',
  mimeType: 'image/png',
  seed: 7,
}

export const IMAGE_BYTES = Buffer.from('pretend this is a JPEG')
export const EDITED: Play = {
  json: {
    candidates: [
      {
        content: {
          role: 'model',
          parts: [
            { text: 'Done.' },
            { inlineData: { mimeType: 'image/jpeg', data: IMAGE_BYTES.toString('base64') } },
          ],
        },
        finishReason: 'STOP',
      },
    ],
    usageMetadata: {
      promptTokenCount: 1000,
      candidatesTokenCount: 1120,
      totalTokenCount: 2120,
      promptTokensDetails: [{ modality: 'IMAGE', tokenCount: 900 }],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
    },
    modelVersion: 'gemini-nano-banana-2.1',
  },
}

export interface Scripted {
  readonly server: ScriptedServer
  readonly dialer: Dialer
  readonly clock: typeof realSystem.clock
  close(): Promise<void>
}

export async function scripted(script: Play | ((seen: Seen, index: number) => Play)): Promise<Scripted> {
  const server = await startScriptedServer((seen, index) =>
    typeof script === 'function' ? script(seen, index) : script,
  )
  const dialer = createDialer({ maxAnswerBytes: 100_000 })
  return {
    server,
    dialer,
    clock: realSystem.clock,
    close: async () => {
      await server.close()
      await dialer.close()
    },
  }
}

export function send(provider: Provider, request: ProviderRequest = EDIT): Promise<Answer> {
  return provider.send(request, { signal: AbortSignal.timeout(10_000) })
}

/** Looks for canaries everywhere a value may show itself. */
export function expectNoSecrets(value: unknown, canaries: readonly string[]): void {
  const error = value instanceof Error ? [value.message, value.stack ?? '', inspect(value.cause)] : []
  const shown = [...error, JSON.stringify(value), inspect(value, { depth: 9, showHidden: true })].join('\n')
  for (const canary of canaries) expect(shown).not.toContain(canary)
}
