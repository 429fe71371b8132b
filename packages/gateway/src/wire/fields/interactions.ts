import { carried, type FieldTable, meaningless, notYet, refused, under } from './field-table.ts'
import { OPTIONS } from './native.ts'

const BYTES_TELL = 'what a picture is, its bytes tell'
const UNSHOWN = 'nobody shows it'
const NO_TOOLS = 'an edit calls no tools'
const NO_AGENTS = 'agents do other work than edits'
const NOT_A_PICTURE = 'what goes in is words and pictures'
const OTHER_ANSWERS = 'what comes out is pictures and words'
const NO_SESSIONS = 'nothing outlives its answer before there are sessions; send the conversation in input'

const TOLD = carried('google', 'by its name in generateContent; the local engine refuses it')

/** As generateContent has it, in either spelling. */
const BLOB: FieldTable = {
  data: carried('images'),
  fileUri: carried('images'),
  file_uri: carried('images'),
  mimeType: meaningless(BYTES_TELL),
  mime_type: meaningless(BYTES_TELL),
  displayName: meaningless(UNSHOWN),
  display_name: meaningless(UNSHOWN),
}

/** A piece of content, also as generateContent's libraries spell it. */
const CONTENT: FieldTable = {
  '': carried('instruction', 'a text by itself'),
  type: carried(['instruction', 'images'], '`text` and `image`; other kinds are refused'),
  text: carried('instruction'),
  annotations: meaningless('they say where the words of an earlier answer came from'),
  data: carried('images', 'base64 in either alphabet'),
  mime_type: meaningless(BYTES_TELL),
  uri: carried('images', 'a file that was uploaded here, or a data URL; what lies elsewhere is refused'),
  url: carried('images', 'as `uri`'),
  resolution: refused('how closely a picture is looked at cannot be told to the model'),
  ...under('inlineData', BLOB),
  ...under('inline_data', BLOB),
  ...under('fileData', BLOB),
  ...under('file_data', BLOB),
  channels: refused(NOT_A_PICTURE),
  sample_rate: refused(NOT_A_PICTURE),
  processing: refused(NOT_A_PICTURE),
  name: refused(NOT_A_PICTURE),
}

/** Steps of a conversation, the older turns among them. */
const STEP: FieldTable = {
  role: carried(
    ['instruction', 'images'],
    '`user` or `model`; what was before the last turn is told as it was, and the local engine takes the picture alone',
  ),
  ...under('content', CONTENT),
  ...under('content[]', CONTENT),
  signature: carried(
    'google',
    'with the picture it belongs to; one that had to be encoded anew goes as the caller’s own',
  ),
  summary: meaningless('what was thought is no part of a conversation'),
  error: meaningless('it says why an earlier answer was none'),
  id: refused(NO_TOOLS),
  name: refused(NO_TOOLS),
  arguments: refused(NO_TOOLS),
  call_id: refused(NO_TOOLS),
  result: refused(NO_TOOLS),
  is_error: refused(NO_TOOLS),
  server_name: refused(NO_TOOLS),
  search_type: refused(NO_TOOLS),
  retrieval_type: refused(NO_TOOLS),
}

const FORMAT: FieldTable = {
  type: carried('answer', '`image`, and `text` beside it; other kinds are refused'),
  mime_type: carried('output.mimeType', 'PNG and WebP as well, which Google refuses'),
  aspect_ratio: carried('output.aspectRatio'),
  image_size: carried('output.imageSize'),
  delivery: carried('answer', '`uri` is a signed link to the result, as long as it is kept'),
  schema: refused(OTHER_ANSWERS),
  bit_rate: refused(OTHER_ANSWERS),
  sample_rate: refused(OTHER_ANSWERS),
  duration: refused(OTHER_ANSWERS),
  gcs_uri: refused(OTHER_ANSWERS),
  resolution: refused(OTHER_ANSWERS),
}

/** `POST interactions`. */
export const INTERACTIONS_FIELDS: FieldTable = {
  model: carried('model'),
  ...under('input', { ...CONTENT, ...STEP }),
  ...under('input[]', { ...CONTENT, ...STEP }),
  ...under('response_format', FORMAT),
  ...under('response_format[]', FORMAT),
  response_modalities: carried('answer', '`image`, and `text` beside it; other kinds are refused'),
  response_mime_type: refused('it names the format of words; that of a picture stands in response_format'),
  'generation_config.image_config.aspect_ratio': carried('output.aspectRatio'),
  'generation_config.image_config.image_size': carried('output.imageSize'),
  'generation_config.seed': carried('seed'),
  'generation_config.max_output_tokens': TOLD,
  'generation_config.stop_sequences': TOLD,
  'generation_config.temperature': TOLD,
  'generation_config.top_p': TOLD,
  'generation_config.thinking_level': TOLD,
  'generation_config.thinking_summaries': meaningless('what the model thought is not given out'),
  'generation_config.tool_choice': refused(NO_TOOLS, { unless: ['auto', 'none'] }),
  'generation_config.speech_config': refused(OTHER_ANSWERS),
  'generation_config.transcription_config': refused(OTHER_ANSWERS),
  'generation_config.video_config': refused(OTHER_ANSWERS),
  system_instruction: TOLD,
  'safety_settings[].type': TOLD,
  'safety_settings[].threshold': TOLD,
  'safety_settings[].method': refused('AI Studio has one method alone'),
  tools: refused(NO_TOOLS),
  service_tier: refused('edits are asked for at the standard price', { unless: ['standard'] }),
  labels: meaningless('they sort a bill of Google’s, which the gateway gets'),
  stream: carried('answer', 'events instead of a document'),
  store: notYet(NO_SESSIONS, { unless: [false] }),
  previous_interaction_id: notYet(NO_SESSIONS),
  background: notYet(NO_SESSIONS, { unless: [false] }),
  webhook_config: notYet(NO_SESSIONS),
  cached_content: notYet('there are no caches of content; send it in input'),
  agent: refused(NO_AGENTS),
  agent_config: refused(NO_AGENTS),
  environment: refused(NO_AGENTS),
  continuation_token: refused('no answer of this gateway is cut into several, so that none was given'),
  ...under('plantain', { ...OPTIONS, mask: carried('mask') }),
}
