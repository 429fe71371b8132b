import {
  EditMode,
  GoogleGenAI,
  MaskReferenceImage,
  MaskReferenceMode,
  RawReferenceImage,
  SubjectReferenceImage,
} from '@google/genai'
import OpenAI, { toFile } from 'openai'
import type { AspectRatio, ImageSize } from '../../src/contract/request.ts'
import { GEMINI_3_PIXELS } from '../../src/models/pixel-tables.ts'

/** An edit, as an application thinks of it. */
export interface Wanted {
  readonly model: string
  readonly instruction: string
  /** A JPEG each; the first is what is edited. */
  readonly pictures: readonly Uint8Array[]
  readonly aspectRatio?: AspectRatio
  readonly imageSize?: ImageSize
  readonly seed?: number
  /** A PNG of the dialect's own convention. */
  readonly mask?: Uint8Array
}

/** A way to ask for an edit: by the official package where there is one. */
export interface SpokenDialect {
  /** Which masks it has: what is white is edited, or what is transparent. */
  readonly masks: 'white' | 'transparent'
  /** Whether it says of each further picture in words what it is for, which the instruction then has too. */
  readonly explains?: true
  /** The images of the answer. */
  edit(url: string, wanted: Wanted): Promise<readonly Buffer[]>
}

const KEY = 'any'

export const DIALECTS: Readonly<Record<string, SpokenDialect>> = {
  native: {
    masks: 'white',
    edit: async (url, { model, instruction, pictures, aspectRatio, imageSize, seed, mask }) => {
      const response = await fetch(`${url}/v1/edits`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'plantain-key': KEY },
        body: JSON.stringify({
          model,
          input: [instruction, ...pictures.map((picture) => inline(picture))],
          output: { aspectRatio, imageSize },
          seed,
          mask: mask && base64(mask),
        }),
      })
      const { images, detail } = JSON.parse(await response.text())
      if (!response.ok) throw new Error(detail)
      return images.map(({ data }: { data: string }) => Buffer.from(data, 'base64'))
    },
  },
  gemini: {
    masks: 'white',
    edit: (url, wanted) =>
      byGenerateContent(new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: url } }), wanted),
  },
  vertex: {
    masks: 'white',
    edit: (url, wanted) => byGenerateContent(vertexClient(url), wanted),
  },
  predict: {
    masks: 'white',
    explains: true,
    edit: async (url, wanted) => {
      const { model, instruction, pictures, aspectRatio, imageSize, seed, mask } = wanted
      const images = pictures.map((bytes, index) =>
        Object.assign(index === 0 ? new RawReferenceImage() : new SubjectReferenceImage(), {
          referenceId: index + 1,
          referenceImage: { imageBytes: base64(bytes) },
        }),
      )
      const drawn = Object.assign(new MaskReferenceImage(), {
        referenceId: pictures.length + 1,
        referenceImage: { imageBytes: mask && base64(mask) },
        config: { maskMode: MaskReferenceMode.MASK_MODE_USER_PROVIDED },
      })
      const { generatedImages = [] } = await vertexClient(url).models.editImage({
        model,
        prompt: instruction,
        referenceImages: mask === undefined ? images : [...images, drawn],
        config: {
          numberOfImages: 1,
          editMode: EditMode.EDIT_MODE_DEFAULT,
          ...(aspectRatio && { aspectRatio }),
          ...(seed !== undefined && { seed }),
          // The package has no name for it, though Imagen had one.
          ...(imageSize && { httpOptions: { extraBody: { parameters: { sampleImageSize: imageSize } } } }),
        },
      })
      return generatedImages.flatMap(({ image }) =>
        image?.imageBytes ? [Buffer.from(image.imageBytes, 'base64')] : [],
      )
    },
  },
  openai: {
    masks: 'transparent',
    edit: async (url, { model, instruction, pictures, aspectRatio, imageSize, seed, mask }) => {
      const openai = new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 })
      const files = await Promise.all(pictures.map((picture, index) => toFile(picture, `${index + 1}.jpg`)))
      const pixels = aspectRatio && imageSize && GEMINI_3_PIXELS[aspectRatio]?.[imageSize]
      const { data = [] } = await openai.images.edit({
        model,
        prompt: instruction,
        image: files.length === 1 ? files[0]! : files,
        ...(pixels && { size: `${pixels.width}x${pixels.height}` }),
        ...(mask && { mask: await toFile(mask, 'mask.png') }),
        ...(seed !== undefined && { plantain: JSON.stringify({ seed }) }),
      })
      return data.map(({ b64_json: image = '' }) => Buffer.from(image, 'base64'))
    },
  },
  interactions: {
    masks: 'white',
    edit: async (url, { model, instruction, pictures, aspectRatio, imageSize, seed, mask }) => {
      const ai = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: url } })
      const interaction = await ai.interactions.create({
        model,
        input: [
          { type: 'text', text: instruction },
          ...pictures.map((picture) => ({
            type: 'image' as const,
            mime_type: 'image/jpeg' as const,
            data: base64(picture),
          })),
        ],
        store: false,
        ...((aspectRatio ?? imageSize) && {
          response_format: {
            type: 'image' as const,
            ...(aspectRatio && { aspect_ratio: aspectRatio }),
            ...(imageSize && { image_size: imageSize }),
          },
        }),
        ...(seed !== undefined && { generation_config: { seed } }),
        ...(mask && { plantain: { mask: base64(mask) } }),
      } as Parameters<typeof ai.interactions.create>[0])
      const steps = 'steps' in interaction ? (interaction.steps ?? []) : []
      return steps
        .flatMap((step) => ('content' in step && Array.isArray(step.content) ? step.content : []))
        .flatMap((content) =>
          content.type === 'image' && content.data ? [Buffer.from(content.data, 'base64')] : [],
        )
    },
  },
}

function vertexClient(url: string): GoogleGenAI {
  return new GoogleGenAI({
    vertexai: true,
    apiKey: KEY,
    httpOptions: { baseUrl: url, headers: { 'plantain-key': KEY } },
  })
}

async function byGenerateContent(
  ai: GoogleGenAI,
  { model, instruction, pictures, aspectRatio, imageSize, seed, mask }: Wanted,
): Promise<readonly Buffer[]> {
  const { candidates } = await ai.models.generateContent({
    model,
    contents: [{ text: instruction }, ...pictures.map(inline)],
    config: {
      ...((aspectRatio ?? imageSize) && {
        imageConfig: { ...(aspectRatio && { aspectRatio }), ...(imageSize && { imageSize }) },
      }),
      ...(seed !== undefined && { seed }),
      ...(mask && { httpOptions: { extraBody: { plantain: { mask: base64(mask) } } } }),
    },
  })
  const parts = candidates?.[0]?.content?.parts ?? []
  return parts.flatMap(({ inlineData }) => (inlineData?.data ? [Buffer.from(inlineData.data, 'base64')] : []))
}

function inline(picture: Uint8Array) {
  return { inlineData: { mimeType: 'image/jpeg', data: base64(picture) } }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
