import type { Draft, Sample } from './draft.ts'

interface Pictures {
  readonly png: Buffer
  readonly jpeg: Buffer
  /** Longer than what stays a string. */
  readonly noise: Buffer
}

const PLACE = '/v1beta1/projects/p/locations/us-central1/publishers/google/models'
const EXPRESS = '/v1/publishers/google/models'
const MODEL = 'gemini-nano-banana-2.1'
const LEGACY = `${PLACE}/imagegeneration%40002`
const TEXT = 'Make the sky grün 🌊 {{nonce}}'

/** Good requests to the Vertex door: of Gemini's dialect, and of Imagen's in both of its generations. */
export function vertexSamples(key: string, { png, jpeg, noise }: Pictures): readonly Sample[] {
  const get = (path: string): Draft => ({
    method: 'GET',
    path,
    query: '%24alt=json%3Benum-encoding%3Dint',
    headers: [
      ['authorization', `Bearer ${key}`],
      ['x-request-id', '{{nonce}}'],
    ],
    body: null,
  })
  const post = (path: string, json: unknown, query = ''): Draft => ({
    ...get(path),
    method: 'POST',
    query,
    headers: [
      ['plantain-key', key],
      ['authorization', 'Bearer ya29.of-the-machine'],
      ['x-request-id', '{{nonce}}'],
      ['content-type', 'application/json'],
    ],
    body: { json },
  })
  const content = (bytes: Buffer, more: object = {}) => ({
    contents: [
      {
        role: 'user',
        parts: [{ text: TEXT }, { inlineData: { mimeType: 'image/png', data: bytes.toString('base64') } }],
      },
    ],
    generationConfig: { imageConfig: { aspectRatio: '3:2' }, seed: 7 },
    labels: { team: 'a' },
    ...more,
  })
  const reference = (type: string, id: number, bytes: Buffer, more: object = {}) => ({
    referenceType: `REFERENCE_TYPE_${type}`,
    referenceId: id,
    referenceImage: picture(bytes, 'image/png'),
    ...more,
  })
  return [
    one('vertex generate', 4, post(`${PLACE}/${MODEL}:generateContent`, content(png))),
    one('vertex generate with noise', 2, post(`${EXPRESS}/${MODEL}:generateContent`, content(noise))),
    one('vertex stream', 3, post(`${PLACE}/${MODEL}:streamGenerateContent`, content(jpeg), 'alt=sse')),
    one('vertex count', 1, post(`${EXPRESS}/${MODEL}:countTokens`, content(png))),
    one(
      'vertex of Vertex AI alone',
      2,
      post(
        `${PLACE}/${MODEL}:generateContent`,
        content(png, {
          modelArmorConfig: { promptTemplateName: 'a' },
          safetySettings: [{ method: 'SEVERITY' }],
        }),
      ),
    ),
    one(
      'imagen edit',
      6,
      post(`${LEGACY}:predict`, {
        instances: [{ prompt: TEXT, image: picture(png) }],
        parameters: {
          sampleCount: 1,
          addWatermark: false,
          seed: 7,
          includeRaiReason: true,
          enhancePrompt: true,
        },
      }),
    ),
    one(
      'imagen edit with a mask',
      5,
      post(`${LEGACY}:predict`, {
        instances: [{ prompt: TEXT, image: picture(png), mask: { image: picture(png) } }],
        parameters: {
          sampleCount: 2,
          negativePrompt: 'people',
          editConfig: { editMode: 'inpainting-insert', maskDilation: 0.02, baseSteps: 12 },
          outputOptions: { mimeType: 'image/jpeg', compressionQuality: 60 },
        },
      }),
    ),
    one(
      'imagen edit by references',
      5,
      post(`${EXPRESS}/imagen-3.0-capability-001:predict`, {
        instances: [
          {
            prompt: TEXT,
            referenceImages: [
              reference('RAW', 1, jpeg),
              reference('MASK', 2, jpeg, {
                maskImageConfig: { maskMode: 'MASK_MODE_USER_PROVIDED', dilation: 0 },
              }),
              reference('STYLE', 3, noise, { styleImageConfig: { styleDescription: 'ink' } }),
              reference('SUBJECT', 4, png, {
                subjectImageConfig: { subjectType: 'SUBJECT_TYPE_PERSON', subjectDescription: 'a woman' },
              }),
              reference('CONTROL', 5, png, {
                controlImageConfig: { controlType: 'CONTROL_TYPE_CANNY', computeControl: true },
              }),
            ],
          },
        ],
        parameters: {
          editMode: 'EDIT_MODE_INPAINT_INSERTION',
          personGeneration: 'ALLOW_ADULT',
          language: 'en',
        },
        labels: { a: 'b' },
      }),
    ),
    one(
      'imagen generation',
      3,
      post('/v1beta/models/imagen-4.0-generate-001:predict', {
        instances: [{ prompt: TEXT }],
        parameters: {
          sampleCount: 2,
          aspectRatio: '3:4',
          sampleImageSize: '1K',
          safetySetting: 'block_some',
        },
        plantain: { timeoutMs: 9000, cache: false },
      }),
    ),
    one('publisher model', 1, get(LEGACY)),
    one('publisher models', 1, get(EXPRESS)),
  ]
}

function picture(bytes: Buffer, mimeType?: string) {
  return { bytesBase64Encoded: bytes.toString('base64'), ...(mimeType !== undefined && { mimeType }) }
}

function one(name: string, weight: number, draft: Draft): Sample {
  return { name, weight, steps: [draft] }
}
