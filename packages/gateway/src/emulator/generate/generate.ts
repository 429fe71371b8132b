import type { Clock } from '../../contract/system.ts'
import type { JsonObject } from '../../contract/json-object.ts'
import { writeJson } from '../../wire/json-write.ts'
import type { ApiError } from '../../wire/api-error.ts'
import type { Asked, TurnMaker } from '../asked.ts'
import type { Call } from '../call.ts'
import { bytesReply, JSON_TYPE, jsonReply, type Reply } from '../reply.ts'
import { errorContext } from '../faults/errors.ts'
import { chunkedAnswer, wholeAnswer } from './answer.ts'

export interface GenerateParts {
  readonly clock: Clock
  readonly makeTurn: TurnMaker
}

/** `generateContent`. */
export async function generate(asked: Asked, call: Call, { clock, makeTurn }: GenerateParts): Promise<Reply> {
  const turn = await makeTurn(asked, call)
  return jsonReply(wholeAnswer(turn, asked, timeOf(clock)))
}

/** `streamGenerateContent`: server-sent events with `alt=sse`, else one JSON array that grows. */
export async function streamGenerate(
  asked: Asked,
  call: Call,
  { clock, makeTurn }: GenerateParts,
): Promise<Reply> {
  const turn = await makeTurn(asked, call)
  const chunks = interrupted(chunkedAnswer(turn, asked, timeOf(clock)), asked, call)
  return call.query.get('alt') === 'sse' ? eventStream(chunks) : growingArray(chunks)
}

/** A persona may break the stream off with an error in its middle. */
function interrupted(chunks: readonly JsonObject[], asked: Asked, call: Call): readonly JsonObject[] {
  const { stream } = call.faults
  if (stream === null) return chunks
  return [...chunks.slice(0, Math.floor(chunks.length / 2)), stream(errorContext(asked, call)).envelope]
}

/** No `event:` line and no `[DONE]`; every event ends with a blank line, the last one too. */
function eventStream(chunks: readonly JsonObject[]): Reply {
  const groups = chunks.map((chunk) => [DATA, ...writeJson(chunk), BLANK_LINE])
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, groups, streamed: true }
}

function growingArray(chunks: readonly JsonObject[]): Reply {
  const groups = chunks.map((chunk, index) => [
    index === 0 ? OPEN : COMMA,
    ...writeJson(chunk),
    ...(index === chunks.length - 1 ? [CLOSE] : []),
  ])
  return { status: 200, headers: { 'content-type': JSON_TYPE }, groups, streamed: true }
}

/** An error of a stream without `alt=sse` stands in an array too. */
export function errorReply(error: ApiError, { inArray }: { readonly inArray: boolean }): Reply {
  const { status, headers, envelope } = error
  const text = JSON.stringify(inArray ? [envelope] : envelope, null, 2)
  return bytesReply([Buffer.from(`${text}\n`)], {
    status,
    headers: { 'content-type': JSON_TYPE, ...headers },
  })
}

function timeOf(clock: Clock): string {
  return new Date(clock.now()).toISOString()
}

const DATA = Buffer.from('data: ')
const BLANK_LINE = Buffer.from('\r\n\r\n')
const OPEN = Buffer.from('[')
const COMMA = Buffer.from(',\r\n')
const CLOSE = Buffer.from(']')
