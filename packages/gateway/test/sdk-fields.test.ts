import { GoogleGenAI } from '@google/genai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Type } from 'typescript/unstable/sync'
import { GEMINI } from '../src/wire/fields/gemini.ts'
import { IMAGEN } from '../src/wire/fields/imagen.ts'
import { INTERACTIONS_FIELDS } from '../src/wire/fields/interactions.ts'
import { OPENAI_EDITS, OPENAI_GENERATIONS } from '../src/wire/fields/openai.ts'
import { openTypes, type TypedFields, type WireFields } from './sdk-fields/typed-fields.ts'
import type { SdkRequests } from './sdk-fields/sdk-requests.ts'
import { stayHome } from './clients/network.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

stayHome()

type Rule = readonly [of: RegExp, onTheWire: string | null]

/** The first rule that a path matches says where it goes; without one it stays where it is. */
function placedBy(rules: readonly Rule[]): WireFields['place'] {
  return (path) => {
    const [pattern, to] = rules.find(([of]) => of.test(path)) ?? []
    if (pattern === undefined || to === undefined) return path
    return to === null ? null : path.replace(pattern, to)
  }
}

/** As the package writes them; `contents` may be a text, a part, a turn, or lists of these. */
const GENAI = placedBy([
  [/^config\.(?:httpOptions|abortSignal|automaticFunctionCalling|automaticContinuation)\b/, null],
  [
    /^config\.(systemInstruction|safetySettings|tools|toolConfig|cachedContent|serviceTier|store|labels|modelArmorConfig|continuationToken)/,
    '$1',
  ],
  [/^config\.generationOutputConfig/, 'outputConfig'],
  [/^config\.modelSelectionConfig/, 'generationConfig.modelConfig'],
  [/^config\.imageConfig\.outputMimeType$/, 'generationConfig.imageConfig.imageOutputOptions.mimeType'],
  [
    /^config\.imageConfig\.outputCompressionQuality$/,
    'generationConfig.imageConfig.imageOutputOptions.compressionQuality',
  ],
  [/^config/, 'generationConfig'],
  [/^contents(?:\[\])*$/, 'contents'],
  [/^contents(?:\[\])*\.(parts|role)/, 'contents[].$1'],
  [/^contents(?:\[\])*\./, 'contents[].parts[].'],
])

/** What three methods write for `:predict`. */
const IMAGEN_CALLS = placedBy([
  [/^(?:model|config\.(?:httpOptions|abortSignal))\b/, null],
  [/^(?=prompt$|image(?:\.|$)|referenceImages)/, 'instances[].'],
  [/^upscaleFactor$/, 'parameters.upscaleConfig.upscaleFactor'],
  [/^config\.(?=enhanceInputImage|imagePreservationFactor)/, 'parameters.upscaleConfig.'],
  [/^config\.labels$/, 'labels'],
  [/^config\.outputGcsUri$/, 'parameters.storageUri'],
  [/^config\.numberOfImages$/, 'parameters.sampleCount'],
  [/^config\.imageSize$/, 'parameters.sampleImageSize'],
  [/^config\.safetyFilterLevel$/, 'parameters.safetySetting'],
  [/^config\.outputMimeType$/, 'parameters.outputOptions.mimeType'],
  [/^config\.outputCompressionQuality$/, 'parameters.outputOptions.compressionQuality'],
  [/^config\.baseSteps$/, 'parameters.editConfig.baseSteps'],
  [/^config/, 'parameters'],
])

/** Of pictures and references, which are objects of the package's own. */
const IMAGEN_PARTS = placedBy([
  [/\.imageBytes$/, '.bytesBase64Encoded'],
  [/\.config\.segmentationClasses$/, '.maskImageConfig.maskClasses'],
  [/\.config\.maskDilation$/, '.maskImageConfig.dilation'],
  [/\.config\.(?=mask)/, '.maskImageConfig.'],
  [/\.config\.enableControlImageComputation$/, '.controlImageConfig.computeControl'],
  [/\.config\.(?=control)/, '.controlImageConfig.'],
  [/\.config\.(?=style)/, '.styleImageConfig.'],
  [/\.config\.(?=subject)/, '.subjectImageConfig.'],
  [/\.config$/, '.maskImageConfig'],
])

function imagenPlace(path: string): string | null {
  const place = IMAGEN_CALLS(path)
  return place === null ? null : IMAGEN_PARTS(place)
}

const AS_WRITTEN = placedBy([])
const INTERACTIONS_CALL = placedBy([[/^api_version$/, null]])
/** Files go as files, whatever object the package takes for one. */
const OPENAI_FORM = placedBy([[/^(?:image(?:\[\])?|mask|markup)\..*/, null]])

const gemini = { table: GEMINI, place: GENAI }
const imagen = { table: IMAGEN, place: imagenPlace }
const interactions = { table: INTERACTIONS_FIELDS, place: INTERACTIONS_CALL }

