import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { GatewayConfig } from '../src/config/gateway-config.ts'
import { ASPECT_RATIOS, IMAGE_SIZES } from '../src/contract/request.ts'
import { aiStudio, gatewayWith } from './gateway-client.ts'
import {
  answering,
  beforeGoogle,
  beforeScript,
  BLOB,
  data,
  IMAGE,
  jsonOf,
  local,
  MODEL,
  photo,
  PICTURE,
  png,
  post,
  TEXT,
  WORDS,
} from './interactions-client.ts'
import { startScriptedServer } from './scripted-server.ts'

/** The interaction of a stream's last event. */
function completedIn(events: string): unknown {
  const [, json = ''] = /^event: interaction\.completed\ndata: (.*)$/m.exec(events) ?? []
  return JSON.parse(json).interaction
}

async function uploaded(url: string) {
  const begun = await upload(`${url}/upload/v1beta/files`, 'start', '{}')
  return jsonOf(await upload(begun.headers.get('x-goog-upload-url') ?? '', 'upload, finalize', png))
}

function upload(address: string, command: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    'x-goog-upload-protocol': 'resumable',
    'x-goog-upload-command': command,
    'x-goog-upload-header-content-type': 'image/png',
    'x-goog-upload-offset': '0',
  }
  return fetch(address, { method: 'POST', body, headers })
}

describe('however an edit is written, Google is asked the same', () => {
  test.each<[string, unknown]>([
    ['content', [TEXT, IMAGE]],
    ['content in a step, as Python’s library sends it', [{ type: 'user_input', content: [TEXT, IMAGE] }]],
    [
      'content in two steps',
      [
        { type: 'user_input', content: [TEXT] },
        { type: 'user_input', content: [IMAGE] },
      ],
    ],
    ['a turn', [{ role: 'user', content: [TEXT, IMAGE] }]],
    [
      'a turn of words and one of pictures',
      [
        { role: 'user', content: WORDS },
        { role: 'user', content: IMAGE },
      ],
    ],
    ['the mixed list', [WORDS, { inlineData: BLOB }]],
    ['the mixed list in the other spelling', [WORDS, { inline_data: { data, mime_type: 'image/jpeg' } }]],
    ['texts without a kind', [{ text: WORDS }, IMAGE]],
    ['a data URL', [TEXT, { type: 'image', uri: `data:image/jpeg;base64,${data}` }]],
    ['an address that is null beside the bytes', [TEXT, { ...IMAGE, uri: null }]],
    ['a data URL by itself', [WORDS, `data:image/jpeg;base64,${data}`]],
    [
      'URL-safe, unpadded, mislabelled',
      [TEXT, { ...IMAGE, mime_type: 'image/png', data: photo.toString('base64url') }],
    ],
  ])('%s', async (_, input) => {
    const { url, asked } = await beforeScript(answering(PICTURE))
    const native = { model: MODEL, input: [WORDS, { inlineData: BLOB }] }
    expect((await post(url, native, { path: '/v1/edits' })).status).toBe(200)
    const response = await post(url, { model: MODEL, input })
    expect([response.status, (await jsonOf(response)).status]).toEqual([200, 'completed'])
    const [first, second] = asked()
    expect(second).toEqual(first)
    expect(second.contents).toMatchObject([{ role: 'user', parts: [{ text: WORDS }, { inlineData: {} }] }])
  })

  test.each([['a text'], ['one piece of content']])('%s makes a picture out of nothing', async (form) => {
    const { url, asked } = await beforeScript(answering(PICTURE))
    const input = form === 'a text' ? WORDS : TEXT
    expect(await jsonOf(await post(url, { model: `models/${MODEL}`, input }))).toMatchObject({
      model: MODEL,
      status: 'completed',
      steps: [{ type: 'model_output', content: [{ type: 'image', mime_type: 'image/png' }] }],
    })
    expect(asked()).toMatchObject([{ contents: [{ parts: [{ text: WORDS }] }] }])
  })

  test('a file that was uploaded here', async () => {
    const { url, asked } = await beforeScript(answering(PICTURE))
    const { file } = await uploaded(url)
    const uri = { type: 'image', uri: file.uri, mime_type: 'image/png' }
    for (const picture of [uri, { fileData: { fileUri: file.name } }]) {
      expect((await post(url, { model: MODEL, input: [TEXT, picture] })).status).toBe(200)
    }
    for (const { contents } of asked()) expect(contents[0].parts[1]).toEqual(PICTURE)
  })
})

