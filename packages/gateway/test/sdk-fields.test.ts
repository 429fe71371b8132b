import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Type } from 'typescript/unstable/sync'
import { GEMINI } from '../src/wire/fields/gemini.ts'
import { IMAGEN } from '../src/wire/fields/imagen.ts'
import { INTERACTIONS_FIELDS } from '../src/wire/fields/interactions.ts'
import { OPENAI_EDITS, OPENAI_GENERATIONS } from '../src/wire/fields/openai.ts'
import { openTypes, type TypedFields, type WireFields } from './sdk-fields/typed-fields.ts'
import type { SdkRequests } from './sdk-fields/sdk-requests.ts'

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
  [/^config\.(?:httpOptions|abortSignal|automaticFunctionCalling|automaticContinuation)$/, null],
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
  [/^(?:model|config\.(?:httpOptions|abortSignal))$/, null],
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
