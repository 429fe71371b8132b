import { assert, asyncProperty, boolean, infiniteStream } from 'fast-check'
import { expect, test } from 'vitest'
import { asked, inline, SIGNATURE } from './generate.fixture.ts'

const VERTEX = { surface: 'vertex' } as const
const document = {
  contents: [
    {
      role: 'user',
      parts: [{ text: 'a' }, { fileData: { fileUri: 'https://files/png', mimeType: 'image/png' } }],
    },
    { role: 'model', parts: [{ inlineData: inline().inlineData, thoughtSignature: SIGNATURE }] },
    { role: 'user', parts: [{ text: 'b' }] },
  ],
  systemInstruction: { parts: [{ text: 'sys' }] },
  safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF', method: 'SEVERITY' }],
  toolConfig: { functionCallingConfig: { mode: 'NONE', allowedFunctionNames: [] } },
  generationConfig: {
    responseModalities: ['TEXT', 'IMAGE'],
    candidateCount: 1,
    thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: true },
    imageConfig: {
      aspectRatio: '16:9',
      imageSize: '2K',
      imageOutputOptions: { mimeType: 'image/jpeg', compressionQuality: 90 },
    },
  },
}

test('casings of names make no difference', async () => {
  const expected = await asked(document, VERTEX)
  expect(expected).toMatchObject({ aspectRatio: '16:9', jpegQuality: 90, thoughts: true, inputImages: 2 })
  await assert(
    asyncProperty(infiniteStream(boolean()), async (draws) => {
      const written = respelled(document, () => draws.next().value)
      expect(await asked(written, VERTEX)).toEqual(expected)
    }),
  )
})

/** Every name in the one or the other spelling, as the draws fall. */
function respelled(value: unknown, draw: () => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => respelled(item, draw))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      draw() ? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name,
      respelled(inner, draw),
    ]),
  )
}
