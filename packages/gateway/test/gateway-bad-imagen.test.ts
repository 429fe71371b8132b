import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { ErrorCode } from '../src/contract/error.ts'
import { expectRefused, PREDICT } from './bad-input.ts'
import { gatewayOn, gatewayWith, type LoggedGateway } from './gateway-client.ts'
import { EDITED } from './google-target.ts'
import { requestOf } from './raw-socket.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

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

const plain = (background: string, width = 32, height = 24) =>
  sharp({ create: { width, height, channels: 3, background } })
const base64 = async (picture: Sharp) => (await picture.png().toBuffer()).toString('base64')

const PHOTO = { bytesBase64Encoded: await base64(plain('#369')) }
const WHITE = { bytesBase64Encoded: await base64(plain('#fff')) }
const half = Buffer.from(await base64(plain('#fff', 600, 600)), 'base64')
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')

const masked = (mask: string, more: object = {}) => ({
  instances: [{ prompt: 'a vase', image: PHOTO, mask: { image: { bytesBase64Encoded: mask } } }],
  ...more,
})
const asked = (parameters: object, instance: object = {}) => ({
  instances: [{ prompt: 'a vase', ...instance }],
  parameters,
})
const references = (...referenceImages: readonly object[]) => ({
  instances: [{ prompt: 'p', referenceImages }],
})

const cases: readonly (readonly [string, object, ErrorCode, RegExp])[] = [
  ['nothing in it', {}, 'invalid_request', /instances is missing/],
  ['no instance', { instances: [] }, 'invalid_request', /instances is missing/],
  [
    'a text for an instance',
    { instances: ['a vase'] },
    'invalid_request',
    /instances\[0\] is a single value/,
  ],
  ['two instances', { instances: [{ prompt: 'a' }, { prompt: 'b' }] }, 'invalid_request', /sampleCount/],
  [
    'instances that are an object',
    { instances: { prompt: 'a' } },
    'invalid_request',
    /instances is an object/,
  ],
  ['no words at all', { instances: [{}] }, 'invalid_request', /no instruction/],
  [
    'a request of Gemini’s',
    { contents: [{ parts: [{ text: 'a' }] }] },
    'invalid_request',
    /no field contents/,
  ],
  ['0 results', asked({ sampleCount: 0 }), 'invalid_request', /sampleCount .*1 to 8/],
  ['11 results', asked({ sampleCount: 11 }), 'invalid_request', /sampleCount .*1 to 8/],
  ['one and a half results', asked({ sampleCount: 1.5 }), 'invalid_request', /sampleCount .*whole/],
  ['a ratio no model has', asked({ aspectRatio: '17:9' }), 'invalid_request', /aspectRatio/],
  ['a ratio this model has not', asked({ aspectRatio: '9:21' }), 'unsupported_option', /9:21/],
  ['a size no model has', asked({ sampleImageSize: '8K' }), 'invalid_request', /sampleImageSize/],
  ['a seed with a watermark', asked({ seed: 1, addWatermark: true }), 'invalid_request', /addWatermark/],
  [
    'a field of tomorrow',
    asked({ sampleStrength: 1 }),
    'invalid_request',
    /no field parameters\.sampleStrength/,
  ],
  [
    'a filter that is too strict',
    asked({ safetySetting: 'block_low_and_above' }),
    'unsupported_option',
    /safetySetting/,
  ],
  [
    'a photo in Cloud Storage',
    asked({}, { image: { gcsUri: 'gs://a/b' } }),
    'unsupported_option',
    /image\.gcsUri/,
  ],
  [
    'a photo that is a text',
    asked({}, { image: { bytesBase64Encoded: 'hello!' } }),
    'invalid_request',
    /base64/,
  ],
  [
    'a photo that is a page',
    asked({}, { image: { bytesBase64Encoded: SVG } }),
    'image_unsupported',
    /picture|SVG/i,
  ],
  ['an option of ours that is none', { ...asked({}), plantain: { outptu: {} } }, 'invalid_request', /outptu/],
  ['links', { ...asked({}), plantain: { output: { delivery: 'url' } } }, 'unsupported_option', /delivery/],
  ['a mask that marks nothing', masked(await base64(plain('#000'))), 'mask_unusable', /marks nothing/],
  ['a mask of another size', masked(await base64(plain('#fff', 24, 32))), 'mask_unusable', /24x32.*32x24/],
  ['a mask that is a page', masked(SVG), 'mask_unusable', /mask/i],
  ['a mask of 0 bytes', masked(''), 'invalid_request', /mask\.image\.bytesBase64Encoded/],
  ['half a mask', masked(half.subarray(0, half.length / 2).toString('base64')), 'mask_unusable', /mask/i],
  [
    'a mask to be found of a photo that no model makes the like of',
    asked(
      { editConfig: { maskMode: { maskType: 'foreground' } } },
      { image: { bytesBase64Encoded: await base64(plain('#369', 640, 40)) } },
    ),
    'unsupported_option',
    /640x40; nearest is/,
  ],
  [
    'a mask without a photo',
    { instances: [{ prompt: 'p', mask: { image: WHITE } }] },
    'invalid_request',
    /without the photo/,
  ],
  [
    'a mask and a ratio',
    masked(WHITE.bytesBase64Encoded, { parameters: { aspectRatio: '1:1' } }),
    'unsupported_option',
    /aspectRatio/,
  ],
  [
    'a mask that is sent and found',
    masked(WHITE.bytesBase64Encoded, {
      parameters: { editConfig: { maskMode: { maskType: 'foreground' } } },
    }),
    'invalid_request',
    /sent or found/,
  ],
  [
    'a mask of classes',
    asked({ editConfig: { maskMode: { maskType: 'semantic' } } }, { image: PHOTO }),
    'unsupported_option',
    /maskType/,
  ],
  [
    'two photos',
    references(
      { referenceType: 'REFERENCE_TYPE_RAW', referenceImage: PHOTO },
      { referenceType: 'REFERENCE_TYPE_RAW', referenceImage: PHOTO },
    ),
    'invalid_request',
    /second one/,
  ],
  [
    'a reference without a picture',
    references({ referenceType: 'REFERENCE_TYPE_STYLE' }),
    'invalid_request',
    /referenceImages\[0\]\.referenceImage is missing/,
  ],
  [
    'a reference of no type',
    references({ referenceType: 'REFERENCE_TYPE_MOOD', referenceImage: PHOTO }),
    'invalid_request',
    /REFERENCE_TYPE_RAW/,
  ],
]