describe('what is wished for arrives', () => {
  const offered = ASPECT_RATIOS.filter((ratio) => ratio !== '9:21')
  test(`${offered.length} ratios in each size, in both places where they may stand`, async () => {
    const { url, asked } = await beforeScript(answering(PICTURE))
    const sizes = IMAGE_SIZES.filter((size) => size !== '512')
    const wishes = offered.flatMap((aspect_ratio) =>
      sizes.map((image_size) => ({ aspect_ratio, image_size })),
    )
    for (const [index, wish] of wishes.entries()) {
      const more =
        index % 2 === 0
          ? { response_format: [{ type: 'text' }, { type: 'image', ...wish }] }
          : { generation_config: { image_config: wish } }
      await post(url, { model: MODEL, input: [TEXT, IMAGE], ...more })
    }
    expect(asked().map(({ generationConfig: { imageConfig } }) => imageConfig)).toEqual(
      wishes.map(({ aspect_ratio: aspectRatio, image_size: imageSize }) => ({ aspectRatio, imageSize })),
    )
  })

  test('the seed, and options in Plantain’s own words, of which the object wins', async () => {
    const { url, asked } = await beforeScript(answering(PICTURE))
    const body = { model: MODEL, input: [TEXT, IMAGE], generation_config: { seed: 7 } }
    const headers = { 'plantain-seed': '8', 'plantain-aspect-ratio': 'match' }
    await post(url, body)
    await post(url, body, { headers })
    await post(url, { ...body, plantain: { seed: 9, output: { imageSize: '2K' } } }, { headers })
    expect(asked().map(({ generationConfig: { seed } }) => seed)).toEqual([7, 8, 9])
    expect(asked()[2].generationConfig.imageConfig).toEqual({ aspectRatio: '3:2', imageSize: '2K' })
  })

  test('several results, as pictures of one interaction; what did not come is said', async () => {
    let asked = 0
    const google = await startScriptedServer(() =>
      ++asked === 2 ? answering({ text: 'No.' }) : answering(PICTURE),
    )
    onTestFinished(() => google.close())
    const gateway = await gatewayWith({ targets: [aiStudio(google.origin)], routing: ONCE })
    onTestFinished(async () => void (await gateway.close()))
    const body = { model: MODEL, input: [TEXT, IMAGE], plantain: { output: { count: 3 } } }
    const response = await post(gateway.url, body)
    expect(response.headers.get('plantain-attempts')).toBe('3')
    const { status, steps, errors } = await jsonOf(response)
    const kinds = steps[0].content.map(({ type }: { type: string }) => type)
    expect([status, kinds]).toEqual(['completed', ['image', 'image']])
    expect(errors).toEqual([{ code: 'no_image', message: expect.stringContaining('did not come') }])
  })

  test('what is to be preserved, and the quality, in headers as well', async () => {
    const { url, asked } = await beforeScript(answering(PICTURE))
    const body = { model: MODEL, input: [TEXT, IMAGE] }
    for (const [name, value] of [
      ['plantain-preserve', 'unmasked'],
      ['plantain-quality', '90'],
    ] as const) {
      const refused = await jsonOf(await post(url, body, { headers: { [name]: value } }))
      expect(refused.error.message).toMatch(name.slice('plantain-'.length))
    }
    expect(asked()).toEqual([])
  })

  test('a mask, by the local engine', async () => {
    const { url } = await local()
    const mask = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    const picture = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#c84' } })
      .png()
      .toBuffer()
    const response = await post(url, {
      input: ['make it black and white', { type: 'image', data: picture.toString('base64') }],
      response_format: { type: 'image', mime_type: 'image/png' },
      plantain: { mask: mask.toString('base64') },
    })
    const { steps } = await jsonOf(response)
    const made = sharp(Buffer.from(steps[0].content.at(-1).data, 'base64'))
    const { channels } = await made.stats()
    expect(new Set(channels.slice(0, 3).map(({ mean }) => Math.round(mean))).size).toBe(1)
  })

  test('the format: one that Google refuses here is made from what it gives', async () => {
    const { url } = await beforeScript(answering(PICTURE))
    const format = { type: 'image', mime_type: 'image/webp' }
    const { steps } = await jsonOf(
      await post(url, { model: MODEL, input: [TEXT, IMAGE], response_format: format }),
    )
    const [{ mime_type: type, data: made }] = steps[0].content
    const { format: written } = await sharp(Buffer.from(made, 'base64')).metadata()
    expect([type, written]).toEqual(['image/webp', 'webp'])
  })

  test('a link in place of the bytes', async () => {
    const { url } = await beforeScript(answering(PICTURE))
    const wish = { type: 'image', delivery: 'uri' }
    const made = await jsonOf(await post(url, { model: MODEL, input: [TEXT, IMAGE], response_format: wish }))
    const [{ uri, data: bytes }] = made.steps[0].content
    expect(bytes).toBeUndefined()
    const fetched = await fetch(uri)
    expect(Buffer.from(await fetched.arrayBuffer())).toEqual(png)
  })
})

