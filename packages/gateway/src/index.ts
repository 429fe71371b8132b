import { z } from 'zod'
import { type Config, readConfig, sameConfig } from './config/config.ts'
import { environment } from './config/environment.ts'
import { EditFailed } from './contract/edit-failed.ts'
import { PlantainError } from './contract/error.ts'
import { PROVIDER_KINDS, type ProviderKind } from './contract/provider.ts'
import {
  ASPECT_RATIOS,
  type EditRequest,
  heldImage,
  IMAGE_SIZES,
  MAX_COUNT,
  MAX_TIMEOUT_MS,
  OUTPUT_TYPES,
  type OutputOptions,
  type Preserve,
  PRESERVES,
} from './contract/request.ts'
import type { EditResult, ResultDocument } from './contract/result.ts'
import { toDocument } from './edit/document.ts'
import { refusedEdit } from './edit/refused.ts'
import { memoryLedger } from './ledger/ledger.ts'
import { createPlantain, type Plantain } from './main.ts'
import { realSystem } from './system.ts'
import { readImageText } from './wire/image-text.ts'

export { EditFailed } from './contract/edit-failed.ts'
export { ERRORS, type ErrorCode, type Fault, PlantainError } from './contract/error.ts'
export { OUTCOMES, type Charged, type Outcome } from './contract/outcome.ts'
export type { Attempt } from './contract/attempt.ts'
export type { ProviderKind } from './contract/provider.ts'
export type { AspectRatio, ImageSize, OutputOptions, OutputType, Preserve } from './contract/request.ts'
export type { Checks, MissingResult, Notice, ResultDocument as Result, Usage } from './contract/result.ts'

/** An image as bytes, or as text the way integration tutorials have it: base64 or a data URL. */
export type ImageInput = string | Uint8Array

export interface EditOptions {
  /** Where to send it. Without it: Google where a key is set in the environment, else the local engine. */
  readonly provider?: ProviderKind
  /** A model id or alias. */
  readonly model?: string
  /** Further pictures the instruction speaks of, in order. */
  readonly references?: readonly ImageInput[]
  /** Of the image's size: white, or transparent where alpha varies, is what to edit. */
  readonly mask?: ImageInput
  /** `unmasked`, which a mask means unless told: what lies outside it comes back pixel for pixel. */
  readonly preserve?: Preserve
  /** How many results, 1 to 10, each an edit of its own under one id and one bill; those that did not come are in `missing`. */
  readonly count?: number
  readonly output?: OutputOptions
  /** `any` also resolves with an image that failed a check. */
  readonly accept?: 'edited' | 'any'
  readonly seed?: number
  /** Let a result of the very same question, made in this process, answer. */
  readonly cache?: boolean
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** Plain JavaScript calls this too, with options out of somebody's JSON: what is wrong is said, not stumbled over. */
const Wishes = z.object({
  provider: z.enum(PROVIDER_KINDS).exactOptional(),
  model: z.string().min(1).exactOptional(),
  output: z
    .object({
      aspectRatio: z.enum([...ASPECT_RATIOS, 'match']).exactOptional(),
      imageSize: z.enum(IMAGE_SIZES).exactOptional(),
      mimeType: z.enum(OUTPUT_TYPES).exactOptional(),
      quality: z.int().min(1).max(100).exactOptional(),
    })
    .exactOptional(),
  preserve: z.enum(PRESERVES).exactOptional(),
  count: z.int().min(1).max(MAX_COUNT).exactOptional(),
  accept: z.enum(['edited', 'any']).exactOptional(),
  seed: z.int().min(0).max(2_147_483_647).exactOptional(),
  cache: z.boolean().exactOptional(),
  timeoutMs: z.number().positive().max(MAX_TIMEOUT_MS).overwrite(Math.ceil).exactOptional(),
})

/**
 * Edits one image by an instruction in plain English, in this process.
 *
 * Resolves with an edit that really happened; its image is `result.images[0].data`, standard base64.
 * Rejects with `EditFailed` (a `PlantainError`) for every other end: its `code` says why, its `result` holds all that
 * is known, the bill included.
 */
export async function editImage(
  image: ImageInput,
  instruction: string,
  options: EditOptions = {},
): Promise<ResultDocument> {
  const result = toDocument(await attempt(image, instruction, options))
  const accepted = result.outcome === 'edited' || (options.accept === 'any' && result.images.length > 0)
  if (!accepted) throw new EditFailed(result)
  return result
}

async function attempt(image: ImageInput, instruction: string, options: EditOptions): Promise<EditResult> {
  try {
    const { provider } = options
    const plantain = await shared(readConfig(environment(), provider ? { provider } : {}))
    const signal = options.signal ?? new AbortController().signal
    return await plantain.edit(requestOf(image, instruction, options), signal)
  } catch (thrown) {
    if (!PlantainError.is(thrown)) throw thrown
    return refusedEdit(memoryLedger(realSystem), { ...thrown.fault, charged: 'no' })
  }
}

function requestOf(image: ImageInput, instruction: string, options: EditOptions): EditRequest {
  const { references = [], mask, signal: _, ...rest } = options
  // Through JSON, which drops what is undefined: `model: config.model` is no wish where there is none.
  const checked = Wishes.safeParse(JSON.parse(JSON.stringify(rest)))
  if (!checked.success) {
    const mistakes = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new PlantainError('invalid_request', `The options are not usable. ${mistakes.join('; ')}.`)
  }
  if (typeof instruction !== 'string') {
    throw new PlantainError(
      'invalid_request',
      'The instruction is not text: say in words what is to be changed.',
    )
  }
  const { provider: _chosen, ...wishes } = checked.data
  return {
    ...wishes,
    input: [
      { kind: 'text', text: instruction },
      ...[image, ...references].map((picture) => ({
        kind: 'image' as const,
        image: heldImage(bytesOf(picture)),
      })),
    ],
    ...(mask !== undefined && { mask: bytesOf(mask) }),
  }
}

function bytesOf(image: ImageInput): Uint8Array {
  if (typeof image === 'string') return readImageText(image)
  if (image instanceof Uint8Array) return image
  throw new PlantainError(
    'invalid_request',
    'An image is neither bytes (Uint8Array, Buffer) nor text (base64, data URL). To edit a file, read it first.',
  )
}

/** The engine stays warm between calls: there is one, whatever keys come and go. None of this keeps Node alive. */
let local: Promise<Plantain> | undefined
/** Of the configuration used last. An old one is let go: its edits end, its idle connections close by themselves. */
let remote: { readonly config: Config; readonly plantain: Promise<Plantain> } | undefined

function shared(config: Config): Promise<Plantain> {
  if (config.provider.kind === 'local') return (local ??= createPlantain(config))
  if (!remote || !sameConfig(remote.config, config)) remote = { config, plantain: createPlantain(config) }
  return remote.plantain
}
