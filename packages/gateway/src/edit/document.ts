import type { EditResult, ImageFacts, ResultDocument, ResultImage } from '../contract/result.ts'

/** The result as JSON, its images in standard base64. */
export function toDocument(result: EditResult): ResultDocument {
  return documentOf(result, ({ bytes, ...image }) => ({
    ...image,
    data: Buffer.from(bytes).toString('base64'),
  }))
}

/** The same with something else in place of each image, such as where it can be had. */
export function documentOf<Image extends ImageFacts>(
  result: EditResult,
  imageOf: (image: ResultImage, index: number) => Image,
): ResultDocument<Image> {
  const { images, sources: _sources, wire: _wire, ...rest } = result
  return { ...rest, images: images.map(imageOf) }
}
