import { describe, expect, test } from 'vitest'
import { surfaceOf } from './surface-fields.ts'

describe('which of Google’s surfaces a request is written for', () => {
  test.each([
    [{}, null],
    [{ labels: { a: 'b' }, generationConfig: { imageConfig: { aspectRatio: '1:1' } } }, null],
    [{ modelArmorConfig: { promptTemplateName: 'a' } }, 'vertex'],
    [{ model_armor_config: {} }, 'vertex'],
    [{ modelArmorConfig: null }, null],
    [{ generationConfig: { imageConfig: { imageOutputOptions: { mimeType: 'image/png' } } } }, 'vertex'],
    [{ generation_config: { image_config: { person_generation: 'ALLOW_NONE' } } }, 'vertex'],
    [{ safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }] }, null],
    [{ safetySettings: [{ category: 'HARM_CATEGORY_IMAGE_HATE', threshold: 'OFF' }] }, 'vertex'],
    [{ safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', method: 'SEVERITY' }] }, 'vertex'],
    [{ store: false }, 'ai-studio'],
    [{ store: false, modelArmorConfig: {} }, null],
    [{ generationConfig: [], safetySettings: 'OFF' }, null],
  ])('%j: %s', (document, surface) => {
    expect(surfaceOf(document)).toBe(surface)
  })
})
