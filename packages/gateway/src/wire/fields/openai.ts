import { carried, type FieldTable, meaningless, refused, under } from './field-table.ts'
import { OPTIONS } from './native.ts'

const NO_ANIMATION = 'no result is an animation'

/**
 * What both calls have. Of a field and one of Plantain's own options that mean two different things, both are refused.
 */
const EITHER: FieldTable = {
  prompt: carried('instruction'),
  model: carried(
    'model',
    'a Google id or alias; names of OpenAI’s models, and none, mean the gateway’s default, and the answer says which',
  ),
  n: carried('count'),
  size: carried(['output.aspectRatio', 'output.imageSize'], 'by the table of sizes'),
  quality: carried('output.imageSize', 'by the table of qualities, where size is auto or missing'),
  background: refused('no model of Google’s makes transparent pixels', { unless: ['opaque', 'auto'] }),
  output_format: carried('output.mimeType', 'png, jpeg or webp; without it as the model wrote it'),
  output_compression: carried('output.quality', 'of jpeg and webp; 0 is taken for 1'),
  response_format: carried('answer', 'url needs a gateway that keeps results'),
  stream: carried('answer'),
  partial_images: carried('answer', 'as many interim images as the model made, up to that'),
  moderation: meaningless('Google’s filters are what they are for whoever asks'),
  complexity: meaningless('Google’s models decide for themselves how long they plan'),
  user: meaningless('Google is not told who asks'),
  safety_identifier: meaningless('Google is not told who asks'),
  frame_count: refused(NO_ANIMATION),
  frame_duration_ms: refused(NO_ANIMATION),
  svg: refused('no result is a drawing; output_format is png, jpeg or webp'),
  ...under('plantain', OPTIONS),
}

const HERE = 'a file of a form, or a data URL'
const STORED = 'a file of this gateway'

const PICTURE: FieldTable = {
  '': carried('images', HERE),
  image_url: carried('images', `a data URL, or the address of ${STORED}`),
  file_id: carried('images', STORED),
}

const MASK: FieldTable = {
  '': carried('mask', `${HERE}; what is transparent is edited, all else comes back as it was`),
  image_url: carried('mask', `a data URL, or the address of ${STORED}`),
  file_id: carried('mask', STORED),
}

/** `POST /v1/images/edits`, by form or by JSON. */
export const OPENAI_EDITS: FieldTable = {
  ...EITHER,
  image: carried('images', `${HERE}; one or several, image[] as well`),
  ...under('image[]', PICTURE),
  ...under('images[]', PICTURE),
  'images[]': carried('images', 'a data URL; files of a form are called image'),
  ...under('mask', MASK),
  markup: refused('no model of Google’s has one; draw it into the photo, or send a mask'),
  input_fidelity: meaningless('Google’s models always keep to the photo as well as they can'),
}

/** `POST /v1/images/generations`. */
export const OPENAI_GENERATIONS: FieldTable = {
  ...EITHER,
  style: refused('no model of Google’s has one; say it in the prompt'),
}
