import {
  LANGUAGE,
  MEDIA_PROCESSING,
  OUTCOME,
  PART_MEDIA_RESOLUTION,
  SCHEDULING,
  TOOL_TYPE,
} from './generate-enums.ts'
import {
  BOOL,
  BYTES,
  DOUBLE,
  INT32,
  listOf,
  type Message,
  messageOf,
  onlyOn,
  type Read,
  STRING,
  STRUCT,
} from './message.ts'

/** `displayName` is Vertex AI's; a chat that moves over from there brings it along, and neither SDK strips it. */
const BLOB = {
  type: 'Blob',
  fields: { mimeType: STRING, data: BYTES, displayName: STRING },
} satisfies Message

const FILE_DATA = {
  type: 'FileData',
  fields: { mimeType: STRING, fileUri: STRING, displayName: STRING },
} satisfies Message

const FUNCTION_CALL = {
  type: 'FunctionCall',
  fields: {
    id: STRING,
    name: STRING,
    args: STRUCT,
    partialArgs: onlyOn('vertex', listOf(STRUCT)),
    willContinue: onlyOn('vertex', BOOL),
  },
} satisfies Message

const FUNCTION_RESPONSE = {
  type: 'FunctionResponse',
  fields: {
    id: STRING,
    name: STRING,
    response: STRUCT,
    parts: listOf(
      messageOf({
        type: 'FunctionResponsePart',
        fields: {
          inlineData: messageOf(BLOB),
          fileData: messageOf(FILE_DATA),
          mediaProcessing: onlyOn('ai-studio', MEDIA_PROCESSING),
        },
        oneofs: { data: ['inlineData', 'fileData'] },
      }),
    ),
    scheduling: SCHEDULING,
    willContinue: onlyOn('ai-studio', BOOL),
  },
} satisfies Message

/** The members of a part's `data`, of which each part has exactly one. */
export const PART_DATA = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const

const PART = {
  type: 'Part',
  fields: {
    text: STRING,
    inlineData: messageOf(BLOB),
    fileData: messageOf(FILE_DATA),
    functionCall: messageOf(FUNCTION_CALL),
    functionResponse: messageOf(FUNCTION_RESPONSE),
    executableCode: messageOf({
      type: 'ExecutableCode',
      fields: { id: STRING, language: LANGUAGE, code: STRING },
    }),
    codeExecutionResult: messageOf({
      type: 'CodeExecutionResult',
      fields: { id: STRING, outcome: OUTCOME, output: STRING },
    }),
    toolCall: onlyOn(
      'ai-studio',
      messageOf({ type: 'ToolCall', fields: { id: STRING, toolType: TOOL_TYPE, args: STRUCT } }),
    ),
    toolResponse: onlyOn(
      'ai-studio',
      messageOf({ type: 'ToolResponse', fields: { id: STRING, toolType: TOOL_TYPE, response: STRUCT } }),
    ),
    thought: BOOL,
    thoughtSignature: BYTES,
    videoMetadata: messageOf({
      type: 'VideoMetadata',
      fields: { startOffset: STRING, endOffset: STRING, fps: DOUBLE },
    }),
    mediaResolution: messageOf({
      type: 'PartMediaResolution',
      fields: { level: PART_MEDIA_RESOLUTION, numTokens: INT32 },
    }),
    mediaProcessing: MEDIA_PROCESSING,
    audioTranscription: STRUCT,
    speechMetadata: STRUCT,
    partMetadata: onlyOn('ai-studio', STRUCT),
  },
  oneofs: { data: PART_DATA },
} satisfies Message

export const CONTENT = {
  type: 'Content',
  fields: { role: STRING, parts: listOf(messageOf(PART)) },
} satisfies Message

export type Part = Read<typeof PART>
export type Content = Read<typeof CONTENT>
