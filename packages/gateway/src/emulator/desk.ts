import type { Clock } from '../contract/system.ts'
import { administer } from './admin.ts'
import { ApiError } from '../wire/api-error.ts'
import type { Asked, AskedImage, TurnMaker } from './asked.ts'
import type { Call } from './call.ts'
import type { Emulation } from './emulation.ts'
import { countTokens } from './generate/count-tokens.ts'
import { generate, streamGenerate } from './generate/generate.ts'
import type { Files } from './files/files.ts'
import type { Identity } from './identity/identity.ts'
import type { Interactions } from './interactions/interactions.ts'
import { type ModelList, modelFor } from './model-list.ts'
import { needOf } from './need.ts'
import type { Predict } from './predict/predict.ts'
import type { Reply } from './reply.ts'
import type { Target } from './routes.ts'
import { page } from './server/page.ts'
import { readGenerate } from './strict/generate-rules.ts'
import type { Signatures } from './turn/signatures.ts'

export interface DeskParts {
  readonly clock: Clock
  readonly identity: Identity
  readonly files: Files
  readonly interactions: Interactions
  readonly predict: Predict
  readonly models: ModelList
  readonly signatures: Signatures
  readonly makeTurn: TurnMaker
  readonly openFile: (uri: string, call: Call) => Promise<AskedImage>
  readonly emulation: Emulation
  /** Whether only this machine can reach the emulator. */
  readonly onLoopback: boolean
}

/** Brings every call to the surface it addresses, once it is known who asks. */
export function createDesk(parts: DeskParts): (call: Call, target: Target) => Promise<Reply> {
  const { identity, files, interactions, predict, models } = parts
  return async (call, target) => {
    const need = needOf(target, call)
    const caller = need === null ? null : identity.identify(call, need)
    const owner = caller?.fingerprint ?? ''
    // Tokens come and go; whom they are for stays.
    const account = caller?.account ?? owner
    switch (target.to) {
      case 'generate': {
        const asked = await askedBy(await call.json(), target.modelId, call, parts)
        return target.stream ? streamGenerate(asked, call, parts) : generate(asked, call, parts)
      }
      case 'count-tokens':
        return countTokens(call, (document) => askedBy(document, target.modelId, call, parts))
      case 'predict':
        return predict.predict(call, target.modelId)
      case 'list-models':
        return models.list(call)
      case 'get-model':
        return models.get(call, target.modelId)
      case 'start-upload':
        return files.startUpload(call, owner)
      case 'upload':
        return files.upload(call)
      case 'list-files':
        return files.list(call, owner)
      case 'get-file':
        return files.get(target.fileId, owner)
      case 'delete-file':
        return files.delete(target.fileId, owner)
      case 'download-file':
        return files.download(target.fileId, owner)
      case 'create-interaction':
        return interactions.create(call, account)
      case 'get-interaction':
        return interactions.get(call, target.interactionId, account)
      case 'delete-interaction':
        return interactions.delete(target.interactionId, account)
      case 'cancel-interaction':
        return interactions.cancel(target.interactionId, account)
      case 'token':
        return identity.token(call)
      case 'exchange-token':
        return identity.exchange(call)
      case 'impersonate':
        return identity.generateAccessToken(call, target.account)
      case 'metadata':
        return identity.metadata(call)
      case 'admin':
        return administer(target.path, call, parts)
      case 'nowhere':
        return page(404)
      case 'unimplemented':
        throw new ApiError(501, 'Operation is not implemented, or supported, or enabled.')
    }
  }
}

function askedBy(
  document: unknown,
  modelId: string,
  call: Call,
  { clock, signatures, openFile }: DeskParts,
): Promise<Asked> {
  return readGenerate(document, {
    surface: call.surface,
    modelId,
    model: modelFor(modelId, call, clock.now()),
    files: (uri) => openFile(uri, call),
    knowsSignature: signatures.knows,
  })
}
