import type { EditResult, ImageFacts, ResultDocument, ResultImage } from '../contract/result.ts'

/** The result as JSON, its images in standard base64. */
export function toDocument(result: EditResult): ResultDocument {
  return documentOf(result, (facts, { bytes }) => ({
    ...facts,
    data: Buffer.from(bytes).toString('base64'),
  }))
}

/** The same with something else in place of each image, such as where it can be had. */
export function documentOf<Image extends ImageFacts>(
  result: EditResult,
  imageOf: (facts: ImageFacts, image: ResultImage, index: number) => Image,
): ResultDocument<Image> {
  const { images, drafts: _drafts, sources: _sources, wire: _wire, ...rest } = result
  return { ...rest, images: images.map((image, index) => imageOf(factsOf(image), image, index)) }
}

function factsOf({ mimeType, width, height, sha256 }: ResultImage): ImageFacts {
  return { mimeType, width, height, sha256 }
}
