import type { GenerateContentParameters } from '@google/genai'
import type { GenerateContentRequest } from '@google/generative-ai'
import type { GenerateContentParameters as GenerateContentParametersOf1 } from 'genai-1'
import type { ImageEditParams, ImageGenerateParams } from 'openai/resources/images'

/** What the official packages let one ask for. Read by the compiler, never run. */
export interface SdkRequests {
  'GenerateContentParameters of @google/genai': GenerateContentParameters
  'GenerateContentParameters of @google/genai 1': GenerateContentParametersOf1
  'GenerateContentRequest of @google/generative-ai': GenerateContentRequest
  'ImageEditParams of openai': ImageEditParams
  'ImageGenerateParams of openai': ImageGenerateParams
}
