import type { Surface } from './model.ts'

export interface SurfaceLimits {
  /** One image inside the request, encoded, before base64. `null`: only the request as a whole is limited. */
  readonly maxInlineImageBytes: number | null
  /** One image referred to from where Google stores files: the Files API, or Cloud Storage. */
  readonly maxStoredImageBytes: number
  /** The whole request, base64 included. */
  readonly maxRequestBytes: number
}

/**
 * How much each surface takes, whatever the model. Google writes MB; the decimal reading is the smaller and so the safe one.
 * AI Studio: 100 MB a request since 2026-01 and 2 GB a stored file (ai.google.dev changelog and Files API pages).
 * Vertex AI: 7 MB an inline file, 30 MB a file in Cloud Storage, 500 MB a request (model cards of Gemini 3.x image).
 */
export const SURFACE_LIMITS: Readonly<Record<Surface, SurfaceLimits>> = {
  'ai-studio': {
    maxInlineImageBytes: null,
    maxStoredImageBytes: 2_000_000_000,
    maxRequestBytes: 100_000_000,
  },
  vertex: { maxInlineImageBytes: 7_000_000, maxStoredImageBytes: 30_000_000, maxRequestBytes: 500_000_000 },
}