describe('what is wrong with a request of Imagen’s', () => {
  test.each(cases)('%s', { timeout: 60_000 }, async (name, body, code, says) => {
    const head = { path: PREDICT, headers: [['content-type', 'application/json']] } as const
    const bytes = requestOf(head, JSON.stringify(body))
    await expectRefused(gateway.port, { name, bytes, code, door: 'vertex', says })
  })

  test.each([
    ['', asked({})],
    [
      ', before a subject is looked for where there is none',
      asked({ editMode: 'EDIT_MODE_BGSWAP' }, { image: PHOTO }),
    ],
  ])('an unknown model%s', async (_, body) => {
    const path = PREDICT.replace('imagegeneration%40002', 'imagegeneration%40999')
    const bytes = requestOf({ path, headers: [['content-type', 'application/json']] }, JSON.stringify(body))
    await expectRefused(gateway.port, { name: 'unknown', bytes, code: 'unknown_model', door: 'vertex' })
  })

  test('a model that the gateway has no target for, before a subject is looked for too', async () => {
    const local = await gatewayWith()
    onTestFinished(async () => void (await local.close()))
    const answers: string[] = []
    for (const body of [
      asked({}, { image: PHOTO }),
      asked({ editMode: 'EDIT_MODE_BGSWAP' }, { image: PHOTO }),
    ]) {
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      const response = await fetch(local.url + PREDICT, init)
      answers.push(`${response.status} ${await response.text()}`)
    }
    // What the operator lacks is none of a caller's business.
    expect(answers[0]).toMatch(/has no Google credential that may make the edit/)
    expect(answers[1]).toBe(answers[0])
  })

  test('none of it was sent on, and nothing broke', () => {
    expect(upstream.seen).toEqual([])
    expect(gateway.errors()).toEqual([])
  })
})
