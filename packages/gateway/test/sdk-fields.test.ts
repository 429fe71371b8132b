import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Type } from 'typescript/unstable/sync'
import { GEMINI } from '../src/wire/fields/gemini.ts'
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

const AS_WRITTEN = placedBy([])

/** What a file is made of stays with the caller. */
const OPENAI = placedBy([[/^(?:image(?:\[\])?|mask)\./, null]])

/** Every request type of an official package, and the table of the dialect it is written in. */
const REQUESTS: Readonly<Record<keyof SdkRequests, WireFields>> = {
  'GenerateContentParameters of @google/genai': { table: GEMINI, place: GENAI },
  'GenerateContentParameters of @google/genai 1': { table: GEMINI, place: GENAI },
  'GenerateContentRequest of @google/generative-ai': { table: GEMINI, place: AS_WRITTEN },
  'ImageEditParams of openai': { table: OPENAI_EDITS, place: OPENAI },
  'ImageGenerateParams of openai': { table: OPENAI_GENERATIONS, place: AS_WRITTEN },
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

  test('a field is missed where a table does not have it, however deep', () => {
    const name = 'GenerateContentParameters of @google/genai'
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
