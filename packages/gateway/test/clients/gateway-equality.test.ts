import type { GenerateContentResponse, Part } from '@google/genai'
import { describe, expect, onTestFinished, test } from 'vitest'
import { PERSONAS } from '../../src/emulator/faults/persona.ts'
import type { RunningEmulator } from '../../src/emulator/options.ts'
import { startEmulator } from '../../src/emulator.ts'
import { edit, KEY, MODEL } from '../emulator-client.ts'
import { gatewayBefore } from '../gateway-client.ts'
import { RELEASES } from './google-genai.ts'
import { stayHome } from './network.ts'
import { written } from './personas.ts'

stayHome()

/**
 * Whoever changes the base URL must not notice: the SDK's results through the gateway equal its results from the
 * emulator itself, signatures and all. Two emulators of one seed answer alike.
 */

/** Where the connection itself is the answer: a gateway has one of its own to its caller, and says what happened. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(['stall', 'half-open', 'reset', 'close'])

interface Sdk {
  generate(config?: object, contents?: object): Promise<unknown>
  stream(config?: object): Promise<unknown>
  chat(): Promise<unknown>
  carelessChat(): Promise<unknown>
  count(): Promise<unknown>
  text(): Promise<unknown>
}

function sdkOf({ GoogleGenAI }: (typeof RELEASES)[number][1], baseUrl: string, apiKey = KEY): Sdk {
  const ai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl } })
  return {
    generate: (config = {}, contents = edit()) =>
      ask(() =>
        ai.models.generateContent({ model: MODEL, ...(contents as ReturnType<typeof edit>), config }),
      ),
    stream: (config = {}) =>
      ask(async () =>
        Array.fromAsync(await ai.models.generateContentStream({ model: MODEL, ...edit(), config })),
      ),
    chat: () =>
      ask(async () => {
        const chat = ai.chats.create({ model: MODEL })
        const answers: GenerateContentResponse[] = []
        const parts: Part[] = edit().contents.flatMap((content) => content.parts)
        for (const message of [parts, 'now at night', 'and with snow'])
          answers.push(await chat.sendMessage({ message }))
        return { answers, history: chat.getHistory() }
      }),
    carelessChat: () =>
      ask(async () => {
        const chat = ai.chats.create({ model: MODEL })
        await chat.sendMessage({ message: edit().contents.flatMap((content) => content.parts) })
        const history = chat.getHistory().map((turn) => ({ ...turn, parts: withoutSignatures(turn.parts) }))
        return ai.chats.create({ model: MODEL, history }).sendMessage({ message: 'again' })
      }),
    count: () => ask(() => ai.models.countTokens({ model: MODEL, ...edit() })),
    text: () =>
      ask(() =>
        ai.models.generateContent({ model: 'gemini-2.5-flash', ...edit({}, 'What is in the photo?') }),
      ),
  }
}

async function ask(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return plain(await run())
  } catch (thrown) {
    const { name, message, status } = thrown as Error & { status?: number }
    return { name, status, message: parsed(message) }
  }
}

function withoutSignatures(parts: readonly Part[] = []): Part[] {
  return parts.map(({ thoughtSignature: _signature, ...part }) => part)
}

async function unaryAndStreamed(sdk: Sdk): Promise<unknown> {
  return [await sdk.generate(), await sdk.stream()]
}

/** How long the day still lasts is another number a moment later. */
function timeless(value: unknown): string {
  return JSON.stringify(value).replaceAll(/863\d\d\.\d+s/g, 'a day')
}

/** Canonical JSON: keys in order, and nothing of the HTTP exchange, whose headers are each server's own. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => {
      if (key === 'sdkHttpResponse') return undefined
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
      return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    }),
  )
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return message
  }
}

async function emulatorWith(personas: string): Promise<RunningEmulator> {
  const emulator = await startEmulator({ pictures: 'canned', cannedBytes: 20_000, personas, seed: 7 })
  onTestFinished(() => emulator.close())
  return emulator
}

/** What came straight, and what came through. */
async function both(
  genai: (typeof RELEASES)[number][1],
  asking: (sdk: Sdk) => Promise<unknown>,
  { personas = '', key = KEY } = {},
): Promise<readonly [unknown, unknown]> {
  const [straight, behind] = await Promise.all([emulatorWith(personas), emulatorWith(personas)])
  const gateway = await gatewayBefore(behind.url)
  onTestFinished(async () => void (await gateway.close()))
  return [await asking(sdkOf(genai, straight.url, key)), await asking(sdkOf(genai, gateway.url, key))]
}

describe.each(RELEASES)('@google/genai %s through the gateway is @google/genai', (_, genai) => {
  test.each<[string, (sdk: Sdk) => Promise<unknown>]>([
    ['an edit', (sdk) => sdk.generate()],
    ['ratio and size', (sdk) => sdk.generate({ imageConfig: { aspectRatio: '16:9', imageSize: '2K' } })],
    ['a ratio no model has', (sdk) => sdk.generate({ imageConfig: { aspectRatio: '17:9' } })],
    ['images only, with a seed', (sdk) => sdk.generate({ responseModalities: ['IMAGE'], seed: 5 })],
    ['words only', (sdk) => sdk.generate({ responseModalities: ['TEXT'] })],
    ['a system instruction', (sdk) => sdk.generate({ systemInstruction: 'You paint.', temperature: 0.5 })],
    ['nothing to edit', (sdk) => sdk.generate({}, { contents: [{ parts: [{ text: 'a rocket' }] }] })],
    [
      'no instruction',
      (sdk) => sdk.generate({}, { contents: [{ parts: edit().contents[0]!.parts.slice(1) }] }),
    ],
    ['no contents', (sdk) => sdk.generate({}, { contents: [] })],
    ['a stream', (sdk) => sdk.stream()],
    ['a chat with its signatures', (sdk) => sdk.chat()],
    ['a chat that lost them', (sdk) => sdk.carelessChat()],
    ['a count of tokens', (sdk) => sdk.count()],
    ['a question to a text model', (sdk) => sdk.text()],
  ])('%s', async (_name, asking) => {
    const [straight, through] = await both(genai, asking)
    expect(through).toEqual(straight)
  })

  test.each(['AIza-invalid', 'AIza-expired', 'AIza-leaked', 'AIza-denied', 'AQ.invalid'])(
    'the key %s, let through',
    async (key) => {
      const [straight, through] = await both(genai, (sdk) => sdk.generate(), { key })
      expect(through).toEqual(straight)
      expect(straight).toMatchObject({ name: 'ApiError' })
    },
  )

  test.each(PERSONAS.map(({ name }) => name).filter((name) => !OF_THE_CONNECTION.has(name)))(
    '%s, unary and streamed',
    async (name) => {
      const [straight, through] = await both(genai, unaryAndStreamed, { personas: written(name) })
      expect(timeless(through)).toBe(timeless(straight))
      expect(straight).toHaveLength(2)
    },
  )
})
