import type { Clock } from '../../contract/system.ts'
import type { TurnMaker } from '../asked.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'
import { imagenFor, type Retired } from './imagen-model.ts'
import { predictAsked, type SegmentMask } from './predict-asked.ts'
import { predictions } from './predictions.ts'
import { readPredict } from './read-predict.ts'
import type { OpenFile } from './read-picture.ts'

export interface PredictParts {
  readonly clock: Clock
  readonly makeTurn: TurnMaker
  /** Opens `gs://` objects; throws `ApiError`. */
  readonly files: OpenFile
  readonly segmentMask: SegmentMask
  readonly retired: Retired
}

/** Imagen's `:predict`, on Vertex AI and on the Developer API. */
export interface Predict {
  predict(call: Call, modelId: string): Promise<Reply>
}

export function createPredict({ clock, makeTurn, files, segmentMask, retired }: PredictParts): Predict {
  return {
    predict: async (call, modelId) => {
      const model = imagenFor(modelId, call, { retired, nowMs: clock.now() })
      const wish = await readPredict(await call.json())
      const asked = await predictAsked(wish, { model, modelId }, { call, files, segmentMask })
      const turn = await makeTurn(asked, call)
      const answer = predictions(turn, { wanted: asked.count, parameters: wish.parameters })
      return jsonReply(answer)
    },
  }
}
