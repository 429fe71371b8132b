/** Bounds that hold before a picture is decoded. */
export interface ImageLimits {
  readonly maxBytes: number
  /** Width × height of one frame. */
  readonly maxPixels: number
  readonly decodeTimeoutSeconds: number
}

/**
 * 50 MP covers every phone and full-frame camera and keeps a decoded picture below 200 MB;
 * 100 MB is what AI Studio takes as a whole request, so more could be sent nowhere.
 */
export const DEFAULT_IMAGE_LIMITS: ImageLimits = {
  maxBytes: 100_000_000,
  maxPixels: 50_000_000,
  decodeTimeoutSeconds: 20,
}
