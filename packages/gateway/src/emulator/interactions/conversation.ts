import type { JsonObject } from '../../contract/json-object.ts'
import { sniff } from '../../image/sniff.ts'
import type { Asked, AskedImage } from '../asked.ts'
import { readBase64 } from '../strict/base64-value.ts'
import { type ImageReader, mayBeImage, mustNotBeTooMany, readImage } from '../strict/input-image.ts'
import { openedOnce } from '../strict/opened-once.ts'
import { invalidRequest } from './interaction-error.ts'
import type { Memory } from './memory.ts'
import type { Content, Step } from './request-schema.ts'

/** A piece of the conversation as it is stored. Nothing in it is part of the body, which is gone when the call is over. */
export interface StoredContent {
  /** Its `type`, and of `text`, `uri` and `mime_type` what was sent; all are strings. */
  readonly content: JsonObject
  /** Of inline data. */
  readonly bytes: Uint8Array | null
}

export interface StoredStep {
  readonly type: Step['type']
  readonly contents: readonly StoredContent[]
}

/** A piece of the conversation, read: what it says, and what it shows. */
interface ReadContent {
  readonly stored: StoredContent
  readonly text: string
  readonly image: AskedImage | null
}

export interface ReadStep {
  readonly type: Step['type']
  readonly contents: readonly ReadContent[]
}

/** What of a step outlives its call. */
export function storedStep({ type, contents }: ReadStep): StoredStep {
  return { type, contents: contents.map(({ stored }) => stored) }
}

/** Looks at every image of a conversation. Throws `ApiError` 400 for one the model does not take, and for too many. */
export async function readSteps(steps: readonly Step[], asking: ImageReader): Promise<readonly ReadStep[]> {
  mustNotBeTooMany(
    {
      shown: countImages(steps.filter(({ type }) => type === 'user_input')),
      own: countImages(steps.filter(({ type }) => type !== 'user_input')),
    },
    asking.model,
  )
  const reader = { ...asking, files: openedOnce(asking.files) }
  const read: ReadStep[] = []
  for (const step of steps) {
    const contents: ReadContent[] = []
    for (const content of contentsOf(step)) contents.push(await readContent(content, reader))
    read.push({ type: step.type, contents })
  }
  return read
}

/** What was thought is no part of the conversation. */
function contentsOf(step: Step): readonly Content[] {
  return step.type === 'thought' ? [] : (step.content ?? [])
}

function countImages(steps: readonly Step[]): number {
  const files = steps
    .flatMap(contentsOf)
    .flatMap((content) =>
      content.type === 'text' ? [] : [{ mimeType: content.mime_type, fileUri: content.uri }],
    )
  return files.filter(mayBeImage).length
}

async function readContent(sent: Content, reader: ImageReader): Promise<ReadContent> {
  if (sent.type === 'text') {
    const { type, text } = sent
    return { stored: { content: { type, text }, bytes: null }, text, image: null }
  }
  const { data, type, uri, mime_type: label } = sent
  const content = {
    type,
    ...(uri !== undefined && { uri }),
    ...(label !== undefined && { mime_type: label }),
  }
  if ((data === undefined) === (uri === undefined)) {
    throw invalidRequest(`Content of the type '${type}' needs either 'data' or 'uri'.`)
  }
  if (data === undefined) {
    const fileData = { fileUri: uri ?? '', ...(label !== undefined && { mimeType: label }) }
    return { stored: { content, bytes: null }, text: '', image: await readImage({ fileData }, reader) }
  }
  const value = readBase64(data)
  if (value === null) throw invalidRequest(`The 'data' of content of the type '${type}' is not valid base64.`)
  const bytes = value.bytes()
  const inlineData = { data: value, mimeType: label ?? sniffedType(bytes) }
  return { stored: { content, bytes }, text: '', image: await readImage({ inlineData }, reader) }
}

/** A label may be left out, by Google's types. */
function sniffedType(bytes: Uint8Array): string {
  const sniffed = sniff(bytes)
  return sniffed.kind === 'image' ? sniffed.type : ''
}

type Said = Pick<Asked, 'instruction' | 'images' | 'inputImages' | 'inputChars'>

/** What the last words of the user ask for, after all that went before. Throws `ApiError` 400. */
export function askedIn(steps: readonly ReadStep[], before: Memory): Said {
  const at = steps.findLastIndex(({ type }) => type === 'user_input')
  const asking = steps[at]
  if (asking === undefined || asking.contents.length === 0) {
    throw invalidRequest("The value at 'input' says nothing: there is no content of the user in it.")
  }
  const own = imagesIn([asking])
  const seen = imagesIn(steps.slice(0, at)).at(-1) ?? before.lastImage?.open()
  return {
    instruction: textsIn([asking]).join('\n'),
    images: own.length > 0 || seen === undefined ? own : [seen],
    inputImages: before.images + imagesIn(steps).length,
    inputChars: before.chars + textsIn(steps).join('').length,
  }
}

function imagesIn(steps: readonly ReadStep[]): readonly AskedImage[] {
  return steps.flatMap(({ contents }) => contents.flatMap(({ image }) => (image ? [image] : [])))
}

function textsIn(steps: readonly ReadStep[]): readonly string[] {
  return steps.flatMap(({ contents }) => contents.map(({ text }) => text)).filter((text) => text !== '')
}
