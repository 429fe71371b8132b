import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NotFoundError, UnprocessableEntityError, toFile } from 'openai'
import type { ImagesResponse } from 'openai/resources/images'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SETTINGS } from '../gateway-client.ts'
import { stayHome } from './network.ts'
import { MASK, openAiStage, PHOTO, photo, pictureOf, PROMPT } from './openai-stage.ts'

stayHome()

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const dataUrl = (bytes: Buffer, type: string) => `data:${type};base64,${bytes.toString('base64')}`

/** The photo as a file of the gateway, as its uploads go. */
async function uploadedTo(url: string): Promise<{ readonly name: string; readonly uri: string }> {
  const started = await fetch(`${url}/upload/v1beta/files`, {
    method: 'POST',
    headers: {
      'x-goog-upload-protocol': 'resumable',
      'x-goog-upload-command': 'start',
      'x-goog-upload-header-content-length': String(PHOTO.length),
      'x-goog-upload-header-content-type': 'image/jpeg',
    },
  })
  const ended = await fetch(started.headers.get('x-goog-upload-url')!, {
    method: 'POST',
    headers: { 'x-goog-upload-command': 'upload, finalize', 'x-goog-upload-offset': '0' },
    body: new Uint8Array(PHOTO),
  })
  return JSON.parse(await ended.text()).file
}