/** Every request type of an official package, and the table of the dialect it is written in. */
const REQUESTS: Readonly<Record<keyof SdkRequests, WireFields>> = {
  'generateContent of @google/genai': gemini,
  'generateContent of @google/genai 1': gemini,
  'generateContent of @google/generative-ai': { table: GEMINI, place: AS_WRITTEN },
  'editImage of @google/genai': imagen,
  'editImage of @google/genai 1': imagen,
  'generateImages of @google/genai': imagen,
  'generateImages of @google/genai 1': imagen,
  'upscaleImage of @google/genai': imagen,
  'upscaleImage of @google/genai 1': imagen,
  'interactions.create of @google/genai': interactions,
  'interactions.create of @google/genai, for an agent': interactions,
  'images.edit of openai': { table: OPENAI_EDITS, place: OPENAI_FORM },
  'images.generate of openai': { table: OPENAI_GENERATIONS, place: AS_WRITTEN },
}

let types: TypedFields
let requests: ReadonlyMap<string, Type>
beforeAll(() => {
  types = openTypes()
  requests = types.members('packages/gateway/test/sdk-fields/sdk-requests.ts', 'SdkRequests')
})
afterAll(() => types.close())

function unknownIn(name: string, fields: WireFields): readonly string[] {
  const type = requests.get(name)
  if (type === undefined) throw new Error(`There is no type of ${name}.`)
  return types.unknownIn(type, fields)
}

describe('every field that an official package can send is in the table of its dialect', () => {
  test.each(Object.entries(REQUESTS))('%s', (name, fields) => {
    expect(unknownIn(name, fields)).toEqual([])
  })

  test('no type is passed over', () => {
    expect([...requests.keys()].toSorted()).toEqual(Object.keys(REQUESTS).toSorted())
  })

  test.each(Object.entries(REQUESTS))(
    '%s has fields, and a table without any misses them',
    (name, { place }) => {
      expect(unknownIn(name, { table: {}, place }).length).toBeGreaterThan(1)
    },
  )

  test('a field is missed where a table does not have it, however deep', () => {
    const name = 'generateContent of @google/genai'
    for (const [path, missed] of [
      [
        'generationConfig.imageConfig.aspectRatio',
        'config.imageConfig.aspectRatio (generationConfig.imageConfig.aspectRatio)',
      ],
      [
        'contents[].parts[].thoughtSignature',
        'contents.parts[].thoughtSignature (contents[].parts[].thoughtSignature)',
      ],
      ['labels', 'config.labels (labels)'],
    ] as const) {
      const { [path]: _, ...table } = GEMINI
      expect(unknownIn(name, { table, place: GENAI })).toContain(missed)
    }
  })
})

/** What the rules above say is what the package does: each field with one value is sent, alone, and looked for in the body. */
describe('the package sends each field where the rules say', () => {
  let server: ScriptedServer
  beforeAll(async () => {
    server = await startScriptedServer(() => ({ json: {} }))
  })
  afterAll(() => server.close())

  const image = { imageBytes: 'AAAA', mimeType: 'image/png' }
  const METHODS = {
    'generateContent of @google/genai': [GENAI, 'generateContent', { contents: 'x' }],
    'editImage of @google/genai': [imagenPlace, 'editImage', { prompt: 'x', referenceImages: [] }],
    'generateImages of @google/genai': [imagenPlace, 'generateImages', { prompt: 'x' }],
    'upscaleImage of @google/genai': [imagenPlace, 'upscaleImage', { image, upscaleFactor: 'x2' }],
  } as const

  test.each(Object.entries(METHODS))('%s', async (name, [place, method, around]) => {
    const fields = [...types.scalarsIn(requests.get(name)!)].filter(([path]) => path.startsWith('config.'))
    const lost: string[] = []
    for (const [path, value] of fields) {
      const wire = place(path)
      if (wire === null) continue
      const bodies = [
        await sent({ vertexai: false, method, around, path, value }),
        await sent({ vertexai: true, method, around, path, value }),
      ]
      if (!bodies.some((body) => JSON.stringify(at(body, wire))?.includes(String(value)))) {
        lost.push(`${path}: ${wire}`)
      }
    }
    expect(lost).toEqual([])
    expect(fields.length).toBeGreaterThan(8)
  })

  interface Sending {
    readonly vertexai: boolean
    readonly method: string
    readonly around: object
    readonly path: string
    readonly value: unknown
  }

  /** `null`: the package does not send it so. */
  async function sent({ vertexai, method, around, path, value }: Sending): Promise<unknown> {
    const { models } = new GoogleGenAI({
      vertexai,
      apiKey: 'any',
      httpOptions: { baseUrl: server.origin },
    })
    const steps = path.split('.')
    const tree = steps.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value)
    const before = server.seen.length
    try {
      const call: unknown = Reflect.get(models, method)
      if (typeof call !== 'function') throw new Error(`There is no ${method}.`)
      await Reflect.apply(call, models, [{ model: 'm', ...around, ...(tree as object) }])
    } catch {
      // What one of its two modes does not have it says itself.
    }
    const request = server.seen[before]
    return request === undefined ? null : JSON.parse(request.body.toString())
  }
})

function at(body: unknown, path: string): unknown {
  return path
    .replaceAll('[]', '.0')
    .split('.')
    .reduce<unknown>(
      (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
      body,
    )
}
