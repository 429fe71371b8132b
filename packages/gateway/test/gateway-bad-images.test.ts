import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BadInput, expectRefused, IMAGE_EDITS, IMAGE_GENERATIONS } from './bad-input.ts'
import { gatewayOn, type LoggedGateway } from './gateway-client.ts'
import { EDITED } from './google-target.ts'
import { requestOf } from './raw-socket.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

/** What no edit of OpenAI's dialect is, as a form and as JSON. */

const SIZE = { width: 24, height: 16 }
const plain = (channels: 3 | 4, more: object = SIZE) =>
  sharp({ create: { ...SIZE, ...more, channels, background: '#ffffff' } })
const PNG = await plain(3).png().toBuffer()
/** White, which would be all of it elsewhere, and opaque, which is nothing here. */
const OPAQUE = await plain(4).png().toBuffer()
const WHITE = await plain(3).jpeg().toBuffer()
const OTHER_SIZE = await sharp({
  create: { width: 7, height: 9, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
})
  .png()
  .toBuffer()

let upstream: ScriptedServer
let gateway: LoggedGateway

beforeAll(async () => {
  upstream = await startScriptedServer(() => EDITED)
  gateway = await gatewayOn(upstream.origin, {}, { lingerMs: 1000 })
})

afterAll(async () => {
  await gateway.close()
  await upstream.close()
})

const field = (name: string, value: string) =>
  Buffer.from(`--edge\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
const file = (name: string, content: Buffer | string = PNG) =>
  Buffer.concat([
    Buffer.from(
      `--edge\r\ncontent-disposition: form-data; name="${name}"; filename="a"\r\ncontent-type: application/octet-stream\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ])
const form = (...parts: Buffer[]) =>
  requestOf(
    { path: IMAGE_EDITS, headers: [['content-type', 'multipart/form-data; boundary=edge']] },
    Buffer.concat([...parts, Buffer.from('--edge--\r\n')]),
  )
const asks = (...parts: Buffer[]) => form(field('prompt', 'make it brighter'), file('image'), ...parts)

const url = `data:image/png;base64,${PNG.toString('base64')}`
const json = (path: string, document: object) =>
  requestOf({ path, headers: [['content-type', 'application/json']] }, JSON.stringify(document))
const edit = (more: object) =>
  json(IMAGE_EDITS, { prompt: 'make it brighter', images: [{ image_url: url }], ...more })
const generate = (more: object) => json(IMAGE_GENERATIONS, { prompt: 'a rocket', ...more })

type Code = BadInput['code']
type Case = readonly [name: string, bytes: Buffer, says: RegExp, code?: Code]

function cases(list: readonly Case[]): void {
  const inputs = list.map(([name, bytes, says, code = 'invalid_request']): BadInput => ({
    name,
    bytes,
    says,
    code,
    door: 'openai',
  }))
  test.each(inputs)('$name', (input) => expectRefused(gateway.port, input))
}

/** The same in a form and in JSON, of edits and of generations. */
const EVERYWHERE: readonly (readonly [string, string, unknown, RegExp, Code?])[] = [
  ['no results', 'n', 0, /^n is 0; it takes a whole number from 1 to 10/],
  ['eleven', 'n', 11, /^n is 11;/],
  ['one and a half', 'n', 1.5, /^n is 1\.5;/],
  ['fewer than none', 'n', -1, /^n is -1;/],
  ['a number in words', 'n', 'two', /^n is no number;/],
  ['a ratio there is not', 'size', '1000x300', /^size has a ratio that no model makes.*16:9/],
  ['a size that is none', 'size', 'large', /^size is neither auto nor WIDTHxHEIGHT/],
  ['a size without height', 'size', '1024', /^size is neither/],
  ['a size of nothing', 'size', '0x0', /^size is neither/],
  ['a size beyond all', 'size', '99999x99999', /^size has more than the 20000000 pixels/],
  ['a quality there is not', 'quality', 'best', /^quality is none of auto, low/],
  ['a transparent background', 'background', 'transparent', /^background is refused/, 'unsupported_option'],
  ['a background that is none', 'background', 'green', /^background is refused/, 'unsupported_option'],
  ['an animation', 'output_format', 'gif', /^output_format is none of png, jpeg, webp/],
  ['frames', 'frame_count', 9, /^frame_count is refused/, 'unsupported_option'],
  ['a compression of nothing', 'output_compression', 50, /^output_compression is of jpeg and webp/],
  ['a compression beyond 100', 'output_compression', 101, /^output_compression is 101;/],
  ['interim pictures without a stream', 'partial_images', 2, /^partial_images is for streams/],
  ['four interim pictures', 'partial_images', 4, /^partial_images is 4;/],
  ['a stream perhaps', 'stream', 'perhaps', /^stream is neither true nor false/],
  ['an answer as a file', 'response_format', 'file', /^response_format is none of url, b64_json/],
  ['a model there is not', 'model', 'flux-2-pro', /No model "flux-2-pro" is known/, 'unknown_model'],
  ['a model without letters', 'model', '', /No model/, 'unknown_model'],
  ['another name than there is', 'Size', '1024x1024', /^There is no field Size\. Did you mean size/],
  ['Google’s name of it', 'aspectRatio', '16:9', /^There is no field aspectRatio/],
  ['a name of the language', '__proto__', 'a', /^There is no field __proto__/],
  ['another name of the language', 'constructor', 'a', /^There is no field constructor/],
  ['a name without letters', '', 'a', /^There is no field|^The form is broken/],
]

