import { getCompileCacheDir } from 'node:module'
import type { Provider, TargetLimits } from '../contract/provider.ts'
import { ASPECT_RATIOS, heldImage, IMAGE_SIZES } from '../contract/request.ts'
import { LOCAL_EDIT_TASK, LOCAL_WARM_TASK, type LocalAnswer, type LocalEdit } from '../engine/local-edit.ts'
import type { ImageLimits } from '../image/limits.ts'
import type { Pool } from '../image/pool.ts'
import { IMAGE_TYPES } from '../image/sniff.ts'
import { unbilled } from './unbilled.ts'

const LIMITS: TargetLimits = {
  imageTypes: IMAGE_TYPES,
  maxImageBytes: Infinity,
  maxRequestBytes: Infinity,
  maxImages: 2,
  aspectRatios: ASPECT_RATIOS,
  imageSizes: IMAGE_SIZES,
  mask: true,
  converses: false,
  keepsFrame: true,
}

/** The offline engine as a target: free, on this machine, in a worker. */
export function createLocalProvider({
  pool,
  imageLimits,
}: {
  pool: Pool
  imageLimits: ImageLimits
}): Provider {
  return {
    kind: 'local',
    target: 'local',
    dialect: null,
    limits: () => LIMITS,
    send: async ({ memory: _memory, ...request }, sending) => {
      const task: LocalEdit = { request, imageLimits }
      const answer = await unbilled(sending, LATE, (signal) =>
        pool.run<LocalAnswer>(LOCAL_EDIT_TASK, task, { signal }),
      )
      if ('code' in answer) return { kind: 'fault', fault: answer }
      if (answer.kind === 'fault') return answer
      const { bytes, mimeType } = answer.image
      return { ...answer, image: { ...heldImage(bytes), mimeType } }
    },
  }
}

const LATE =
  'The local engine was not done within timeouts.totalMs. Allow more, or send a smaller image: this machine is slow or busy.'

/** Starts a worker while the photo is still being read. */
export function warmUp(pool: Pool): void {
  // Whatever fails here fails again, and is reported, in the edit itself.
  pool.run(LOCAL_WARM_TASK, getCompileCacheDir(), { signal: new AbortController().signal }).catch(() => {})
}
