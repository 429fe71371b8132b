import sharp from 'sharp'
import { expect, test } from 'vitest'
import {
  answering,
  beforeScript,
  IMAGE,
  jsonOf,
  local,
  MODEL,
  PICTURE,
  png,
  post,
  TEXT,
  WORDS,
} from './interactions-client.ts'

const SIGNED = { ...PICTURE, thoughtSignature: 'c2lnbmVk' }
const OWN = { type: 'image', mime_type: 'image/png', data: png.toString('base64') }
const before = [
  { type: 'user_input', content: [TEXT, OWN] },
  {
    type: 'thought',
    signature: 'c2lnbmVk',
    summary: [{ type: 'text', text: 'I shall make it brighter.' }],
  },
  { type: 'model_output', content: [{ type: 'text', text: 'Brighter.' }, OWN] },
]
const darker = { type: 'user_input', content: [{ type: 'text', text: 'darker' }] }

test('goes to Google as it was, in turns, and so does what the model is told besides', async () => {
  const { url, asked } = await beforeScript(answering(SIGNED))
  const made = await jsonOf(
    await post(url, {
      model: MODEL,
      input: [...before, darker],
      system_instruction: 'Keep the people.',
      safety_settings: [{ type: 'harassment', threshold: 'block_none' }],
      generation_config: {
        temperature: 0.5,
        top_p: 0.9,
        max_output_tokens: 5000,
        stop_sequences: ['END'],
        thinking_level: 'minimal',
        seed: 7,
      },
    }),
  )
  expect(made.steps[0]).toEqual({ type: 'thought', signature: 'c2lnbmVk', summary: [] })
  expect(asked()).toEqual([
    {
      contents: [
        { role: 'user', parts: [{ text: WORDS }, PICTURE] },
        { role: 'model', parts: [{ text: 'Brighter.' }, SIGNED] },
        { role: 'user', parts: [{ text: 'darker' }] },
      ],
      systemInstruction: { parts: [{ text: 'Keep the people.' }] },
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      generationConfig: {
        temperature: 0.5,
        topP: 0.9,
        maxOutputTokens: 5000,
        stopSequences: ['END'],
        thinkingConfig: { thinkingLevel: 'MINIMAL' },
        responseModalities: ['TEXT', 'IMAGE'],
        seed: 7,
      },
    },
  ])
})

test('a picture without its signature, or encoded anew, goes as the caller’s own', async () => {
  const { url, asked } = await beforeScript(answering(PICTURE))
  const [question, , answer] = before
  await post(url, { model: MODEL, input: [question, answer, darker] })
  // Its colours are of a profile, which no model is to be bothered with.
  const profiled = { type: 'model_output', content: [IMAGE] }
  await post(url, { model: MODEL, input: [...before.slice(0, 2), profiled, darker] })
  expect(asked()[0].contents).toEqual([
    { role: 'user', parts: [{ text: WORDS }, PICTURE] },
    { role: 'model', parts: [{ text: 'Brighter.' }] },
    { role: 'user', parts: [PICTURE, { text: 'darker' }] },
  ])
  expect(asked()[1].contents.map(({ role }: { role: string }) => role)).toEqual(['user'])
  expect(JSON.stringify(asked()[1])).not.toContain('thoughtSignature')
})

test('a model that thought twice in one turn gets both pictures back, each with its own signature', async () => {
  const { url, asked } = await beforeScript(answering(SIGNED))
  const again = [
    { type: 'thought', signature: 'YW5vdGhlcg==' },
    { type: 'model_output', content: [OWN] },
  ]
  expect((await post(url, { model: MODEL, input: [...before, ...again, darker] })).status).toBe(200)
  const { contents } = asked()[0] as { contents: { role: string; parts: object[] }[] }
  expect(contents.filter(({ role }) => role === 'model').flatMap(({ parts }) => parts)).toEqual([
    { text: 'Brighter.' },
    SIGNED,
    { ...PICTURE, thoughtSignature: 'YW5vdGhlcg==' },
  ])
})

test('what is edited is the last picture: the answer is held against it', async () => {
  const { url } = await beforeScript(answering(PICTURE))
  const other = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#104080' } })
    .png()
    .toBuffer()
  const shown = { ...OWN, data: other.toString('base64') }
  const outcome = async (input: unknown) =>
    (await post(url, { model: MODEL, input })).headers.get('plantain-outcome')
  const words = { type: 'text', text: 'darker' }
  expect(await outcome([...before, darker])).toBe('unchanged')
  expect(await outcome([...before, words, shown])).toBe('edited')
  expect(await outcome([{ role: 'user', content: [shown] }, ...before.slice(1), words])).toBe('unchanged')
})

test('the local engine takes the picture and the last words, and no settings', async () => {
  const { url } = await local()
  const words = { role: 'user', content: 'make it black and white' }
  const made = await jsonOf(await post(url, { input: [...before, words] }))
  expect(made).toMatchObject({ status: 'completed', steps: [{ type: 'model_output' }] })
  const refused = await jsonOf(await post(url, { input: [...before, words], system_instruction: 'a' }))
  expect(refused.error).toMatchObject({
    code: 'unsupported_option',
    message: expect.stringContaining('no systemInstruction'),
  })
})