describe.each<[string, (name: string, value: unknown) => Buffer]>([
  ['a form', (name, value) => asks(field(name, String(value)))],
  ['JSON', (name, value) => edit(Object.fromEntries([[name, value]]))],
  ['a generation', (name, value) => generate(Object.fromEntries([[name, value]]))],
])('what %s cannot ask for', (kind, requestWith) => {
  const list = EVERYWHERE.filter(([, name]) => kind === 'a form' || name !== '__proto__')
  cases(
    list.map(([title, name, value, says, code = 'invalid_request']) => [
      title,
      requestWith(name, value),
      says,
      code,
    ]),
  )
})

describe('a form', () => {
  cases([
    ['no photo', form(field('prompt', 'a')), /^image is missing/],
    ['no words', form(file('image')), /^prompt is missing/],
    ['words of spaces', form(field('prompt', '  '), file('image')), /^prompt is missing/],
    ['words twice', asks(field('prompt', 'b')), /^prompt came more than once/],
    ['a size twice', asks(field('size', 'auto'), field('size', 'auto')), /^size came more than once/],
    [
      'the model twice, out of order',
      form(field('model', 'a'), file('image'), field('model', 'b'), field('prompt', 'a')),
      /^model came more than once/,
    ],
    ['two masks', asks(file('mask', OTHER_SIZE), file('mask', OTHER_SIZE)), /^mask came more than once/],
    [
      'a mask as a file and as a text',
      asks(file('mask', OTHER_SIZE), field('mask', url)),
      /^mask came more than once/,
    ],
    ['IMAGE', form(field('prompt', 'a'), file('IMAGE')), /^There is no field IMAGE/],
    ['Image', asks(file('Image')), /^There is no field Image\. Did you mean image/],
    ['Prompt', form(field('Prompt', 'a'), file('image')), /^There is no field Prompt\. Did you mean prompt/],
    ['a file where a text belongs', asks(file('size')), /^size came as a file/],
    [
      'photos by the name they have in JSON',
      form(field('prompt', 'a'), file('images'), file('images[]')),
      /^images came as a file; the files of a form are called image/,
    ],
    ['a file nobody knows', asks(file('depth')), /^There is no field depth/],
    ['an overlay', asks(file('markup')), /^markup is refused/, 'unsupported_option'],
    ['a drawing', asks(field('svg[model]', 'a')), /^svg is refused/, 'unsupported_option'],
    ['a photo that is a text', asks(field('image', 'hello')), /^image\[0\] is no data URL/],
    ['seventeen photos', asks(...Array.from({ length: 16 }, () => file('image[]'))), /^image came 17 times/],
    [
      'a photo that is none',
      form(field('prompt', 'a'), file('image', 'hello '.repeat(99))),
      /not a picture/,
      'image_unsupported',
    ],
    ['a photo without bytes', form(field('prompt', 'a'), file('image', '')), /0 bytes/, 'image_empty'],
    ['options that are no JSON', asks(field('plantain', '{seed: 1}')), /^plantain is no JSON/],
    ['options that are a list', asks(field('plantain', '[1]')), /^plantain is a list/],
    ['an option there is not', asks(field('plantain[paint]', '1')), /^There is no field plantain\.paint/],
    [
      'an option twice',
      asks(field('plantain[seed]', '1'), field('plantain[seed]', '2')),
      /^plantain\[seed\] came more than once/,
    ],
    [
      'options as a whole and in pieces',
      asks(field('plantain', '{"seed":1}'), field('plantain[seed]', '2')),
      /came as a whole already/,
    ],
    ['a wrong option', asks(field('plantain[seed]', 'x')), /seed/],
    ['an option named __proto__', asks(field('plantain[__proto__]', 'x')), /__proto__/],
  ])
})

