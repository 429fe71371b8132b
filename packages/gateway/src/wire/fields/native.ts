import { carried, type FieldTable, meaningless, under } from './field-table.ts'

const LABEL = meaningless('its bytes tell what a picture is')

const TEXT = 'a text, or a data URL that is a picture'

/** A picture as an object. */
function picture(to: 'images' | 'mask'): FieldTable {
  return {
    data: carried(to, 'base64 in either alphabet, or a data URL'),
    url: carried(to, 'a data URL'),
    imageUrl: carried(to, 'a data URL'),
    mimeType: LABEL,
  }
}

const PART: FieldTable = {
  text: carried('instruction'),
  ...under('inlineData', picture('images')),
  ...picture('images'),
  url: carried('images', 'a data URL, or a file uploaded here'),
  'fileData.fileUri': carried('images', 'a file uploaded here'),
  'fileData.mimeType': LABEL,
  uri: carried('images', 'a file uploaded here'),
  type: meaningless('what a part holds says what it is'),
}

/** What an edit may be told besides its input, on the native door. */
export const OPTIONS: FieldTable = {
  'output.aspectRatio': carried('output.aspectRatio', '`match`: that of the first picture'),
  'output.imageSize': carried('output.imageSize'),
  'output.mimeType': carried('output.mimeType'),
  'output.quality': carried('output.quality', 'of JPEG and WebP, where `mimeType` asks for one'),
  'output.delivery': carried('answer', '`url` answers links in place of base64'),
  'output.count': carried('count', 'each an edit of its own, under one id and one bill'),
  preserve: carried(
    'preserve',
    '`unmasked`, which a mask means unless told: all outside it comes back as it was',
  ),
  accept: carried('accept', '`any` answers 200 for a picture that failed a check too'),
  seed: carried('seed'),
  cache: carried('cache'),
  timeoutMs: carried('timeoutMs'),
  user: meaningless('taken for your own books; nothing is kept of it yet'),
  metadata: carried('metadata', 'up to 16 notes, given back with the result'),
}

/** `POST /v1/edits` as JSON. Names may be in either casing in `input` and `mask`. */
export const NATIVE: FieldTable = {
  model: carried('model'),
  'input[]': carried(['instruction', 'images'], TEXT),
  ...under('input[]', PART),
  input: carried(['instruction', 'images'], 'one part by itself'),
  ...under('input', PART),
  mask: carried('mask', 'base64 or a data URL; white, or transparent where alpha varies, is what to edit'),
  ...under('mask', picture('mask')),
  previousEdit: carried(
    ['images', 'model'],
    'an earlier edit that is kept: its picture comes first, and it goes where that was made',
  ),
  ...OPTIONS,
}
