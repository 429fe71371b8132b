import { createHash } from 'node:crypto'
import { newId } from '../src/contract/id.ts'
import type { EditResult } from '../src/contract/result.ts'
import { realSystem } from '../src/system.ts'

/** A result as an edit comes to it, with these bytes as its images. */
export function resultOf({
  images,
  ...said
}: Partial<Omit<EditResult, 'images'>> & { readonly images: readonly Uint8Array[] }): EditResult {
  return {
    id: newId('edit', realSystem),
    outcome: images.length > 0 ? 'edited' : 'no_image',
    error: null,
    model: 'gemini-nano-banana-2.1',
    requestedModel: 'nano-banana',
    target: 'ai-studio',
    degraded: false,
    missing: [],
    images: images.map((bytes, index) => ({
      bytes,
      byteLength: bytes.byteLength,
      mimeType: 'image/png',
      width: 10 + index,
      height: 10,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
    text: 'Here “it” is.\n',
    checks: { changed: true, ratio: null, size: null, preserved: null, label: true, drift: 0.1 },
    attempts: [],
    charged: 'yes',
    costMicroUsd: 33_600,
    usage: null,
    notices: [{ code: 'model_alias', text: 'nano-banana is gemini-nano-banana-2.1.' }],
    sources: [],
    ...said,
  }
}
