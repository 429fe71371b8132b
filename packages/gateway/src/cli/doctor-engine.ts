import sharp from 'sharp'
import { readConfig } from '../config/config.ts'
import { PlantainError } from '../contract/error.ts'
import { heldImage } from '../contract/request.ts'
import { createPlantain, type Plantain } from '../main.ts'
import { realSystem } from '../system.ts'
import type { Finding } from './finding.ts'
import { secondsText } from './result-line.ts'

const TOPIC = 'local engine'
const { clock } = realSystem

/** Edits two small pictures for real: one by pixels alone, one through the segmentation network. */
export async function engineFindings(signal: AbortSignal): Promise<readonly Finding[]> {
  const plantain = await createPlantain(readConfig({}, { provider: 'local' }))
  try {
    const photo = await discOnGrey()
    return [
      await tried(plantain, {
        photo,
        instruction: 'make it black and white',
        what: 'Colour edits work',
        signal,
      }),
      await tried(plantain, {
        photo,
        instruction: 'make the background white',
        what: 'Background edits work',
        signal,
      }),
    ]
  } finally {
    await plantain.close()
  }
}

/** An orange disc before grey: a subject nobody can miss. */
function discOnGrey(): Promise<Uint8Array> {
  const drawing = `<svg width="256" height="192"><rect width="256" height="192" fill="#8a94a0"/><circle cx="128" cy="100" r="56" fill="#e8742a"/></svg>`
  return sharp(Buffer.from(drawing)).png().toBuffer()
}

async function tried(
  plantain: Plantain,
  {
    photo,
    instruction,
    what,
    signal,
  }: { photo: Uint8Array; instruction: string; what: string; signal: AbortSignal },
): Promise<Finding> {
  const begunMs = clock.monotonicMs()
  const input = [
    { kind: 'text' as const, text: instruction },
    { kind: 'image' as const, image: heldImage(photo) },
  ]
  const { outcome, error } = await plantain.edit({ input }, signal)
  if (error?.code === 'cancelled') throw new PlantainError('cancelled', 'Cancelled.')
  const took = secondsText(clock.monotonicMs() - begunMs)
  // Finding no subject takes the same network and shows that it runs.
  if (outcome === 'edited' || error?.code === 'no_subject') {
    return { topic: TOPIC, mark: 'ok', text: `${what} (a small picture took ${took}, start included).` }
  }
  return {
    topic: TOPIC,
    mark: 'fail',
    text: `“${instruction}” failed on a test picture: ${error?.message ?? outcome}`,
    remedy: 'Install Plantain again (npm ci in a checkout), and report it if that does not help.',
    code: error?.code ?? 'internal',
  }
}
