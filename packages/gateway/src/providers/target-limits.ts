import type { TargetLimits } from '../contract/provider.ts'
import type { Surface } from '../models/model.ts'
import { ratiosOf } from '../models/pixels.ts'
import { TEN_RATIOS } from '../models/ratio-sets.ts'
import { findModel } from '../models/registry.ts'
import { SURFACE_LIMITS } from '../models/surface-limits.ts'

/** Room in a request for everything that is not an image. */
const JSON_BYTES = 1_000_000
/** What a model that the registry does not know is taken to offer: what every image model so far does. */
const USUAL_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const
/** The most that any of Google's models takes: an unknown one may judge for itself. */
const MOST_IMAGES = 14

/** What a Google surface takes of a model. Neither has a field for a mask. */
export function targetLimits(surface: Surface, modelId: string): TargetLimits {
  const model = findModel(modelId)
  const { maxInlineImageBytes, maxRequestBytes } = SURFACE_LIMITS[surface]
  return {
    imageTypes: model?.inputTypes?.filter((type) => type.startsWith('image/')) ?? USUAL_TYPES,
    maxImageBytes: maxInlineImageBytes ?? Math.floor(((maxRequestBytes - JSON_BYTES) * 3) / 4),
    maxRequestBytes,
    maxImages: model?.maxInputImages ?? MOST_IMAGES,
    aspectRatios: model?.aspectRatios ? ratiosOf(model, surface) : TEN_RATIOS,
    imageSizes: model?.imageSizes ?? [],
    mask: false,
    converses: true,
    keepsFrame: false,
  }
}
