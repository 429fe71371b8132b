import { carried, type FieldTable, meaningless, refused, under } from './field-table.ts'
import { OPTIONS } from './native.ts'

/** Whatever else becomes of it, all of a document is forwarded; this is for what the gateway does not read. */
function forwarded(note?: string) {
  return carried('google', note)
}

const PART: FieldTable = {
  text: carried('instruction', 'of the last turn of the user; earlier turns go along'),
  'inlineData.data': carried(
    'images',
    'written anew where the model does not take it in that format or size',
  ),
  'inlineData.mimeType': forwarded('put right where the bytes say otherwise'),
  'inlineData.displayName': forwarded(),
  'fileData.fileUri': carried('images', 'a file uploaded here is put in; others are for Google to fetch'),
  'fileData.mimeType': forwarded(),
  'fileData.displayName': forwarded(),
  thought: forwarded(),
  thoughtSignature: forwarded('the very bytes'),
  mediaResolution: forwarded(),
  mediaProcessing: forwarded(),
  partMetadata: forwarded(),
  videoMetadata: forwarded(),
  speechMetadata: forwarded(),
  audioTranscription: forwarded(),
  executableCode: forwarded(),
  codeExecutionResult: forwarded(),
  functionCall: forwarded(),
  functionResponse: forwarded(),
  toolCall: forwarded(),
  toolResponse: forwarded(),
}

const IMAGE_CONFIG: FieldTable = {
  aspectRatio: carried('output.aspectRatio'),
  imageSize: carried('output.imageSize'),
  personGeneration: forwarded(),
  prominentPeople: forwarded(),
  imageOutputOptions: forwarded('of Vertex AI: format and compression of the answer'),
}

const NO_EDIT = 'asks a text model for something that is no edit; then all goes on to Google'

const GENERATION_CONFIG: FieldTable = {
  ...under('imageConfig', IMAGE_CONFIG),
  'responseFormat.image.aspectRatio': carried('output.aspectRatio', 'where `imageConfig` has none'),
  'responseFormat.image.imageSize': carried('output.imageSize', 'where `imageConfig` has none'),
  'responseFormat.image.mimeType': forwarded(),
  'responseFormat.image.delivery': forwarded(),
  'responseFormat[]': forwarded(),
  seed: carried('seed'),
  responseModalities: forwarded('`TEXT` alone is no edit'),
  responseMimeType: forwarded(NO_EDIT),
  responseSchema: forwarded(NO_EDIT),
  responseJsonSchema: forwarded(NO_EDIT),
  _responseJsonSchema: forwarded(NO_EDIT),
  candidateCount: forwarded(),
  temperature: forwarded(),
  topP: forwarded(),
  topK: forwarded(),
  maxOutputTokens: forwarded(),
  stopSequences: forwarded(),
  presencePenalty: forwarded(),
  frequencyPenalty: forwarded(),
  responseLogprobs: forwarded(),
  logprobs: forwarded(),
  thinkingConfig: forwarded(),
  mediaResolution: forwarded(),
  speechConfig: forwarded(),
  audioTimestamp: forwarded(),
  audioTranscriptionConfig: forwarded(),
  enableEnhancedCivicAnswers: forwarded(),
  routingConfig: forwarded(),
  modelConfig: forwarded(),
}

const AS_GOOGLE_GAVE_IT = 'here the answer goes out as Google gave it; `POST /v1/edits` has it'

const TO_STORAGE = 'refused beside `plantain.mask`: what lies elsewhere cannot be put back into the photo'

/** The gateway's own options, in an object that is taken out before anything is sent on. */
const OWN: FieldTable = {
  ...OPTIONS,
  mask: carried('mask', 'base64; white, or transparent where alpha varies, is what to edit'),
  'output.mimeType': refused(AS_GOOGLE_GAVE_IT),
  'output.quality': refused(AS_GOOGLE_GAVE_IT),
  'output.count': refused('one request has one answer of Google’s; send it several times', { unless: [1] }),
  'output.delivery': refused(AS_GOOGLE_GAVE_IT, { unless: ['inline'] }),
  accept: carried('accept', '`any` keeps a picture that failed a check; the status is Google’s in any case'),
  metadata: meaningless('the answer is Google’s, and has no place for notes'),
}

/**
 * `generateContent`, `streamGenerateContent` and `countTokens`, on the gemini and the vertex door. What the table does
 * not know goes on to Google as well, which judges it.
 */
export const GEMINI: FieldTable = {
  model: forwarded('the path says which it is'),
  ...under('contents[].parts[]', PART),
  'contents[].role': forwarded('missing: the user’s'),
  ...under('generationConfig', GENERATION_CONFIG),
  systemInstruction: forwarded(),
  safetySettings: forwarded(),
  tools: forwarded(NO_EDIT),
  toolConfig: forwarded(),
  cachedContent: forwarded(),
  serviceTier: forwarded(),
  store: forwarded(),
  labels: forwarded(),
  modelArmorConfig: forwarded(),
  continuationToken: forwarded(),
  outputConfig: forwarded(TO_STORAGE),
  generationOutputConfig: forwarded(TO_STORAGE),
  generateContentRequest: forwarded('of `countTokens`'),
  ...under('plantain', OWN),
}
