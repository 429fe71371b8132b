import { isIP } from 'node:net'
import type { JsonObject } from '../contract/json-object.ts'
import { isJsonObject } from '../contract/json-object.ts'
import { PlantainError } from '../contract/error.ts'
import { ApiError } from '../wire/api-error.ts'
import type { Call } from './call.ts'
import type { Emulation, WaitCondition } from './emulation.ts'
import { readWhere } from './faults/where.ts'
import { bytesReply, jsonReply, type Reply } from './reply.ts'

/** Calls under `/emulator`: what a test asks of the emulator itself. Never Google's; errors are plain problems. */
export async function administer(
  path: readonly string[],
  call: Call,
  { emulation, onLoopback }: { readonly emulation: Emulation; readonly onLoopback: boolean },
): Promise<Reply> {
  if (isForeign(call, onLoopback)) return jsonReply({ error: FOREIGN }, { status: 403 })
  const [subject = '', ...rest] = path
  const handler = HANDLERS[`${call.method} ${subject}`]
  if (handler === undefined || (rest.length > 0 && subject !== 'calls' && subject !== 'personas')) {
    return jsonReply({ error: 'There is no such thing here.', calls: INDEX }, { status: 404 })
  }
  try {
    return await handler({ call, emulation, rest })
  } catch (thrown) {
    if (PlantainError.is(thrown)) return jsonReply({ error: thrown.message }, { status: 400 })
    if (thrown instanceof ApiError) return jsonReply({ error: thrown.message }, { status: thrown.status })
    throw thrown
  }
}

const FOREIGN =
  'The emulator takes orders from programs on this machine and from its own address, not from web pages of others.'

/**
 * A page of any site can send requests to loopback, and by a name of its own that leads here even read the answers.
 * What has another origin, or comes to loopback by a name instead of an address, is such a page's.
 */
function isForeign({ headers, origin }: Call, onLoopback: boolean): boolean {
  if (headers.origin !== undefined && headers.origin !== origin) return true
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return onLoopback && host !== 'localhost' && isIP(host) === 0
}

interface AdminCall {
  readonly call: Call
  readonly emulation: Emulation
  readonly rest: readonly string[]
}

const INDEX = [
  'GET /emulator/state',
  'GET /emulator/calls/{id}',
  'GET /emulator/calls/{id}/edit.png',
  'GET /emulator/calls/{id}/region.png',
  'GET /emulator/calls/{id}/truth',
  'GET /emulator/wait?calls=&generations=&images=&open=&timeoutMs=',
  'GET /emulator/personas',
  'POST /emulator/personas {"personas", "where"}',
  'DELETE /emulator/personas[/{id}]',
  'POST /emulator/credentials {"revoke"|"restore"}',
  'POST /emulator/clock {"advanceMs"}',
  'POST /emulator/reset',
]

const HANDLERS: Readonly<Record<string, (admin: AdminCall) => Promise<Reply> | Reply>> = {
  'GET ': () => jsonReply({ calls: INDEX }),
  'GET state': ({ emulation }) => jsonReply(emulation.state()),
  'GET calls': ({ emulation, rest }) => one(emulation, rest),
  'GET wait': async ({ call, emulation }) => {
    const { condition, timeoutMs } = waiting(call.query)
    const met = await emulation.waitFor(condition, { timeoutMs, signal: call.signal })
    return jsonReply({ met, totals: emulation.state().totals }, { status: met ? 200 : 408 })
  },
  'GET personas': ({ emulation }) => jsonReply({ personas: emulation.personas() }),
  'POST personas': async ({ call, emulation }) => {
    const { personas, where } = await objectOf(call, ['personas', 'where'])
    if (typeof personas !== 'string') throw wrong('“personas” is a text such as "503@30%, latency=2s".')
    return jsonReply({ id: emulation.addPersonas(personas, readWhere(where)) }, { status: 201 })
  },
  'DELETE personas': ({ emulation, rest: [id] }) => {
    if (!emulation.removePersonas(id)) throw new ApiError(404, 'There are no personas of that id (any more).')
    return jsonReply({})
  },
  'POST credentials': async ({ call, emulation }) => {
    const { revoke, restore } = await objectOf(call, ['revoke', 'restore'])
    if (typeof revoke === 'string') return jsonReply({ revoked: emulation.revoke(revoke) })
    if (typeof restore === 'string') return jsonReply({ restored: emulation.restore(restore) })
    throw wrong('Say {"revoke": …} or {"restore": …} with a credential or its fingerprint.')
  },
  'POST clock': async ({ call, emulation }) => {
    const { advanceMs } = await objectOf(call, ['advanceMs'])
    if (typeof advanceMs !== 'number' || !(advanceMs >= 0)) {
      throw wrong('“advanceMs” is a number of milliseconds, 0 or more.')
    }
    emulation.advanceClock(advanceMs)
    return jsonReply({ now: emulation.state().now })
  },
  'POST reset': async ({ emulation }) => {
    await emulation.reset()
    return jsonReply({})
  },
}

function one(emulation: Emulation, [id = '', part]: readonly string[]): Reply {
  const seen = emulation.state().calls.find((known) => known.id === id)
  if (seen === undefined) throw new ApiError(404, 'No such call is on record (any more).')
  if (part === undefined) return jsonReply(seen)
  const truth = emulation.truthOf(id)
  if (truth === null) {
    throw new ApiError(
      404,
      'No truth is kept of that call: it made no picture, or not by the engine, or long ago.',
    )
  }
  const { edit, region, transform, reframed, understood } = truth
  switch (part) {
    case 'edit.png':
      return bytesReply([edit], { headers: { 'content-type': 'image/png' } })
    case 'region.png':
      return bytesReply([region], { headers: { 'content-type': 'image/png' } })
    case 'truth':
      return jsonReply({ transform, reframed, understood })
    default:
      throw new ApiError(404, 'There are edit.png, region.png and truth.')
  }
}

async function objectOf(call: Call, names: readonly string[]): Promise<JsonObject> {
  const body = await call.json()
  if (!isJsonObject(body)) throw wrong('Send a JSON object.')
  mustBeKnown(Object.keys(body), names)
  return body
}

/** What is misspelt would be nothing at all: a fault that meets every call, a wait that is over at once. */
function mustBeKnown(given: Iterable<string>, names: readonly string[]): void {
  for (const name of given) {
    if (!names.includes(name))
      throw wrong(`There is no “${name.slice(0, 60)}” here, but ${names.join(', ')}.`)
  }
}

const MOST_WAIT_MS = 600_000

const CONDITIONS = ['calls', 'generations', 'images', 'open'] as const

function waiting(query: URLSearchParams): { readonly condition: WaitCondition; readonly timeoutMs: number } {
  mustBeKnown(query.keys(), [...CONDITIONS, 'timeoutMs'])
  if (!CONDITIONS.some((name) => query.has(name)))
    throw wrong(`Say what to wait for: ${CONDITIONS.join(', ')}.`)
  const count = (name: string): number | undefined => {
    const text = query.get(name)
    if (text === null) return undefined
    if (!/^\d{1,12}$/.test(text)) throw wrong(`“${name}” is a whole number.`)
    return Number(text)
  }
  const [calls, generations, images, open] = CONDITIONS.map(count)
  return {
    condition: {
      ...(calls !== undefined && { calls }),
      ...(generations !== undefined && { generations }),
      ...(images !== undefined && { images }),
      ...(open !== undefined && { open }),
    },
    timeoutMs: Math.min(count('timeoutMs') ?? 30_000, MOST_WAIT_MS),
  }
}

function wrong(text: string): PlantainError {
  return new PlantainError('invalid_request', text)
}
