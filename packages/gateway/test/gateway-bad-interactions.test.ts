import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BadInput, expectRefused, INTERACTIONS } from './bad-input.ts'
import { gatewayOn, type LoggedGateway } from './gateway-client.ts'
import { EDITED } from './google-target.ts'
import { requestOf } from './raw-socket.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const PHOTO = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString('base64')
const MODEL = 'gemini-nano-banana-2.1'
const WORDS = { type: 'text', text: 'make it brighter' }
const IMAGE = { type: 'image', mime_type: 'image/jpeg', data: PHOTO }
const HOLE = `${PHOTO.slice(0, 9000)}?${PHOTO.slice(9001)}`
const SMALL = 'data:image/png;base64,iVBORw0KGgo='

let upstream: ScriptedServer
let gateway: LoggedGateway

beforeAll(async () => {
  upstream = await startScriptedServer(() => EDITED)
  gateway = await gatewayOn(upstream.origin)
})

afterAll(async () => {
  await gateway.close()
  await upstream.close()
})

type Wrong = readonly [name: string, body: object, code: BadInput['code'], says?: RegExp]

const asking = (input: unknown, more: object = {}) => ({ model: MODEL, input, ...more })
const wishing = (more: object) => asking([WORDS, IMAGE], more)
const shaped = (format: unknown) => wishing({ response_format: format })

describe('what is wrong with the input', () => {
  cases([
    ['none', { model: MODEL }, 'invalid_request', /^input is missing/],
    ['null', asking(null), 'invalid_request', /^input is missing/],
    ['an empty list', asking([]), 'invalid_request', /^input is missing/],
    ['a number', asking(5), 'invalid_request', /^input is neither/],
    ['a list with a number', asking(['a', 5]), 'invalid_request', /^input\[1\] is neither/],
    ['an empty text', asking(''), 'invalid_request', /^input is an empty text/],
    ['a text of a million letters and more', asking('a'.repeat(1_048_577)), 'invalid_request'],
    ['65 pieces', asking(Array.from({ length: 65 }, () => WORDS)), 'invalid_request', /has 65/],
    [
      '65 pieces in two steps',
      asking(
        [33, 32].map((length) => ({ type: 'user_input', content: Array.from({ length }, () => WORDS) })),
      ),
      'invalid_request',
      /has 65/,
    ],
    ['no words', asking([IMAGE]), 'invalid_request', /no instruction/],
    ['no words in a step', asking([{ type: 'user_input', content: [IMAGE] }]), 'invalid_request'],
    ['a step with nothing', asking([{ type: 'user_input' }]), 'invalid_request'],
    ['a kind nobody has', asking([{ type: 'smell', data: 'AAAA' }]), 'invalid_request', /^input\[0\]\.type/],
    ['audio', asking([WORDS, { type: 'audio', data: 'AAAA' }]), 'unsupported_option', /^input\[1\] is audio/],
    ['a video', asking([WORDS, { type: 'video', uri: 'files/a' }]), 'unsupported_option', /is video/],
    ['a document', asking({ type: 'document', data: 'AAAA' }), 'unsupported_option', /^input is document/],
    [
      'the step of a tool',
      asking([WORDS, { type: 'function_result', call_id: 'a', result: 'b' }]),
      'unsupported_option',
      /^input\[1\]\.call_id/,
    ],
    [
      'a step with a field of none',
      asking([{ type: 'user_input', contents: [] }]),
      'invalid_request',
      /Did you mean content\?/,
    ],
    [
      'a text with a content of its own',
      asking([{ ...WORDS, content: [IMAGE] }]),
      'invalid_request',
      /^input\[0\]\.content is nothing/,
    ],
    [
      'a step with a text beside its content',
      asking([{ type: 'user_input', text: 'make it darker', content: [WORDS, IMAGE] }]),
      'invalid_request',
      /^input\[0\]\.text is nothing/,
    ],
    [
      'a thought with a picture in it',
      asking([{ type: 'thought', content: [IMAGE] }, WORDS]),
      'invalid_request',
      /^input\[0\]\.content is nothing/,
    ],
    ['a role nobody has', asking([{ role: 'system', content: 'a' }]), 'invalid_request', /\.role/],
    ['a text that calls itself an image', asking({ type: 'image', text: 'a' }), 'invalid_request', /calls/],
    ['an image that calls itself a text', asking({ ...IMAGE, type: 'text' }), 'invalid_request', /calls/],
    [
      'a picture twice over',
      asking([WORDS, { ...IMAGE, uri: 'files/a' }]),
      'invalid_request',
      /data and uri/,
    ],
    ['a picture without bytes', asking([WORDS, { type: 'image' }]), 'invalid_request', /^input\[1\]/],
    ['a picture with no bytes', asking([WORDS, { ...IMAGE, data: '' }]), 'invalid_request'],
    ['base64 with a hole', asking([WORDS, { ...IMAGE, data: HOLE }]), 'invalid_request'],
    ['a picture that is a text', asking([WORDS, { ...IMAGE, data: 'aGVsbG8=' }]), 'image_unsupported'],
    ['half a picture', asking([WORDS, { ...IMAGE, data: PHOTO.slice(0, 40) }]), 'image_corrupt'],
    ['half a picture in an address', asking([WORDS, { type: 'image', uri: SMALL }]), 'image_corrupt'],
    [
      'a picture of another host',
      asking([WORDS, { type: 'image', uri: 'http://169.254.169.254/' }]),
      'invalid_request',
      /no file of this gateway/,
    ],
    ['how closely to look', asking([WORDS, { ...IMAGE, resolution: 'high' }]), 'unsupported_option'],
    [
      'a mask in a conversation',
      asking([{ role: 'user', content: [WORDS, IMAGE] }, { role: 'model', content: [WORDS] }, WORDS], {
        plantain: { mask: PHOTO },
      }),
      'unsupported_option',
      /conversation/,
    ],
    ['an answer without a question', asking([{ type: 'model_output', content: [WORDS] }]), 'invalid_request'],
    ['a signature that is a number', asking([{ type: 'thought', signature: 5 }, WORDS]), 'invalid_request'],
    [
      'a signature of a million letters and more',
      asking([{ type: 'thought', signature: 'A'.repeat(1_048_577) }, WORDS]),
      'invalid_request',
      /signature/,
    ],
  ])
})

