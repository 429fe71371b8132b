import type { Draft, Header, Sample } from './draft.ts'

const PATH = '/v1/interactions'
const MODEL = 'gemini-nano-banana-2.1'
const TEXT = 'Make the sky grün 🌊 {{nonce}}'
const words = { type: 'text', text: TEXT }
const headers: readonly Header[] = [
  ['x-request-id', '{{nonce}}'],
  ['content-type', 'application/json'],
]

export interface InteractionPictures {
  readonly png: Buffer
  readonly jpeg: Buffer
  /** Longer than what stays a string, so that it is left where it lies. */
  readonly noise: Buffer
}

function asked(input: unknown, more: object = {}) {
  return { model: MODEL, input, ...more }
}

/** A good interaction in each form that its input has, with all it may wish for. */
export function interactionSamples(
  key: string,
  { png, jpeg, noise }: InteractionPictures,
): readonly Sample[] {
  const post = (document: object, path = PATH): Draft => ({
    method: 'POST',
    path,
    query: '',
    headers: [['x-goog-api-key', key], ...headers],
    body: { json: document },
  })
  const content = (bytes: Buffer) => [words, image(bytes)]
  return [
    one('interaction', 5, post(asked(content(png)))),
    one('interaction of noise', 3, post(asked(content(noise)))),
    one('interaction in words', 2, post(asked(TEXT))),
    one('interaction of one piece', 1, post(asked(words))),
    one('interaction of mixed pieces', 3, post(asked([TEXT, blob(jpeg), { text: 'brighter' }]))),
    one('interaction in steps', 3, post(asked([{ type: 'user_input', content: content(png) }]))),
    one(
      'interaction in turns',
      2,
      post(
        asked([
          { role: 'user', content: TEXT },
          { role: 'user', content: content(jpeg) },
        ]),
      ),
    ),
    one('interaction as events', 5, post(asked(content(png), { stream: true }), '/v1beta/interactions')),
    one(
      'interaction with wishes',
      4,
      post(
        asked(content(png), {
          response_format: [
            { type: 'text' },
            {
              type: 'image',
              mime_type: 'image/png',
              aspect_ratio: '3:2',
              image_size: '1K',
              delivery: 'uri',
            },
          ],
          generation_config: { seed: 7, image_config: { aspect_ratio: '3:2' }, thinking_summaries: 'none' },
          response_modalities: ['image', 'text'],
          store: false,
          background: false,
          service_tier: 'standard',
          labels: { a: 'b' },
          plantain: { seed: 3, cache: false, accept: 'any', output: { aspectRatio: 'match' } },
        }),
      ),
    ),
    one(
      'interaction that goes on',
      2,
      post(
        asked([
          { type: 'user_input', content: content(png) },
          { type: 'thought', signature: png.toString('base64'), summary: [words] },
          { type: 'model_output', content: [image(jpeg)] },
          { type: 'user_input', content: [{ type: 'text', text: 'darker' }] },
        ]),
      ),
    ),
    one('session', 1, post(asked(TEXT, { previous_interaction_id: 'v1_{{nonce}}' }))),
    one(
      'interaction in a project',
      1,
      post(asked(content(png)), '/v1beta1/projects/p/locations/global/interactions'),
    ),
  ]
}

function image(bytes: Buffer) {
  return { type: 'image', mime_type: 'image/png', data: bytes.toString('base64') }
}

function blob(bytes: Buffer) {
  return { inline_data: { mime_type: 'image/png', data: bytes.toString('base64url') } }
}

function one(name: string, weight: number, draft: Draft): Sample {
  return { name, weight, steps: [draft] }
}
