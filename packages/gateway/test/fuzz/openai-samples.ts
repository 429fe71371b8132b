import sharp from 'sharp'
import type { Draft, FormPart, Header, Sample } from './draft.ts'
import { BOUNDARY } from './form.ts'
import type { FuzzKeys } from './gateway-samples.ts'

const EDITS = '/v1/images/edits'
const GENERATIONS = '/v1/images/generations'
const PROMPT = 'Make the sky grün 🌊 {{nonce}}'
const named: Header = ['x-request-id', '{{nonce}}']

const image = (bytes: Buffer, name = 'image'): FormPart => ({ name, value: bytes })
const text = (name: string, value: string): FormPart => ({ name, value })
const url = (bytes: Buffer) => `data:image/png;base64,${bytes.toString('base64')}`

/** Good requests in OpenAI's dialect, as forms and as JSON. */
export async function openAiSamples(keys: FuzzKeys): Promise<readonly Sample[]> {
  const keyed: Header = ['authorization', `Bearer ${keys.all}`]
  const { png, jpeg, noise, mask } = await pictures()
  const form = (name: string, weight: number, ...parts: FormPart[]): Sample =>
    one(name, weight, {
      method: 'POST',
      path: EDITS,
      query: '',
      headers: [keyed, named, ['content-type', `multipart/form-data; boundary=${BOUNDARY}`]],
      body: { parts: [{ name: 'prompt', value: PROMPT }, ...parts] },
    })
  const json = (name: string, weight: number, path: string, document: object): Sample =>
    one(name, weight, {
      method: 'POST',
      path,
      query: '',
      headers: [keyed, named, ['content-type', 'application/json']],
      body: { json: { prompt: PROMPT, ...document } },
    })
  return [
    form('form', 6, image(png)),
    form('form of all', 6, image(jpeg), ...FIELDS.map(([name, value]) => text(name, value))),
    form('form of several', 3, image(png, 'image[]'), image(noise, 'image[]'), text('n', '2')),
    form('form with a mask', 3, image(png), image(mask, 'mask'), text('output_format', 'png')),
    form(
      'form with options',
      3,
      image(png),
      text('plantain[seed]', '7'),
      text('plantain[output][imageSize]', '2K'),
    ),
    form('form with options in one', 2, text('plantain', '{"accept":"any","seed":1}'), image(png)),
    form('form as a stream', 3, image(png), text('stream', 'true'), text('partial_images', '2')),
    form('form with a link', 2, image(png), text('response_format', 'url'), text('model', 'dall-e-2')),
    form('form of data URLs', 2, text('image', url(png)), text('images[][image_url]', url(jpeg))),
    json('JSON', 6, EDITS, { images: [{ image_url: url(png) }], n: 2, size: '1536x1024' }),
    json('JSON of noise', 4, EDITS, { images: [{ image_url: url(noise) }], model: 'gpt-image-2' }),
    json('JSON with a mask', 3, EDITS, { images: [{ image_url: url(png) }], mask: { image_url: url(mask) } }),
    json('JSON of a file', 2, EDITS, { images: [{ file_id: 'files/x' }, { image_url: url(png) }] }),
    json('JSON as a stream', 3, EDITS, { image: url(png), stream: true, partial_images: 3 }),
    json('generation', 6, GENERATIONS, {
      ...Object.fromEntries(FIELDS),
      n: 1,
      output_compression: 40,
      plantain: { seed: 3, accept: 'any', output: { delivery: 'inline' }, metadata: { a: 'b' } },
    }),
    json('generation as a stream', 3, GENERATIONS, { stream: true, model: 'nano-banana-2.1' }),
    json('variation', 0.5, '/v1/images/variations', {}),
  ]
}

const FIELDS: readonly (readonly [string, string])[] = [
  ['model', 'gpt-image-2'],
  ['n', '1'],
  ['size', '1024x1024'],
  ['quality', 'high'],
  ['background', 'auto'],
  ['output_format', 'webp'],
  ['output_compression', '40'],
  ['response_format', 'b64_json'],
  ['moderation', 'low'],
  ['user', 'somebody'],
]

async function pictures() {
  const size = { width: 24, height: 16 }
  const plain = sharp({ create: { ...size, channels: 3, background: '#336699' } })
  const grain = { type: 'gaussian', mean: 128, sigma: 40 } as const
  // Longer than what stays a string in a document.
  const noise = sharp({ create: { width: 160, height: 120, channels: 3, background: '#888', noise: grain } })
  const mask = sharp({ create: { ...size, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
  const [png, jpeg] = [await plain.png().toBuffer(), await plain.jpeg().toBuffer()]
  return { png, jpeg, noise: await noise.png().toBuffer(), mask: await mask.png().toBuffer() }
}

function one(name: string, weight: number, draft: Draft): Sample {
  return { name, weight, steps: [draft] }
}
