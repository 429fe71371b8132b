import type { EditResult, ResultDocument } from '../contract/result.ts'

/** The result as JSON, its images in standard base64. */
export function toDocument(result: EditResult): ResultDocument {
  const { images, sources: _sources, wire: _wire, ...rest } = result
  return {
    ...rest,
    images: images.map(({ bytes, ...image }) => ({
      ...image,
      data: Buffer.from(bytes).toString('base64'),
    })),
  }
}
