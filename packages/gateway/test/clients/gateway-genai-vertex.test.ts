import { EditMode, RawReferenceImage } from '@google/genai'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { edit, MODEL, PHOTO } from '../emulator-client.ts'
import { callsOf } from '../routing-scene.ts'
import { type GenAi, RELEASES } from './google-genai.ts'
import { PROJECT, stayHome } from './network.ts'
import { type VertexStage, vertexStage } from './vertex-stage.ts'

stayHome()

function clientOf({ GoogleGenAI }: GenAi, { gateway, key }: VertexStage, location = 'us-central1') {
  return new GoogleGenAI({
    vertexai: true,
    project: PROJECT,
    location,
    httpOptions: { baseUrl: gateway.url, headers: { 'plantain-key': key } },
  })
}

const RAW = Object.assign(new RawReferenceImage(), {
  referenceId: 1,
  referenceImage: { imageBytes: PHOTO, mimeType: 'image/jpeg' },
})

describe.each(RELEASES)('@google/genai %s in Vertex mode, through the gateway', (_, genai) => {
  test('edits, and what Google is asked is the caller’s very request', async () => {
    const stage = await vertexStage()
    const { candidates } = await clientOf(genai, stage).models.generateContent({ model: MODEL, ...edit() })
    expect(candidates?.[0]?.content?.parts?.at(-1)?.inlineData?.mimeType).toMatch(/^image\//)
    expect(callsOf(stage.google)).toMatchObject([
      { path: `/v1beta/models/${MODEL}:generateContent`, status: 200 },
    ])
  })

  test('an Imagen edit', async () => {
    const stage = await vertexStage()
    const { generatedImages } = await clientOf(genai, stage).models.editImage({
      model: 'imagen-3.0-capability-001',
      prompt: 'make it brighter',
      referenceImages: [RAW],
      config: { numberOfImages: 1, editMode: EditMode.EDIT_MODE_DEFAULT, baseSteps: 35 },
    })
    expect(generatedImages).toHaveLength(1)
    const bytes = Buffer.from(generatedImages?.[0]?.image?.imageBytes ?? '', 'base64')
    expect((await sharp(bytes).metadata()).format).toBe('png')
  })
})
