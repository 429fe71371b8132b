import type { GenerateContentParameters } from '@google/genai'
import type { GenerateContentRequest } from '@google/generative-ai'
import type { GenerateContentParameters as GenerateContentParametersOf1 } from 'genai-1'

/** What the official packages let one ask for. Read by the compiler, never run. */
export interface SdkRequests {
  'GenerateContentParameters of @google/genai': GenerateContentParameters
  'GenerateContentParameters of @google/genai 1': GenerateContentParametersOf1
  'GenerateContentRequest of @google/generative-ai': GenerateContentRequest
}
