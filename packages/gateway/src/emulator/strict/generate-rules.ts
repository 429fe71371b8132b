import { invalidArgument } from '../../wire/api-error.ts'
import type { Asked, AskedImage } from '../asked.ts'
import { callsFunctions } from './abilities.ts'
import { GENERATE_CONTENT_REQUEST, type GenerateRequest } from './generate-message.ts'
import { readMessage } from './read-message.ts'
import { readTurns, type ReadTurn, textOf, type TurnReader } from './turns.ts'
import { readWanted } from './wanted.ts'

export interface GenerateContext extends TurnReader {
  readonly modelId: string
}

/**
 * Reads the body of `generateContent`, as `Call.json()` gives it, and refuses what Google refuses.
 *
 * @throws ApiError 400, worded as Google words it where that has been seen.
 */
export async function readGenerate(document: unknown, context: GenerateContext): Promise<Asked> {
  const { surface, model, modelId } = context
  const request = readMessage(GENERATE_CONTENT_REQUEST, document ?? {}, { surface })
  mustSuitTools(request, context)
  const wanted = readWanted(request.generationConfig ?? {}, context)
  const turns = await readTurns(request.contents ?? [], context)
  const said = [textOf(request.systemInstruction ?? {}), ...turns.map(({ text }) => text)]
  return {
    surface,
    model,
    modelId,
    instruction: turns.findLast(({ role }) => role === 'user')?.text ?? '',
    images: photosOf(turns),
    inputImages: turns.flatMap(({ images }) => images).length,
    inputChars: said.reduce((sum, text) => sum + text.length, 0),
    count: 1,
    ...wanted,
  }
}

function mustSuitTools({ tools = [] }: GenerateRequest, { model }: GenerateContext): void {
  if (callsFunctions(model)) return
  if (tools.every(({ functionDeclarations = [] }) => functionDeclarations.length === 0)) return
  throw invalidArgument('Function calling is not enabled for this model')
}

/** A turn without images edits the picture seen last, which is the model's own in a chat. */
function photosOf(turns: readonly ReadTurn[]): readonly AskedImage[] {
  const asking = turns.findLastIndex(({ role }) => role === 'user')
  const own = turns[asking]?.images ?? []
  if (own.length > 0) return own
  const before = asking === -1 ? turns : turns.slice(0, asking)
  return before.flatMap(({ images }) => images).slice(-1)
}