describe('a mask', () => {
  cases([
    ['opaque all over', asks(file('mask', OPAQUE)), /marks nothing: make transparent/, 'mask_unusable'],
    ['without alpha', asks(file('mask', WHITE)), /marks nothing: make transparent/, 'mask_unusable'],
    [
      'opaque all over, in JSON',
      edit({ mask: { image_url: `data:image/png;base64,${OPAQUE.toString('base64')}` } }),
      /marks nothing/,
      'mask_unusable',
    ],
    ['of another size', asks(file('mask', OTHER_SIZE)), /7x9.*24x16/, 'mask_unusable'],
    ['that is no picture', asks(file('mask', 'hello')), /not a picture/, 'mask_unusable'],
    ['without bytes', asks(file('mask', '')), /0 bytes/, 'mask_unusable'],
    ['for nothing', generate({ mask: { image_url: url } }), /^There is no field mask/],
  ])
})

describe('JSON', () => {
  cases([
    ['no photo', json(IMAGE_EDITS, { prompt: 'a' }), /^image is missing/],
    ['no photo in the list', edit({ images: [] }), /^image is missing/],
    ['no words', json(IMAGE_EDITS, { images: [{ image_url: url }] }), /^prompt is missing/],
    ['words that are none', edit({ prompt: 5 }), /^prompt is no text/],
    ['words without end', edit({ prompt: 'a'.repeat(1_048_577) }), /^prompt is a text of more than/],
    ['a count as a text', edit({ n: '2' }), /^n is no number/],
    ['a stream as a text', edit({ stream: 'true' }), /^stream is neither/],
    ['pictures that are no list', edit({ images: url }), /^images is a single value/],
    [
      'a picture of image with a field of none',
      json(IMAGE_EDITS, { prompt: 'a', image: [{ image_url: url, detail: 'high' }] }),
      /no field image\[0\]\.detail/,
    ],
    ['a picture that is a number', edit({ images: [5] }), /^images\[0\] holds no picture/],
    ['a picture that is a list', edit({ images: [[url]] }), /^images\[0\] is a list/],
    ['a picture of no kind', edit({ images: [{}] }), /^images\[0\] has one of image_url and file_id/],
    [
      'a picture of both kinds',
      edit({ images: [{ image_url: url, file_id: 'a' }] }),
      /^images\[0\] has one of/,
    ],
    ['a picture of another kind', edit({ images: [{ url }] }), /^There is no field images\[0\]\.url/],
    [
      'a picture as in a chat',
      edit({ images: [{ image_url: { url } }] }),
      /^images\[0\]\.image_url holds no picture/,
    ],
    [
      'a picture elsewhere',
      edit({ images: [{ image_url: 'http://169.254.169.254/' }] }),
      /not fetched from elsewhere/,
    ],
    [
      'a file there is not',
      edit({ images: [{ file_id: 'file-abc' }] }),
      /^images\[0\]\.file_id is no data URL .* no file of this gateway/,
    ],
    [
      'a data URL that is no base64',
      edit({ images: [{ image_url: 'data:image/png,hello' }] }),
      /is no data URL/,
    ],
    [
      'base64 with a hole',
      edit({ images: [{ image_url: `${url.slice(0, 60)}?${url.slice(61)}` }] }),
      /base64/,
    ],
    ['a picture and nothing to generate it from', generate({ image: url }), /^There is no field image/],
    ['a style', generate({ style: 'vivid' }), /^style is refused/, 'unsupported_option'],
    [
      'a fidelity of what is not edited',
      generate({ input_fidelity: 'high' }),
      /^There is no field input_fidelity/,
    ],
    [
      'a link out of a stream',
      edit({ stream: true, response_format: 'url' }),
      /^response_format is url, and a stream/,
    ],
    [
      'a link out of a stream, as an option',
      edit({ stream: true, plantain: { output: { delivery: 'url' } } }),
      /^stream holds its pictures itself/,
    ],
  ])
})

