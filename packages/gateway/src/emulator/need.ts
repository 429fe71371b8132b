import type { Call } from './call.ts'
import type { Need } from './identity/credential.ts'
import type { Target } from './routes.ts'

/** What a call is about to do, as Google's errors name it; `null`: anybody may. */
export function needOf(target: Target, { surface, apiVersion, place }: Call): Need | null {
  const called = RPCS[target.to]
  if (called === undefined) return null
  const version = apiVersion || (surface === 'vertex' ? 'v1' : 'v1beta')
  const scope =
    place.project === '' ? '' : `projects/${place.project}/locations/${place.location || 'global'}/`
  return {
    surface,
    method:
      surface === 'vertex'
        ? `google.cloud.aiplatform.${version}.${called.vertex}`
        : `google.ai.generativelanguage.${version}.${called.developer}`,
    permission: surface === 'vertex' && called.predicts ? 'aiplatform.endpoints.predict' : null,
    resource: `${scope}${'modelId' in target ? `publishers/google/models/${target.modelId}` : ''}`,
  }
}

interface Rpc {
  readonly developer: string
  readonly vertex: string
  /** Whether Vertex AI asks for the permission to predict. */
  readonly predicts: boolean
}

function rpc(developer: string, vertex: string, predicts = false): Rpc {
  return { developer, vertex, predicts }
}

const GENERATE = rpc('GenerativeService.GenerateContent', 'PredictionService.GenerateContent', true)
const INTERACTIONS = rpc('InteractionsService.Interactions', 'InteractionsService.Interactions', true)

/** The pieces of an upload carry no credential in Python's SDK: its address is the secret. */
const RPCS: Partial<Record<Target['to'], Rpc>> = {
  generate: GENERATE,
  'count-tokens': rpc('GenerativeService.CountTokens', 'LlmUtilityService.CountTokens', true),
  predict: rpc('PredictionService.Predict', 'PredictionService.Predict', true),
  'list-models': rpc('ModelService.ListModels', 'ModelGardenService.ListPublisherModels'),
  'get-model': rpc('ModelService.GetModel', 'ModelGardenService.GetPublisherModel'),
  'start-upload': rpc('FileService.CreateFile', 'FileService.CreateFile'),
  'list-files': rpc('FileService.ListFiles', 'FileService.ListFiles'),
  'get-file': rpc('FileService.GetFile', 'FileService.GetFile'),
  'delete-file': rpc('FileService.DeleteFile', 'FileService.DeleteFile'),
  'download-file': rpc('FileService.DownloadFile', 'FileService.DownloadFile'),
  'create-interaction': INTERACTIONS,
  'get-interaction': INTERACTIONS,
  'delete-interaction': INTERACTIONS,
  'cancel-interaction': INTERACTIONS,
}
