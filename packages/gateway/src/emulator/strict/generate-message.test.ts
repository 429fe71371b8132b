import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { GoogleGenAI, type GenerateContentConfig, type Part } from '@google/genai'
import { GoogleGenerativeAI } from '@google/generative-ai'
import { GoogleGenAI as GoogleGenAI1 } from 'genai-1'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ScriptedServer, startScriptedServer } from '../../../test/scripted-server.ts'
import type { Surface } from '../../models/model.ts'
import { GENERATE_CONTENT_REQUEST, type GenerateRequest } from './generate-message.ts'
import { readMessage } from './read-message.ts'

const DATA = Buffer.from('image bytes').toString('base64')
const MODEL = 'gemini-nano-banana-2.1'

/** Every part that both surfaces of `@google/genai` 3.1.0 let through. */
const PARTS = [
  { text: 'hi', thought: true, thoughtSignature: DATA },
  {
    inlineData: { mimeType: 'image/png', data: DATA, displayName: 'a.png' },
    mediaResolution: { level: 'MEDIA_RESOLUTION_ULTRA_HIGH', numTokens: 5 },
    mediaProcessing: 'STATIC',
  },
  {
    fileData: { mimeType: 'video/mp4', fileUri: 'gs://b/o', displayName: 'o' },
    videoMetadata: { startOffset: '1s', endOffset: '2.5s', fps: 0.5 },
    audioTranscription: { text: 'x', words: [{ word: 'x' }], finished: true },
    speechMetadata: { speaker: 'x', style: 'y' },
  },
  { functionCall: { id: '1', name: 'f', args: { a_b: [1] } } },
  {
    functionResponse: {
      id: '1',
      name: 'f',
      response: { output: {} },
      scheduling: 'WHEN_IDLE',
      parts: [{ inlineData: { mimeType: 'image/png', data: DATA, displayName: 'x' } }],
    },
  },
  { executableCode: { id: '2', language: 'PYTHON', code: '1' } },
  { codeExecutionResult: { id: '2', outcome: 'OUTCOME_OK', output: '1' } },
] as Part[]
const PARTS_AI_STUDIO = [
  { functionResponse: { name: 'f', willContinue: true, parts: [{ mediaProcessing: 'AGENTIC' }] } },
  { toolCall: { id: '3', toolType: 'GOOGLE_SEARCH_WEB', args: {} }, partMetadata: { x: 1 } },
  { toolResponse: { id: '3', toolType: 'GOOGLE_SEARCH_WEB', response: {} } },
] as Part[]
const PARTS_VERTEX = [
  { functionCall: { name: 'f', partialArgs: [{ jsonPath: '$' }], willContinue: true } },
] as Part[]

