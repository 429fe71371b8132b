import type { FittedImage, FittedPart, ProviderRequest } from '../contract/provider.ts'
import type { OutputType } from '../contract/request.ts'
import type { TakeMemory } from '../contract/wire.ts'
import { encodeBase64 } from './base64.ts'

export interface RequestDialect {
  /** Whether the format of the result can be asked for: on Vertex AI it can, on AI Studio the field is refused. */
  readonly outputFormat: boolean
}

/**
 * Writes a request as the body of `generateContent`, in pieces to be sent one after the other: JSON around
 * base64 bytes, so that no image is ever part of a larger string. Parts keep their order.
 */
export function writeGeminiRequest(request: ProviderRequest, dialect: RequestDialect): readonly Buffer[] {
  const { systemInstruction, safetySettings } = request.settings ?? {}
  const rest = {
    ...(systemInstruction !== undefined && { systemInstruction: { parts: [{ text: systemInstruction }] } }),
    ...(safetySettings && { safetySettings }),
    generationConfig: generationConfig(request, dialect),
  }
  return [
    Buffer.from('{"contents":['),
    ...separated(turnsOf(request.input), ({ role, parts }) => [
      Buffer.from(`{"role":"${role}","parts":[`),
      ...separated(parts, (part) => writePart(part, request.memory)),
      Buffer.from(']}'),
    ]),
    Buffer.from(`],${JSON.stringify(rest).slice(1)}`),
  ]
}

interface Turn {
  readonly role: 'user' | 'model'
  readonly parts: FittedPart[]
}

/** Neighbours by the same are one turn. Without parts there is one all the same. */
function turnsOf(input: readonly FittedPart[]): readonly Turn[] {
  const turns: Turn[] = []
  for (const part of input) {
    const role = part.by ?? 'user'
    const last = turns.at(-1)
    if (last?.role === role) last.parts.push(part)
    else turns.push({ role, parts: [part] })
  }
  return turns.length === 0 ? [{ role: 'user', parts: [] }] : turns
}

function separated<Item>(
  items: readonly Item[],
  write: (item: Item) => readonly Buffer[],
): readonly Buffer[] {
  return items.flatMap((item, index) => [...(index === 0 ? [] : [Buffer.from(',')]), ...write(item)])
}

function writePart(part: FittedPart, memory: TakeMemory | undefined): readonly Buffer[] {
  if (part.kind === 'text') return [Buffer.from(JSON.stringify({ text: part.text }))]
  const { signature } = part
  const signed = signature === undefined ? '' : `,"thoughtSignature":${JSON.stringify(signature)}`
  return [
    Buffer.from(`{"inlineData":{"mimeType":${JSON.stringify(part.mimeType)},"data":"`),
    textOf(part, memory),
    Buffer.from(`"}${signed}}`),
  ]
}

/** Several results of one edit are asked for with the same pictures: one text of each is enough for all of them. */
const texts = new WeakMap<FittedImage, Buffer>()

function textOf(image: FittedImage, memory: TakeMemory | undefined): Buffer {
  const known = texts.get(image)
  if (known !== undefined) return known
  const text = encodeBase64(image.bytes, memory)
  texts.set(image, text)
  return text
}

function generationConfig(request: ProviderRequest, dialect: RequestDialect) {
  const { aspectRatio, imageSize, mimeType, seed, imagesOnly } = request
  const imageConfig = {
    ...(aspectRatio === undefined ? {} : { aspectRatio }),
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(dialect.outputFormat && mimeType !== undefined ? { imageOutputOptions: OUTPUT[mimeType] } : {}),
  }
  return {
    ...request.settings?.generationConfig,
    responseModalities: imagesOnly ? ['IMAGE'] : ['TEXT', 'IMAGE'],
    ...(Object.keys(imageConfig).length === 0 ? {} : { imageConfig }),
    ...(seed === undefined ? {} : { seed }),
  }
}

/** Google writes PNG and JPEG only: WebP is made from the former. JPEG is asked for at a quality that can be encoded again. */
const OUTPUT: Readonly<Record<OutputType, object>> = {
  'image/png': { mimeType: 'image/png' },
  'image/webp': { mimeType: 'image/png' },
  'image/jpeg': { mimeType: 'image/jpeg', compressionQuality: 95 },
}
