/** Names people use for an image model, and the id each one meant when it was coined. */
export const ALIASES: ReadonlyMap<string, string> = new Map([
  ['nano-banana', 'gemini-2.5-flash-image'],
  ['nano-banana-1', 'gemini-2.5-flash-image'],
  ['nano-banana-2', 'gemini-3.1-flash-image'],
  ['nano-banana-2-lite', 'gemini-3.1-flash-lite-image'],
  ['nano-banana-lite', 'gemini-3.1-flash-lite-image'],
  ['nano-banana-2.1', 'gemini-nano-banana-2.1'],
  ['gemini-nano-banana', 'gemini-2.5-flash-image'],
  ['nano-banana-pro', 'gemini-3-pro-image'],
  // An id Google itself served beside `gemini-3-pro-image-preview`.
  ['nano-banana-pro-preview', 'gemini-3-pro-image'],
  // Without a version Vertex AI took the newest.
  ['imagegeneration', 'imagegeneration@006'],
])

/**
 * Gemini ids which tutorials put where an image model belongs. They read images and answer text;
 * whether such a request is meant as an edit is not decided here.
 */
export const TEXT_MODELS: ReadonlySet<string> = new Set([
  'gemini-pro',
  'gemini-pro-vision',
  'gemini-1.0-pro',
  'gemini-1.0-pro-vision',
  'gemini-1.5-flash',
  'gemini-1.5-flash-8b',
  'gemini-1.5-flash-latest',
  'gemini-1.5-pro',
  'gemini-1.5-pro-latest',
  'gemini-2.0-flash',
  'gemini-2.0-flash-001',
  // It drew pictures for a while in 2025; requests to it are as often plain text.
  'gemini-2.0-flash-exp',
  'gemini-2.0-flash-lite',
  'gemini-2.0-flash-lite-001',
  'gemini-2.5-flash',
  'gemini-2.5-flash-lite',
  'gemini-2.5-pro',
  'gemini-3-flash-preview',
  'gemini-3-pro-preview',
  'gemini-3.1-flash-lite',
  'gemini-3.1-flash-lite-preview',
  'gemini-3.1-pro-preview',
  'gemini-3.5-flash',
  'gemini-3.5-flash-lite',
  'gemini-3.6-flash',
  'gemini-3.7-flash',
  'gemini-3.8-flash',
  'gemini-flash-latest',
  'gemini-flash-lite-latest',
  'gemini-pro-latest',
])

/** What clients write before an id: the resource names of both surfaces, and the maker's name as routers have it. */
const RESOURCE = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/google\/)?models\/|^google\//

/** The bare lower-case name: `Models/Gemini-2.5-Flash-Image`, `Nano Banana 2` and `nano_banana_2` find their entry. */
export function bareName(asked: string): string {
  return asked
    .trim()
    .toLowerCase()
    .replace(RESOURCE, '')
    .replace(/[\s_]+/g, '-')
}