const CONFIG = {
  serviceTier: 'flex',
  systemInstruction: 'sys',
  temperature: 0.5,
  topP: 0.9,
  topK: 40,
  candidateCount: 1,
  maxOutputTokens: 100,
  stopSequences: ['x'],
  responseLogprobs: true,
  logprobs: 3,
  presencePenalty: 0.1,
  frequencyPenalty: 0.2,
  seed: 3,
  responseMimeType: 'application/json',
  responseSchema: { type: 'OBJECT', properties: { a: { type: 'STRING' } } },
  safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
  toolConfig: {
    functionCallingConfig: { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
    retrievalConfig: { languageCode: 'en', latLng: { latitude: 1, longitude: 2 } },
  },
  labels: { k: 'v' },
  cachedContent: 'cachedContents/x',
  responseModalities: ['TEXT', 'IMAGE', 'AUDIO', 'VIDEO'],
  mediaResolution: 'MEDIA_RESOLUTION_LOW',
  speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } }, languageCode: 'en' },
  thinkingConfig: { includeThoughts: true, thinkingBudget: -1, thinkingLevel: 'MINIMAL' },
  audioTranscriptionConfig: { languageCodes: ['en'], mode: 'SMART' },
  continuationToken: DATA,
} as unknown as GenerateContentConfig
const TOOLS = [
  { functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' }, behavior: 'BLOCKING' }] },
  { googleSearch: { searchTypes: { webSearch: {}, imageSearch: {} } } },
  { codeExecution: {}, urlContext: {}, computerUse: { environment: 'ENVIRONMENT_BROWSER' } },
  { googleMaps: { enableWidget: true }, googleSearchRetrieval: {} },
]
const CONFIG_AI_STUDIO = {
  ...CONFIG,
  imageConfig: { aspectRatio: '1:1', imageSize: '2K' },
  tools: [...TOOLS, { fileSearch: { fileSearchStoreNames: ['x'] } }],
  enableEnhancedCivicAnswers: true,
  store: true,
} as unknown as GenerateContentConfig
const CONFIG_VERTEX = {
  ...CONFIG,
  imageConfig: {
    aspectRatio: '1:1',
    imageSize: '2K',
    personGeneration: 'ALLOW_ADULT',
    prominentPeople: 'BLOCK_PROMINENT_PEOPLE',
    outputMimeType: 'image/jpeg',
    outputCompressionQuality: 80,
  },
  safetySettings: [{ category: 'HARM_CATEGORY_IMAGE_HATE', threshold: 'BLOCK_NONE', method: 'SEVERITY' }],
  tools: [
    ...TOOLS,
    {
      retrieval: { vertexAiSearch: { datastore: 'x' } },
      enterpriseWebSearch: {},
      parallelAiSearch: {},
      exaAiSearch: {},
    },
  ],
  toolConfig: { functionCallingConfig: { mode: 'ANY', streamFunctionCallArguments: true } },
  audioTimestamp: true,
  routingConfig: { manualMode: { modelName: 'x' } },
  modelSelectionConfig: { featureSelectionPreference: 'BALANCED' },
  modelArmorConfig: { promptTemplateName: 'p', responseTemplateName: 'r' },
  generationOutputConfig: { outputUriPrefix: 'gs://b' },
} as unknown as GenerateContentConfig

let server: ScriptedServer
let baseUrl: string
beforeAll(async () => {
  server = await startScriptedServer(() => ({
    json: { candidates: [{ content: { parts: [{ text: 'ok' }] }, finishReason: 'STOP' }] },
  }))
  baseUrl = server.origin
})
afterAll(() => server.close())
let before = 0
beforeEach(() => {
  before = server.seen.length
})

/** The one body sent in this test, read; and the top-level names it had. */
function sent(surface: Surface): { request: GenerateRequest; names: readonly string[] } {
  expect(server.seen).toHaveLength(before + 1)
  const document: object = JSON.parse(server.seen[before]!.body.toString())
  return {
    request: readMessage(GENERATE_CONTENT_REQUEST, document, { surface }),
    names: Object.keys(document),
  }
}

describe('what unmodified SDKs send is known', () => {
  test('@google/genai to AI Studio, everything set', async () => {
    const ai = new GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl } })
    const contents = [{ role: 'user', parts: [...PARTS, ...PARTS_AI_STUDIO] }]
    await ai.models.generateContent({ model: MODEL, contents, config: CONFIG_AI_STUDIO })
    const { request, names } = sent('ai-studio')
    expect(names.length).toBeGreaterThanOrEqual(11)
    expect(request.contents?.[0]?.parts).toHaveLength(10)
    expect(request.serviceTier).toBe('FLEX')
    expect(request.labels).toEqual({ k: 'v' })
    expect(request.generationConfig?.imageConfig).toEqual({ aspectRatio: '1:1', imageSize: '2K' })
  })

  test('@google/genai to Vertex AI, everything set', async () => {
    const ai = new GoogleGenAI({ vertexai: true, apiKey: 'x', httpOptions: { baseUrl } })
    const contents = [{ role: 'user', parts: [...PARTS, ...PARTS_VERTEX] }]
    await ai.models.generateContent({ model: MODEL, contents, config: CONFIG_VERTEX })
    const { request, names } = sent('vertex')
    expect(names).toContain('outputConfig')
    expect(request.generationConfig?.modelConfig).toEqual({ featureSelectionPreference: 'BALANCED' })
    expect(request.generationConfig?.imageConfig).toMatchObject({
      personGeneration: 'ALLOW_ADULT',
      imageOutputOptions: { mimeType: 'image/jpeg', compressionQuality: 80 },
    })
    expect(() =>
      readMessage(GENERATE_CONTENT_REQUEST, JSON.parse(server.seen.at(-1)!.body.toString()), {
        surface: 'ai-studio',
      }),
    ).toThrow(`Unknown name "personGeneration" at 'generation_config.image_config': Cannot find field.`)
  })

  test('@google/genai 1.x, a chat with a JSON schema', async () => {
    const ai = new GoogleGenAI1({ apiKey: 'x', httpOptions: { baseUrl } })
    const chat = ai.chats.create({ model: MODEL, config: { responseJsonSchema: { type: 'object' } } })
    await chat.sendMessage({
      message: [{ text: 'hi' }, { inlineData: { mimeType: 'image/png', data: DATA } }],
    })
    expect(sent('ai-studio').request.contents?.[0]?.parts?.[1]?.inlineData?.data?.base64()).toBe(DATA)
  })

  test('@google/generative-ai', async () => {
    const ai = new GoogleGenerativeAI('x').getGenerativeModel(
      { model: MODEL, systemInstruction: 'sys', tools: [{ googleSearchRetrieval: {} }] },
      { baseUrl },
    )
    await ai.generateContent({
      contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
      generationConfig: { topK: 1 },
    })
    expect(sent('ai-studio').request.systemInstruction).toEqual({ role: 'system', parts: [{ text: 'sys' }] })
  })

  test('@ai-sdk/google, an image', async () => {
    const google = createGoogleGenerativeAI({ apiKey: 'x', baseURL: `${baseUrl}/v1beta` })
    await google.languageModel(MODEL).doGenerate({
      prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      seed: 1,
      providerOptions: {
        google: {
          responseModalities: ['IMAGE'],
          imageConfig: { aspectRatio: '16:9', imageSize: '1K' },
          thinkingConfig: { thinkingLevel: 'low', includeThoughts: true },
          safetySettings: [{ category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_NONE' }],
          serviceTier: 'priority',
        },
      },
    })
    const { request } = sent('ai-studio')
    expect(request.generationConfig?.thinkingConfig?.thinkingLevel).toBe('LOW')
    expect(request.serviceTier).toBe('PRIORITY')
  })

  test('Python google-genai, as captured: casings mixed, base64 of the other alphabet', () => {
    const document = {
      contents: [
        {
          parts: [{ inlineData: { data: '-M9Q_w==', mime_type: 'image/png' } }, { text: 'hi' }],
          role: 'user',
        },
      ],
      generationConfig: { responseModalities: ['IMAGE'], imageConfig: { aspect_ratio: '1:1' } },
    }
    const request = readMessage(GENERATE_CONTENT_REQUEST, document, { surface: 'ai-studio' })
    const blob = request.contents?.[0]?.parts?.[0]?.inlineData
    expect(blob?.mimeType).toBe('image/png')
    expect(blob?.data?.bytes()).toEqual(Buffer.from([0xf8, 0xcf, 0x50, 0xff]))
    expect(request.generationConfig?.imageConfig?.aspectRatio).toBe('1:1')
  })
})

test.each<[Surface, number, string]>([
  ['ai-studio', 8, 'HARM_CATEGORY_HATE_SPEECH'],
  ['vertex', 1, 'HARM_CATEGORY_HATE_SPEECH'],
  ['vertex', 8, 'HARM_CATEGORY_IMAGE_HARASSMENT'],
])('on %s the category %i is %s', (surface, category, name) => {
  const request = readMessage(GENERATE_CONTENT_REQUEST, { safetySettings: [{ category }] }, { surface })
  expect(request.safetySettings).toEqual([{ category: name }])
})

test('what the types of GenerationConfig know beyond what generateContent takes', () => {
  const generationConfig = { enableAffectiveDialog: true, translationConfig: { targetLanguageCode: 'en' } }
  const request = readMessage(GENERATE_CONTENT_REQUEST, { generationConfig }, { surface: 'ai-studio' })
  expect(request).toEqual({ generationConfig })
})
