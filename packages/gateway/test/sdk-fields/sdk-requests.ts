import type {
  EditImageParameters,
  GenerateContentParameters,
  GenerateImagesParameters,
  Interactions,
  UpscaleImageParameters,
} from '@google/genai'
import type { GenerateContentRequest } from '@google/generative-ai'
import type {
  EditImageParameters as EditImageParametersOf1,
  GenerateContentParameters as GenerateContentParametersOf1,
  GenerateImagesParameters as GenerateImagesParametersOf1,
  UpscaleImageParameters as UpscaleImageParametersOf1,
} from 'genai-1'
import type OpenAI from 'openai'

/** What the official packages let one ask for. Read by the compiler, never run. */
export interface SdkRequests {
  'generateContent of @google/genai': GenerateContentParameters
  'generateContent of @google/genai 1': GenerateContentParametersOf1
  'generateContent of @google/generative-ai': GenerateContentRequest
  'editImage of @google/genai': EditImageParameters
  'editImage of @google/genai 1': EditImageParametersOf1
  'generateImages of @google/genai': GenerateImagesParameters
  'generateImages of @google/genai 1': GenerateImagesParametersOf1
  'upscaleImage of @google/genai': UpscaleImageParameters
  'upscaleImage of @google/genai 1': UpscaleImageParametersOf1
  'interactions.create of @google/genai': Interactions.InteractionCreateParams.CreateModelInteractionParams
  'interactions.create of @google/genai, for an agent': Interactions.InteractionCreateParams.CreateAgentInteractionParams
  'images.edit of openai': OpenAI.ImageEditParams
  'images.generate of openai': OpenAI.ImageGenerateParams
}