/** A field, and an option of Plantain's own. */
const both = (more: object, output: object) => edit({ ...more, plantain: { output } })

describe('a field and an option that mean two things', () => {
  cases([
    [
      'ratios',
      both({ size: '1024x1024' }, { aspectRatio: '16:9' }),
      /^size and plantain\.output\.aspectRatio/,
    ],
    ['sizes', both({ size: '1024x1024' }, { imageSize: '2K' }), /^size and plantain\.output\.imageSize/],
    ['qualities', both({ quality: 'low' }, { imageSize: '2K' }), /^quality and plantain\.output\.imageSize/],
    ['formats', both({ output_format: 'png' }, { mimeType: 'image/webp' }), /^output_format and plantain/],
    ['answers', both({ response_format: 'url' }, { delivery: 'inline' }), /^response_format and plantain/],
    [
      'a header’s',
      requestOf(
        {
          path: IMAGE_GENERATIONS,
          headers: [
            ['content-type', 'application/json'],
            ['plantain-aspect-ratio', '3:2'],
          ],
        },
        '{"prompt":"a","size":"1024x1024"}',
      ),
      /^size and plantain\.output\.aspectRatio/,
    ],
  ])
})

test('nothing of that reached anybody, and none of it is a bug of ours', () => {
  expect(upstream.seen).toEqual([])
  expect(gateway.errors()).toEqual([])
})

describe('what is odd, and good', () => {
  test.each<[string, Buffer]>([
    [
      'fields behind the file',
      form(file('image'), field('prompt', 'a'), field('n', '1'), field('size', 'auto')),
    ],
    ['image[] once', form(file('image[]'), field('prompt', 'a'))],
    ['image[0] and image[1]', form(file('image[0]'), file('image[1]'), field('prompt', 'a'))],
    ['a photo as a data URL in a form', form(field('image', url), field('prompt', 'a'))],
    ['as the SDK flattens a list', form(field('images[][image_url]', url), field('prompt', 'a'))],
    [
      'what asks for nothing',
      edit({
        n: null,
        size: null,
        background: 'auto',
        moderation: 'low',
        svg: null,
        output_compression: 100,
      }),
    ],
    [
      'texts that look like numbers',
      form(
        file('image'),
        field('prompt', 'a'),
        field('model', 'gemini-3.1-flash-image'),
        field('plantain[output][imageSize]', '512'),
        field('plantain[user]', '4711'),
        field('plantain[metadata][order]', '12345'),
      ),
    ],
    [
      'the same as JSON',
      edit({
        model: 'gemini-3.1-flash-image',
        plantain: { output: { imageSize: '512' }, user: '4711', metadata: { order: '12345' } },
      }),
    ],
    [
      'the same as headers',
      requestOf(
        {
          path: IMAGE_GENERATIONS,
          headers: [
            ['content-type', 'application/json'],
            ['plantain-image-size', '512'],
            ['plantain-user', '4711'],
          ],
        },
        '{"prompt":"a","model":"gemini-3.1-flash-image"}',
      ),
    ],
    ['one picture by itself', json(IMAGE_EDITS, { prompt: 'a', image: url })],
    [
      'both mean the same',
      edit({ size: '1024x1024', plantain: { output: { aspectRatio: '1:1', imageSize: '1K' } } }),
    ],
  ])('%s', async (_, bytes) => {
    const before = upstream.seen.length
    const raw = bytes.toString('latin1')
    const [head = ''] = raw.split('\r\n\r\n')
    const [, path = ''] = head.split(' ')
    const headers = [...head.matchAll(/^(content-type|plantain-[a-z-]+): (.*)$/gim)]
    const response = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: headers.map(([, name = '', value = '']): [string, string] => [name, value.trim()]),
      body: new Uint8Array(bytes.subarray(head.length + 4)),
    })
    // The upstream’s picture is none; that it was asked says that the request was read.
    expect(response.status).toBe(502)
    expect(upstream.seen.length).toBeGreaterThan(before)
  })
})
