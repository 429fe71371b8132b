import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect } from 'vitest'
import type { EmulatorState } from '../../src/emulator/emulation.ts'
import { type EmulatorProcess, startEmulatorProcess } from '../emulator-process.ts'
import { type GatewayProcess, startGatewayProcess } from '../gateway-process.ts'
import { ROOT } from './run-block.ts'

const GOOGLE_KEY = 'a-key-for-google'

/** What pages take for granted: a gateway with the emulator behind it, and a photo. */
export interface Stage {
  readonly url: string
  readonly photo: string
  /** What Google got of the last edit: this very photo, for the living model, with the operator's key and no other. */
  expectAsked(): Promise<void>
  stop(): Promise<void>
}

/** The emulator answers one plain picture at once, and knows what it was sent. */
export async function startStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'plantain-pages-'))
  const photo = join(folder, 'photo.jpg')
  await sharp(join(ROOT, 'examples/photos/astronaut.png')).resize(320, 320).jpeg().toFile(photo)
  const google = await startEmulatorProcess({ args: ['--canned'] })
  const gateway = await gatewayAsWritten(google)
  return {
    url: gateway.url,
    photo,
    expectAsked: async () => {
      const state = await fetch(`http://127.0.0.1:${google.port}/emulator/state`)
      const { calls }: EmulatorState = JSON.parse(await state.text())
      expect(calls.at(-1)).toMatchObject({
        model: 'gemini-nano-banana-2.1',
        images: [{ sha256: sha256(await readFile(photo)), mimeType: 'image/jpeg' }],
        credential: { fingerprint: sha256(GOOGLE_KEY).slice(0, 12) },
        imagesBilled: 1,
      })
    },
    stop: async () => {
      expect(await gateway.stop()).toBe(0)
      await google.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** As docs/from-the-tutorial.md starts it, but for the ports. */
export function gatewayAsWritten({ port }: EmulatorProcess): Promise<GatewayProcess> {
  const env = { GEMINI_API_KEY: GOOGLE_KEY, GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${port}` }
  return startGatewayProcess({ env })
}

function sha256(of: string | Uint8Array): string {
  return createHash('sha256').update(of).digest('hex')
}
