import { CONTENT } from './content-message.ts'
import {
  FUNCTION_CALLING_MODE,
  HARM_BLOCK_METHOD,
  HARM_BLOCK_THRESHOLD,
  HARM_CATEGORY,
  SERVICE_TIER,
} from './generate-enums.ts'
import { GENERATION_CONFIG } from './generation-config-message.ts'
import {
  BOOL,
  BYTES,
  listOf,
  MAP,
  type Message,
  messageOf,
  onlyOn,
  type Read,
  STRING,
  STRUCT,
} from './message.ts'

const SAFETY_SETTING = {
  type: 'SafetySetting',
  fields: {
    category: HARM_CATEGORY,
    threshold: HARM_BLOCK_THRESHOLD,
    method: onlyOn('vertex', HARM_BLOCK_METHOD),
  },
} satisfies Message

/** Which tool is told by the field; what is in it matters to no image. */
const TOOL = {
  type: 'Tool',
  fields: {
    functionDeclarations: listOf(STRUCT),
    googleSearch: STRUCT,
    googleSearchRetrieval: STRUCT,
    codeExecution: STRUCT,
    urlContext: STRUCT,
    googleMaps: STRUCT,
    computerUse: STRUCT,
    fileSearch: onlyOn('ai-studio', STRUCT),
    mcpServers: onlyOn('ai-studio', listOf(STRUCT)),
    retrieval: onlyOn('vertex', STRUCT),
    enterpriseWebSearch: onlyOn('vertex', STRUCT),
    exaAiSearch: onlyOn('vertex', STRUCT),
    parallelAiSearch: onlyOn('vertex', STRUCT),
  },
} satisfies Message

const FUNCTION_CALLING_CONFIG = {
  type: 'FunctionCallingConfig',
  fields: {
    mode: FUNCTION_CALLING_MODE,
    allowedFunctionNames: listOf(STRING),
    streamFunctionCallArguments: onlyOn('vertex', BOOL),
  },
} satisfies Message

const TOOL_CONFIG = {
  type: 'ToolConfig',
  fields: {
    functionCallingConfig: messageOf(FUNCTION_CALLING_CONFIG),
    retrievalConfig: STRUCT,
    includeServerSideToolInvocations: onlyOn('ai-studio', BOOL),
  },
} satisfies Message

/**
 * The body of `generateContent`: what the types of `@google/genai` 3.1.0 know of it, each surface as its converters
 * send it. `labels` is on both: since 3.x that SDK sends it to AI Studio as well, which 1.x refused to.
 */
export const GENERATE_CONTENT_REQUEST = {
  type: 'GenerateContentRequest',
  fields: {
    model: STRING,
    contents: listOf(messageOf(CONTENT)),
    systemInstruction: messageOf(CONTENT),
    generationConfig: messageOf(GENERATION_CONFIG),
    safetySettings: listOf(messageOf(SAFETY_SETTING)),
    tools: listOf(messageOf(TOOL)),
    toolConfig: messageOf(TOOL_CONFIG),
    cachedContent: STRING,
    serviceTier: SERVICE_TIER,
    labels: MAP,
    continuationToken: BYTES,
    store: onlyOn('ai-studio', BOOL),
    modelArmorConfig: onlyOn(
      'vertex',
      messageOf({
        type: 'ModelArmorConfig',
        fields: { promptTemplateName: STRING, responseTemplateName: STRING },
      }),
    ),
    // The SDK's `generationOutputConfig` under the name it sends.
    outputConfig: onlyOn('vertex', STRUCT),
    generationOutputConfig: onlyOn('vertex', STRUCT),
  },
} satisfies Message

export type GenerateRequest = Read<typeof GENERATE_CONTENT_REQUEST>