describe('images.edit', () => {
  test('one file: the very photo arrives, and the answer says what was made', async () => {
    const { openai, calls } = await openAiStage()
    const { data: answer, response } = await openai.images
      .edit({ model: 'gpt-image-2', image: await photo(), prompt: PROMPT, size: '1536x1024' })
      .withResponse()
    expect(answer).toMatchObject({
      background: 'opaque',
      quality: 'medium',
      size: '1264x848',
      output_format: 'jpeg',
      usage: { input_tokens_details: { image_tokens: 1120 }, output_tokens: expect.any(Number) },
      plantain: {
        outcome: 'edited',
        requestedModel: 'gpt-image-2',
        model: 'gemini-nano-banana-2.1',
        notices: [{ code: 'model_alias', text: expect.stringContaining('a model of OpenAI’s') }],
        missing: [],
      },
    })
    expect(answer.created).toBeGreaterThan(1.7e9)
    expect(await pictureOf(answer.data?.[0]?.b64_json)).toEqual({ size: '1264x848', format: 'jpeg' })
    const { usage } = answer
    expect(usage!.input_tokens + usage!.output_tokens).toBe(usage!.total_tokens)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'plantain-outcome': 'edited',
      'plantain-model': 'gemini-nano-banana-2.1',
      'plantain-notice': 'model_alias',
      'plantain-cost-micro-usd': expect.stringMatching(/^[1-9]\d+$/),
      'x-request-id': expect.stringMatching(/^req_/),
    })
    expect(calls()).toMatchObject([
      { model: 'gemini-nano-banana-2.1', images: [{ sha256: sha256(PHOTO), mimeType: 'image/jpeg' }] },
    ])
  })

  test('the very photo also where only its head is looked at, however long it is', async () => {
    const { openai, calls } = await openAiStage({
      gateway: { limits: { ...SETTINGS.limits, verify: 'headers' } },
    })
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
    const long = await sharp({ create: { width: 900, height: 900, channels: 3, background: '#888', noise } })
      .jpeg({ quality: 95 })
      .toBuffer()
    expect(long.length).toBeGreaterThan(300_000)
    await openai.images.edit({ image: await toFile(long, 'photo.jpg'), prompt: PROMPT })
    expect(calls()[0]?.images).toMatchObject([{ sha256: sha256(long) }])
  })

  test('a file that is read while it is sent, and several in their order', async () => {
    const { openai, calls } = await openAiStage()
    const folder = await mkdtemp(join(tmpdir(), 'plantain-openai-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const second = await sharp(PHOTO).flop().png().toBuffer()
    await writeFile(join(folder, 'a.png'), second)
    await openai.images.edit({ image: createReadStream(join(folder, 'a.png')), prompt: PROMPT })
    const image = [await photo(), await toFile(second, 'b.png', { type: 'image/png' })]
    await openai.images.edit({ image, prompt: PROMPT })
    const sent = calls().map(({ images }) => images.map((one) => one.sha256))
    expect(sent).toEqual([[sha256(second)], [sha256(PHOTO), sha256(second)]])
  })

  test('as JSON, with data URLs, as openai.com has it beside the form', async () => {
    const { openai, calls } = await openAiStage()
    const second = await sharp(PHOTO).flop().png().toBuffer()
    const images = [{ image_url: dataUrl(PHOTO, 'image/jpeg') }, { image_url: dataUrl(second, 'image/png') }]
    const body = { model: 'gpt-image-2', prompt: PROMPT, images, size: '1024x1536', n: 1 }
    const answer = await openai.post<ImagesResponse>('/images/edits', { body })
    expect(answer).toMatchObject({ size: '848x1264' })
    expect(calls()[0]?.images.map((one) => one.sha256)).toEqual([sha256(PHOTO), sha256(second)])
  })

  test('a picture that was uploaded here, by its id and by its address', async () => {
    const { openai, url, calls } = await openAiStage()
    const file = await uploadedTo(url)
    for (const image of [{ file_id: file.name }, { image_url: file.uri }]) {
      await openai.post('/images/edits', { body: { prompt: PROMPT, images: [image] } })
    }
    expect(calls().map(({ images }) => images.map((one) => one.sha256))).toEqual([
      [sha256(PHOTO)],
      [sha256(PHOTO)],
    ])
    const foreign = { prompt: PROMPT, images: [{ image_url: 'https://example.com/a.png' }] }
    await expect(openai.post('/images/edits', { body: foreign })).rejects.toMatchObject({
      status: 400,
      param: 'images[0].image_url',
    })
  })

  test('a link in place of the picture, as asked for, and for the names whose clients expect it', async () => {
    const { openai } = await openAiStage()
    const image = await photo()
    const asked = { image, prompt: PROMPT, output_format: 'png' } as const
    for (const more of [{ response_format: 'url' }, { model: 'dall-e-2' }] as const) {
      const { data, output_format } = await openai.images.edit({ ...asked, ...more })
      expect(data).toEqual([{ url: expect.stringContaining('/images/0?') }])
      const picture = await fetch(data![0]!.url!)
      expect([picture.headers.get('content-type'), output_format]).toEqual(['image/png', 'png'])
      expect((await sharp(await picture.arrayBuffer()).metadata()).format).toBe('png')
    }
    const inline = await openai.images.edit({ ...asked, model: 'dall-e-2', response_format: 'b64_json' })
    expect(await pictureOf(inline.data?.[0]?.b64_json)).toMatchObject({ format: 'png' })
  })

  test('no link where nothing is kept: refused where asked for, and else the picture', async () => {
    const store = { ...SETTINGS.store, resultsKeepMs: 0 }
    const folder = await mkdtemp(join(tmpdir(), 'plantain-openai-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const { openai } = await openAiStage({ gateway: { store: { ...store, folder } } })
    const image = await photo()
    const { data } = await openai.images.edit({ image, prompt: PROMPT, model: 'dall-e-2' })
    expect(data).toEqual([{ b64_json: expect.any(String) }])
    await expect(openai.images.edit({ image, prompt: PROMPT, response_format: 'url' })).rejects.toMatchObject(
      { status: 400, code: 'unsupported_option', param: 'response_format' },
    )
  })

  test('several results of one edit, under one id and one bill', async () => {
    const { openai, calls } = await openAiStage()
    const { data: answer, response } = await openai.images
      .edit({ image: await photo(), prompt: PROMPT, n: 3 })
      .withResponse()
    expect(answer.data).toHaveLength(3)
    expect(calls()).toHaveLength(3)
    const cost = calls().reduce((sum, call) => sum + call.costMicroUsd, 0)
    expect(response.headers.get('plantain-cost-micro-usd')).toBe(String(cost))
  })

  test('what of several did not come is told beside those that did', async () => {
    const { openai } = await openAiStage({ emulator: { personas: 'image-safety@1x' } })
    const answer = await openai.images.edit({ image: await photo(), prompt: PROMPT, n: 3 })
    expect(answer.data).toHaveLength(2)
    expect(answer).toMatchObject({ plantain: { missing: [{ code: 'image_blocked' }] } })
  })

  test('a mask: what is transparent is edited, and all else comes back as it was', async () => {
    const { openai } = await openAiStage()
    const answer = await openai.images.edit({
      image: await photo(),
      mask: await toFile(MASK, 'mask.png'),
      prompt: PROMPT,
      output_format: 'png',
    })
    expect(answer).toMatchObject({ size: '320x240', plantain: { checks: { preserved: true } } })
    const edited = await sharp(Buffer.from(answer.data![0]!.b64_json!, 'base64'))
      .removeAlpha()
      .raw()
      .toBuffer()
    const before = await sharp(PHOTO).removeAlpha().raw().toBuffer()
    const changed = (inside: boolean) => {
      let count = 0
      for (let at = 0; at < before.length; at += 3) {
        const [x, y] = [(at / 3) % 320, Math.floor(at / 3 / 320)]
        if ((x >= 60 && x < 160 && y >= 40 && y < 140) !== inside) continue
        if (before[at] !== edited[at] || before[at + 1] !== edited[at + 1]) count += 1
      }
      return count
    }
    expect(changed(false)).toBe(0)
    expect(changed(true)).toBeGreaterThan(5000)
  })

  test.each([
    ['png', undefined],
    ['webp', 60],
    ['jpeg', 0],
    ['jpeg', 100],
  ] as const)('as %s, compressed to %j', async (output_format, output_compression) => {
    const { openai } = await openAiStage()
    const answer = await openai.images.edit({
      image: await photo(),
      prompt: PROMPT,
      output_format,
      ...(output_compression !== undefined && { output_compression }),
    })
    expect(answer.output_format).toBe(output_format)
    expect(await pictureOf(answer.data?.[0]?.b64_json)).toMatchObject({ format: output_format })
  })

  test('options that OpenAI has no field for', async () => {
    const { openai, calls } = await openAiStage()
    const plantain = { output: { aspectRatio: '21:9' }, seed: 7, metadata: { who: 'me' } }
    const asked = { image: await photo(), prompt: PROMPT, plantain } as const
    const answer = await openai.images.edit(asked)
    expect(answer).toMatchObject({ size: '1584x672' })
    const whole = { ...asked, plantain: JSON.stringify(plantain) }
    expect(await openai.images.edit(whole)).toMatchObject({ size: '1584x672' })
    expect(calls()).toHaveLength(2)
  })
})

test('a kept result of the same question is the same picture, long after the memory of its answer was given back', async () => {
  const { openai, calls } = await openAiStage({ emulator: { cannedBytes: 200_000 } })
  const image = await photo()
  const ask = async (prompt: string) => {
    const asked = { image, prompt, plantain: { cache: true } } as const
    return (await openai.images.edit(asked)).data?.[0]?.b64_json
  }
  const first = await ask(PROMPT)
  await ask('something else, in the same memory')
  expect(await ask(PROMPT)).toBe(first)
  expect(calls()).toHaveLength(2)
})

describe('what can be come back for', () => {
  test('nothing of a picture that was given out', async () => {
    const { openai, url } = await openAiStage()
    const asked = openai.images.edit({ image: await photo(), prompt: PROMPT })
    const id = (await asked.asResponse()).headers.get('plantain-edit-id')
    expect((await fetch(`${url}/v1/edits/${id}`)).status).toBe(404)
  })

  test('a picture that failed a check, or all the same where any will do', async () => {
    const emulator = { personas: 'unchanged', pictures: 'engine', drift: 'none' } as const
    const { openai, url } = await openAiStage({ emulator })
    const image = await photo()
    const refused = await openai.images.edit({ image, prompt: PROMPT }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ status: 502, code: 'unchanged' })
    const { plantain } = (refused as { error: { plantain: { result: string } } }).error
    const kept = await fetch(`${url}${plantain.result}`, { headers: { accept: 'image/*' } })
    expect((await sharp(await kept.arrayBuffer()).metadata()).format).toBe('jpeg')
    const any = { image, prompt: PROMPT, plantain: { accept: 'any' } } as const
    expect(await openai.images.edit(any)).toMatchObject({ plantain: { outcome: 'unchanged' }, data: [{}] })
  })
})

describe('a stream', () => {
  test('the picture is an event, with what was used', async () => {
    const { openai } = await openAiStage()
    const stream = await openai.images.edit({
      image: await photo(),
      prompt: PROMPT,
      stream: true,
      quality: 'high',
      partial_images: 2,
    })
    const events = await Array.fromAsync(stream)
    expect(events).toMatchObject([
      {
        type: 'image_edit.completed',
        created_at: expect.any(Number),
        quality: 'high',
        background: 'opaque',
        output_format: 'jpeg',
        usage: { total_tokens: expect.any(Number) },
        plantain: { outcome: 'edited' },
      },
    ])
  })

  test.each(['drafts=3', 'thought-drafts=3'])(
    'interim pictures, as many as asked for: %s',
    async (personas) => {
      const { openai } = await openAiStage({ emulator: { personas } })
      const seen = async (partial_images: number) => {
        const image = await photo()
        const stream = await openai.images.edit({ image, prompt: PROMPT, stream: true, partial_images })
        return Array.fromAsync(stream)
      }
      const events = await seen(2)
      expect(events.map(({ type }) => type)).toEqual([
        'image_edit.partial_image',
        'image_edit.partial_image',
        'image_edit.completed',
      ])
      expect(events).toMatchObject([{ partial_image_index: 0 }, { partial_image_index: 1 }, {}])
      for (const { b64_json } of events) expect(await pictureOf(b64_json)).toMatchObject({ format: 'jpeg' })
      expect(await seen(0)).toHaveLength(1)
      expect(await seen(3)).toHaveLength(4)
    },
  )

  test('of several an event each; what they cost stands in the last', async () => {
    const { openai } = await openAiStage()
    const stream = await openai.images.generate({ prompt: 'a rocket', stream: true, n: 2 })
    const events = await Array.fromAsync(stream)
    expect(events.map(({ type }) => type)).toEqual(Array(2).fill('image_generation.completed'))
    expect(events).toMatchObject([{ usage: { total_tokens: 0 } }, { plantain: { charged: 'yes' } }])
  })

  test('a refusal is an error with its status, and no stream', async () => {
    const { openai } = await openAiStage({ emulator: { personas: 'image-safety' } })
    const asked = openai.images.edit({ image: await photo(), prompt: PROMPT, stream: true })
    await expect(asked).rejects.toBeInstanceOf(UnprocessableEntityError)
  })
})

describe('images.generate', () => {
  test('a picture out of words', async () => {
    const { openai, calls } = await openAiStage()
    const answer = await openai.images.generate({
      model: 'gpt-image-1.5',
      prompt: 'a rocket on a beach',
      size: '1024x1024',
      quality: 'high',
      user: 'somebody',
      moderation: 'auto',
    })
    expect(answer).toMatchObject({
      size: '1024x1024',
      quality: 'medium',
      data: [{ b64_json: expect.any(String) }],
    })
    expect(calls()).toMatchObject([{ images: [], imagesBilled: 1 }])
  })

  test.each(['1024x1024', '1376x768', '384x3072', '2400x1792', '848x1264'])(
    '%s is made as it was asked for',
    async (size) => {
      const { openai } = await openAiStage()
      expect(await openai.images.generate({ prompt: 'a rocket', size })).toMatchObject({ size })
    },
  )

  test.each([
    ['low', '1024x1024'],
    ['hd', '2048x2048'],
    ['max', '4096x4096'],
  ] as const)('quality %s where nothing is said of the size is %s', async (quality, size) => {
    const { openai } = await openAiStage()
    const plantain = { output: { aspectRatio: '1:1' } }
    const asked = { prompt: 'a rocket', quality, plantain } as const
    expect(await openai.images.generate(asked)).toMatchObject({ size })
  })

  test('a size that a model has not so small is made in the smallest it has', async () => {
    const { openai } = await openAiStage()
    const small = { prompt: 'a rocket', size: '256x256' } as const
    const sizeOf = async (model: string) => (await openai.images.generate({ ...small, model })).size
    expect(await sizeOf('gemini-3.1-flash-image')).toBe('512x512')
    expect(await sizeOf('dall-e-2')).toBe('1024x1024')
  })
})

describe('the model', () => {
  test.each([undefined, null, 'gpt-image-1', 'gpt-image-2-2026-04-21', 'dall-e-3', 'chatgpt-image-latest'])(
    '%s means what the gateway takes by itself, and the answer says so',
    async (model) => {
      const { openai } = await openAiStage()
      const { data, response } = await openai.images
        .generate({ prompt: 'a rocket', response_format: 'b64_json', ...(model !== undefined && { model }) })
        .withResponse()
      expect(data).toMatchObject({
        plantain: { requestedModel: model ?? null, model: 'gemini-nano-banana-2.1' },
      })
      expect(response.headers.get('plantain-notice')).toContain('model_alias')
    },
  )

  test.each([
    ['nano-banana-pro', 'gemini-3-pro-image'],
    ['gemini-3.1-flash-image', 'gemini-3.1-flash-image'],
    ['models/gemini-nano-banana-2.1', 'gemini-nano-banana-2.1'],
  ])('%s is Google’s', async (model, id) => {
    const { openai, calls } = await openAiStage()
    const answer = await openai.images.generate({ prompt: 'a rocket', model })
    expect(answer).toMatchObject({ plantain: { requestedModel: model, model: id } })
    expect(calls()[0]?.model).toBe(id)
  })

  test('any other is none', async () => {
    const { openai, calls } = await openAiStage()
    const asked = openai.images.generate({ prompt: 'a rocket', model: 'flux-2-pro' })
    await expect(asked).rejects.toBeInstanceOf(NotFoundError)
    await expect(asked).rejects.toMatchObject({
      code: 'model_not_found',
      param: 'model',
      type: 'invalid_request_error',
    })
    expect(calls()).toEqual([])
  })
})