describe('what is wrong with the wishes', () => {
  cases([
    ['a field nobody has', wishing({ prompt: 'a' }), 'invalid_request', /no field prompt/],
    ['a field spelled as elsewhere', wishing({ responseFormat: {} }), 'invalid_request', /response_format/],
    ['a field named __proto__', JSON.parse('{"input":"a","__proto__":{"seed":1}}'), 'invalid_request'],
    ['a model there is not', { ...wishing({}), model: 'dall-e-3' }, 'unknown_model'],
    ['a model that is a number', { ...wishing({}), model: 5 }, 'invalid_request', /^model/],
    ['a model that is an object', { ...wishing({}), model: {} }, 'invalid_request', /^model/],
    ['a model without a name', { ...wishing({}), model: '' }, 'invalid_request', /^model/],
    [
      'a question to a model of words',
      { model: 'gemini-2.5-flash', input: 'Who was the first on the moon?' },
      'unsupported_option',
      /gemini-2\.5-flash answers words/,
    ],
    ['a ratio there is not', shaped({ type: 'image', aspect_ratio: '7:5' }), 'invalid_request', /ratio/],
    ['a size there is not', shaped({ type: 'image', image_size: '3K' }), 'invalid_request', /image_size/],
    ['a ratio the model has not', shaped({ type: 'image', aspect_ratio: '9:21' }), 'unsupported_option'],
    ['a format there is not', shaped({ type: 'image', mime_type: 'image/gif' }), 'invalid_request', /mime/],
    ['a delivery there is not', shaped({ type: 'image', delivery: 'post' }), 'invalid_request', /delivery/],
    ['a format without a kind', shaped({ aspect_ratio: '1:1' }), 'invalid_request', /type/],
    ['a format that is a text', shaped('image'), 'invalid_request', /response_format/],
    ['words alone', shaped({ type: 'text' }), 'unsupported_option', /^response_format/],
    ['sound', shaped([{ type: 'image' }, { type: 'audio' }]), 'unsupported_option', /^response_format/],
    [
      'words as JSON',
      shaped([{ type: 'image' }, { type: 'text', mime_type: 'application/json' }]),
      'unsupported_option',
      /mime_type/,
    ],
    ['a schema', shaped({ type: 'text', schema: {} }), 'unsupported_option', /schema/],
    ['two pictures', shaped([{ type: 'image' }, { type: 'image' }]), 'invalid_request', /several/],
    ['words alone, as before', wishing({ response_modalities: ['TEXT'] }), 'unsupported_option'],
    ['modalities that are a text', wishing({ response_modalities: 'image' }), 'invalid_request'],
    [
      'contradictory sizes',
      wishing({
        response_format: { type: 'image', image_size: '1K' },
        generation_config: { image_config: { image_size: '2K' } },
      }),
      'invalid_request',
      /another image_size/,
    ],
    [
      'contradictory ratios',
      wishing({
        response_format: { type: 'image', aspect_ratio: '1:1' },
        generation_config: { image_config: { aspect_ratio: '3:2' } },
      }),
      'invalid_request',
      /another aspect_ratio/,
    ],
    ['a seed that is a text', wishing({ generation_config: { seed: 'x' } }), 'invalid_request', /seed/],
    ['a seed of a half', wishing({ generation_config: { seed: 1.5 } }), 'invalid_request', /seed/],
    ['a seed that is too large', wishing({ generation_config: { seed: 2 ** 31 } }), 'invalid_request'],
    ['a configuration that is a list', wishing({ generation_config: [] }), 'invalid_request'],
    ['a stream that is a text', wishing({ stream: 'true' }), 'invalid_request', /stream/],
    ['a temperature of boiling', wishing({ generation_config: { temperature: 100 } }), 'invalid_request'],
    [
      'a threshold that is none',
      wishing({ safety_settings: [{ type: 'harassment', threshold: 'OFF "}' }] }),
      'invalid_request',
    ],
    [
      'a method of safety',
      wishing({ safety_settings: [{ type: 'harassment', threshold: 'off', method: 'severity' }] }),
      'unsupported_option',
      /method/,
    ],
    ['safety as a word', wishing({ safety_settings: 'off' }), 'invalid_request', /safety_settings/],
    [
      'a system instruction that is a number',
      wishing({ system_instruction: 5 }),
      'invalid_request',
      /system/,
    ],
    [
      'a system instruction of a million letters and more',
      wishing({ system_instruction: 'a'.repeat(1_048_577) }),
      'invalid_request',
      /system/,
    ],
    ['tools', wishing({ tools: [{ type: 'google_search' }] }), 'unsupported_option', /^tools/],
    ['an agent', { agent: 'deep-research', input: 'a' }, 'unsupported_option', /^agent/],
    ['another price', wishing({ service_tier: 'flex' }), 'unsupported_option', /^service_tier/],
    ['a session', wishing({ previous_interaction_id: 'v1_a' }), 'not_implemented', /^previous_inter/],
    ['background', wishing({ background: true }), 'not_implemented', /^background/],
    ['what is to be stored', wishing({ store: true }), 'not_implemented', /^store/],
    ['a webhook', wishing({ webhook_config: { uris: ['https://a'] } }), 'not_implemented', /^webhook/],
    ['a cache', wishing({ cached_content: 'cachedContents/a' }), 'not_implemented', /^cached_content/],
    ['an option there is not', wishing({ plantain: { brightness: 5 } }), 'invalid_request', /brightness/],
    ['a mask that is none', wishing({ plantain: { mask: 5 } }), 'mask_unusable'],
    ['a mask without a photo', asking([WORDS], { plantain: { mask: PHOTO } }), 'mask_unusable'],
  ])
})

test('what is refused reaches nobody, and is no bug of ours', () => {
  expect(upstream.seen).toEqual([])
  expect(gateway.errors()).toEqual([])
})

function cases(wrong: readonly Wrong[]): void {
  test.each(wrong.map(([name, ...rest]) => ({ name, rest })))('$name', async ({ name, rest }) => {
    const [body, code, says] = rest
    const headers = [['content-type', 'application/json']] as const
    const bytes = requestOf({ path: INTERACTIONS, headers }, JSON.stringify(body))
    const wanted = { name, bytes, code, door: 'interactions' } as const
    await expectRefused(gateway.port, says === undefined ? wanted : { ...wanted, says })
  })
}
