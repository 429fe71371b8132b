import { IMAGE_SIZES } from '../packages/gateway/src/contract/request.ts'
import {
  OPENAI_QUALITIES,
  OPENAI_SIZES,
  PIXELS_UP_TO,
  qualityOf,
} from '../packages/gateway/src/wire/openai-sizes.ts'

/** OpenAI's sizes and qualities as what they are here, for readers: of the very tables that the door reads. */
export function openAiSizes(): string {
  const sizes = Object.entries(OPENAI_SIZES).map(
    ([size, shape]) =>
      `| \`${size}\` | ${shape === null ? AS_IT_LIKES : `${shape.aspectRatio}, ${shape.imageSize}`} |`,
  )
  const classes = IMAGE_SIZES.map((size) => `${size} up to ${millions(PIXELS_UP_TO[size])}`)
  const qualities = Object.entries(OPENAI_QUALITIES).map(
    ([quality, size]) => `| \`${quality}\` | ${size ?? AS_IT_LIKES} | ${answered(size)} |`,
  )
  return `| \`size\` | ratio and size class |
| --- | --- |
${sizes.join('\n')}
| any other \`WIDTHxHEIGHT\` | the nearest ratio, which must be within 3.3 %; ${classes.join(', ')} pixels |

| \`quality\`, where \`size\` is \`auto\` or missing | size class | the answer says |
| --- | --- | --- |
${qualities.join('\n')}

With a \`size\` that says how many pixels, \`quality\` changes nothing. Of a model that has no class so small the smallest is made; one that has none so
large refuses. \`size\`, \`quality\` and \`output_format\` of the answer are those of the picture that was made.`
}

const AS_IT_LIKES = 'the model chooses'

function answered(size: keyof typeof PIXELS_UP_TO | null): string {
  return size === null ? 'what it chose' : `\`${qualityOf(PIXELS_UP_TO[size])}\``
}

function millions(pixels: number): string {
  return `${pixels / 1_000_000} million`
}
