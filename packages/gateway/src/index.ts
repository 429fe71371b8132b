import { type Config, readConfig, sameConfig } from './config/config.ts'
import { environment } from './config/environment.ts'
import { EditFailed } from './contract/edit-failed.ts'
import type { ProviderKind } from './contract/provider.ts'
import type { EditRequest, OutputOptions } from './contract/request.ts'
import type { ResultDocument } from './contract/result.ts'
import { toDocument } from './edit/document.ts'
import { createPlantain, type Plantain } from './main.ts'
import { readImageText } from './wire/image-text.ts'

export { EditFailed } from './contract/edit-failed.ts'
export { ERRORS, type ErrorCode, type Fault, PlantainError } from './contract/error.ts'
export { OUTCOMES, type Charged, type Outcome } from './contract/outcome.ts'
export type { Attempt } from './contract/attempt.ts'
export type { ProviderKind } from './contract/provider.ts'
export type { AspectRatio, ImageSize, OutputOptions, OutputType } from './contract/request.ts'
export type { Checks, Notice, ResultDocument as Result, Usage } from './contract/result.ts'

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
  readonly output?: OutputOptions
  /** `any` also resolves with an image that failed a check. */
  readonly accept?: 'edited' | 'any'
  readonly seed?: number
  /** Let a result of the very same question, made in this process, answer. */
  readonly cache?: boolean
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

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
  const { provider, references = [], mask, signal, ...wishes } = options
  const config = readConfig(environment(), provider ? { provider } : {})
  const request: EditRequest = {
    ...wishes,
    input: [
      { kind: 'text', text: instruction },
      ...[image, ...references].map((picture) => ({ kind: 'image' as const, bytes: bytesOf(picture) })),
    ],
    ...(mask !== undefined && { mask: bytesOf(mask) }),
  }
  const plantain = await shared(config)
  const result = toDocument(await plantain.edit(request, signal ?? new AbortController().signal))
  const accepted = result.outcome === 'edited' || (options.accept === 'any' && result.images.length > 0)
  if (!accepted) throw new EditFailed(result)
  return result
}

function bytesOf(image: ImageInput): Uint8Array {
  return typeof image === 'string' ? readImageText(image) : image
}

/** Kept between calls, so that the engine stays warm; it never keeps Node alive. The newest is the likeliest. */
const instances: { readonly config: Config; readonly plantain: Promise<Plantain> }[] = []
const MAX_INSTANCES = 4

function shared(config: Config): Promise<Plantain> {
  const known = instances.find((instance) => sameConfig(instance.config, config))
  if (known) return known.plantain
  const plantain = createPlantain(config)
  instances.unshift({ config, plantain })
  for (const { plantain: old } of instances.splice(MAX_INSTANCES)) void old.then(({ close }) => close())
  return plantain
}
