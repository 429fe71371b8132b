import type { JsonObject } from '../contract/json-object.ts'
import type { Model } from './model.ts'

/** Python's `ImageGenerationModel` is refused by its own library unless the schema is this very one. */
const VISION_SCHEMA =
  'gs://google-cloud-aiplatform/schema/predict/instance/vision_generative_model_1.0.0.yaml'

/**
 * A model as `GetPublisherModel` tells it. The name stops at the version, the template does not: it names the
 * resource a client then predicts with. What Google says of Gemini ids beyond name and template is a guess.
 */
export function publisherModel(id: string, model: Model | null): JsonObject {
  const [name = id, versionId = 'default'] = id.split('@')
  const imagen = model?.family === 'imagen'
  return {
    name: `publishers/google/models/${name}`,
    versionId,
    openSourceCategory: 'PROPRIETARY',
    launchStage: model?.stage === 'preview' ? 'PUBLIC_PREVIEW' : 'GA',
    publisherModelTemplate: `projects/{user-project}/locations/{location}/publishers/google/models/${id}`,
    ...(imagen && { predictSchemata: { instanceSchemaUri: VISION_SCHEMA } }),
  }
}