describe('the answer', () => {
  test('is an interaction under the id of its edit, and headers say the rest', async () => {
    const { url, emulator } = await beforeGoogle()
    const response = await post(url, { model: MODEL, input: [TEXT, IMAGE] })
    const made = await jsonOf(response)
    const { costMicroUsd } = emulator.state().totals
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'plantain-edit-id': made.id,
      'plantain-outcome': 'edited',
      'plantain-model': MODEL,
      'plantain-target': 'ai-studio',
      'plantain-attempts': '1',
      'plantain-cost-micro-usd': String(costMicroUsd),
      'plantain-charged': 'yes',
      'plantain-degraded': 'false',
      'x-request-id': expect.stringMatching(/^req_/),
    })
    expect(made.usage.total_tokens).toBe(emulator.state().calls[0]?.usage?.totalTokens)
  })

  test('has words beside the picture, but where the picture alone is asked for', async () => {
    const { url } = await beforeScript(answering({ text: 'Brighter now.' }, PICTURE))
    const ask = async (more: object) => {
      const { steps } = await jsonOf(await post(url, { model: MODEL, input: [TEXT, IMAGE], ...more }))
      return steps[0].content.map(({ type }: { type: string }) => type)
    }
    expect(await ask({})).toEqual(['text', 'image'])
    expect(await ask({ response_format: [{ type: 'image' }, { type: 'text' }] })).toEqual(['text', 'image'])
    expect(await ask({ response_format: { type: 'image' } })).toEqual(['image'])
    expect(await ask({ response_modalities: ['IMAGE'] })).toEqual(['image'])
    expect(await ask({ response_modalities: ['text', 'image'] })).toEqual(['text', 'image'])
  })

  test('as events ends with the mark that clients wait for', async () => {
    const { url } = await beforeScript(answering({ text: 'Brighter now.' }, PICTURE))
    const response = await post(url, { model: MODEL, input: [TEXT, IMAGE], stream: true })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const events = (await response.text()).split('\n\n')
    expect(events.pop()).toBe('')
    expect(events.pop()).toBe('event: done\ndata: [DONE]')
    const read = events.map((event) => {
      const [, name, json = ''] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? []
      return { name, ...JSON.parse(json) }
    })
    expect(read).toMatchObject([
      { name: 'interaction.created', interaction: { status: 'in_progress', steps: [] } },
      { name: 'step.start', index: 0, step: { type: 'model_output' } },
      { name: 'step.delta', index: 0, delta: { type: 'text', text: 'Brighter now.' } },
      { name: 'step.delta', index: 0, delta: { type: 'image', data: png.toString('base64') } },
      { name: 'step.stop', index: 0 },
      { name: 'interaction.completed', interaction: { status: 'completed' } },
    ])
    expect(read.every(({ name, event_type: type }) => name === type)).toBe(true)
  })

  test.each<[string, string, string, string]>([
    ['image-safety', 'failed', 'image_safety', 'blocked'],
    ['blocked', 'failed', 'prohibited_content', 'blocked'],
    ['no-image', 'failed', 'no_image', 'no_image'],
    ['undecodable', 'incomplete', 'upstream_unreadable', 'failed'],
  ])('to %s has %s, as Google’s 200 is none of its errors', async (personas, status, code, outcome) => {
    const { url } = await beforeGoogle({ personas }, { routing: ONCE })
    for (const stream of [false, true]) {
      const response = await post(url, { model: MODEL, input: [TEXT, IMAGE], stream })
      expect([response.status, response.headers.get('plantain-outcome')]).toEqual([200, outcome])
      const made = stream ? completedIn(await response.text()) : await jsonOf(response)
      expect(made).toMatchObject({ status, errors: [{ code }] })
    }
  })

  test('of a model that only speaks is what it says', async () => {
    const { url } = await beforeScript(answering({ text: 'What a fine photo.' }))
    const response = await post(url, { model: MODEL, input: [TEXT, IMAGE] })
    expect(response.headers.get('plantain-outcome')).toBe('no_image')
    expect(await jsonOf(response)).toMatchObject({
      status: 'completed',
      steps: [{ content: [{ type: 'text', text: 'What a fine photo.' }] }],
    })
    // Where no words are wanted, it would have completed with nothing.
    const mute = { model: MODEL, input: [TEXT, IMAGE], response_format: { type: 'image' } }
    expect(await jsonOf(await post(url, mute))).toMatchObject({
      status: 'failed',
      errors: [{ code: 'no_image', message: expect.stringMatching(/\w/) }],
    })
  })

  test('goes out where it is not as it was asked for, and says so', async () => {
    const { url } = await beforeScript(answering(PICTURE))
    const format = { type: 'image', aspect_ratio: '21:9' }
    const response = await post(url, { model: MODEL, input: [TEXT, IMAGE], response_format: format })
    expect(response.headers.get('plantain-outcome')).toBe('wrong_shape')
    expect(await jsonOf(response)).toMatchObject({ status: 'completed', steps: [{ content: [{}] }] })
  })

  test('does not tell callers of the gateway’s own credential', async () => {
    const { url } = await beforeGoogle({ personas: 'key-leaked' })
    const response = await post(url, { model: MODEL, input: [TEXT, IMAGE] })
    expect([response.status, await jsonOf(response)]).toMatchObject([
      502,
      { error: { code: 'target_misconfigured' } },
    ])
  })

  test('says how long to wait', async () => {
    const { url } = await beforeGoogle({ personas: '429-minute' }, { routing: ONCE })
    const response = await post(url, { model: MODEL, input: [TEXT, IMAGE] })
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '35'])
    expect(await jsonOf(response)).toMatchObject({ error: { code: 'rate_limited' } })
  })
})

