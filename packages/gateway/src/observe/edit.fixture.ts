import { newId } from '../contract/id.ts'
import type { EditResult } from '../contract/result.ts'
import type { System } from '../contract/system.ts'

/** An edit that took two attempts: the first met an overloaded provider, the second cost 3.9 cents. */
export function editedResult(system: System, changes: Partial<EditResult> = {}): EditResult {
  const model = 'gemini-nano-banana-2.1'
  const attempt = (
    status: number,
    rest: Pick<EditResult['attempts'][number], 'code' | 'charged' | 'costMicroUsd' | 'ms'>,
  ) => ({
    id: newId('att', system),
    target: 'vertex:global',
    model,
    status,
    ...rest,
  })
  return {
    id: newId('edit', system),
    outcome: 'edited',
    error: null,
    model,
    requestedModel: 'nano-banana',
    target: 'vertex:global',
    degraded: false,
    missing: [],
    images: [
      {
        bytes: new Uint8Array(1000),
        byteLength: 1000,
        mimeType: 'image/png',
        width: 64,
        height: 48,
        sha256: 'f0e1d2c3b4a5968778695a4b3c2d1e0f',
      },
    ],
    sources: [],
    text: 'The private words of the model.',
    checks: { changed: true, ratio: null, size: null, preserved: null, label: true, drift: 0.1 },
    attempts: [
      attempt(503, { code: 'upstream_overloaded', charged: 'no', costMicroUsd: 0, ms: 120 }),
      attempt(200, { code: null, charged: 'yes', costMicroUsd: 39_000, ms: 8000 }),
    ],
    charged: 'yes',
    costMicroUsd: 39_000,
    usage: {
      inputTextTokens: 9,
      inputImageTokens: 258,
      outputTextTokens: 3,
      outputImageTokens: 1290,
      thoughtTokens: 40,
      totalTokens: 1600,
    },
    notices: [{ code: 'model_alias', text: 'Private remark.' }],
    ...changes,
  }
}
