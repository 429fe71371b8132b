import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { seeded } from '../../image/seeded.ts'
import type { Surface } from '../../models/model.ts'
import { ApiError } from '../../wire/api-error.ts'
import { API_VERSIONS } from '../address.ts'
import type { Call } from '../call.ts'
import { planOf } from '../faults/plan.ts'
import { jsonReply, type Reply } from '../reply.ts'

export interface CallServer {
  readonly origin: string
  /** What went wrong other than an `ApiError`: a caller who broke off, or a mistake. */
  readonly failures: readonly unknown[]
  close(): Promise<void>
}

/** Handlers on a loopback socket, with the least around them that they need. */
export async function startCallServer(
  handle: (call: Call) => Reply | Promise<Reply>,
  surface: Surface = 'ai-studio',
): Promise<CallServer> {
  const failures: unknown[] = []
  let calls = 0
  const server = createServer((request, response) => {
    void answerOf(() => callOf(request, response, ++calls, surface), handle).then(
      (reply) => send(reply, response),
      (error: unknown) => {
        failures.push(error)
        response.destroy()
      },
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    failures,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answerOf(open: () => Call, handle: (call: Call) => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await handle(open())
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return jsonReply(error.envelope, { status: error.status, headers: error.headers })
  }
}

function callOf(request: IncomingMessage, response: ServerResponse, number: number, surface: Surface): Call {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const bytes = async () => {
    const pieces: Uint8Array[] = []
    for await (const piece of request) pieces.push(piece)
    return pieces
  }
  return {
    number,
    id: `call-${number}`,
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    apiVersion: API_VERSIONS.find((version) => url.pathname.split('/').includes(version)) ?? '',
    surface,
    place: { project: '', location: '' },
    reach: () => {},
    faults: planOf([], seeded(number)),
    origin: url.origin,
    signal: gone.signal,
    random: seeded(number),
    bytes,
    json: async () => {
      const text = Buffer.concat(await bytes()).toString()
      return text === '' ? undefined : JSON.parse(text)
    },
    stream: () => request,
  }
}

function send(reply: Reply, response: ServerResponse): void {
  response.writeHead(reply.status, { ...reply.headers })
  for (const piece of reply.groups.flat()) response.write(piece)
  response.end()
}