const ONCE: GatewayConfig['routing'] = {
  attempts: 1,
  noImage: 'keep',
  ambiguous: 'retry',
  timeouts: { connectMs: 10_000, firstByteMs: 170_000, idleMs: 60_000, attemptMs: 175_000 },
}

test('the location of a path is kept where a target can keep it, and else its caller is told', async () => {
  const { url } = await beforeGoogle()
  for (const [place, notice] of [
    ['/v1/interactions', null],
    ['/v1beta1/projects/p/locations/global/interactions', null],
    ['/v1beta1/projects/p/locations/europe-west4/interactions', 'location_elsewhere'],
  ] as const) {
    const response = await post(url, { model: MODEL, input: WORDS }, { path: place })
    expect([response.status, response.headers.get('plantain-notice')]).toEqual([200, notice])
  }
})

test('a model of words edits where an edit is meant, as tutorials have it', async () => {
  const { url, asked } = await beforeScript(answering(PICTURE))
  const body = { model: 'gemini-2.5-flash', input: ['Change the background to a beach', IMAGE] }
  expect(await jsonOf(await post(url, body))).toMatchObject({ status: 'completed', model: MODEL })
  const question = { model: 'gemini-2.5-flash', input: ['What is on this photo?', IMAGE] }
  expect((await post(url, question)).status).toBe(400)
  expect(asked()).toHaveLength(1)
})
