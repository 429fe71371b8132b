import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { crc32, gzipSync } from 'node:zlib'
import { noncesIn } from './nonce.ts'

/** In Google's place: says in its answer what it was asked, so that an answer that goes to somebody else is seen. */
export interface EchoUpstream {
  readonly origin: string
  readonly asked: () => number
  /** What was wrong with what it was sent, since it was last asked that. */
  faults(): readonly string[]
  close(): Promise<void>
}

/** @param secrets What may not reach it: the keys of the gateway's callers. */
export async function startEchoUpstream(picture: Buffer, secrets: readonly string[]): Promise<EchoUpstream> {
  const faults: string[] = []
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    response.on('error', () => {})
    answered(request, response, picture).then(
      (body) => faults.push(...faultsOf(request, body, secrets)),
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    faults: () => faults.splice(0).slice(0, 10),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** `null`: it was not waited for, or did not come whole. */
async function answered(
  request: IncomingMessage,
  response: ServerResponse,
  picture: Buffer,
): Promise<Buffer | null> {
  // Some do not wait to hear it all, and some of these let the rest come.
  const length = Number(request.headers['content-length'] ?? 0)
  if (length % 31 === 0) {
    refuse(response, 429)
    request.resume()
    return null
  }
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    return null
  }
  const body = Buffer.concat(chunks)
  const nonces = [...noncesIn(body)].join(' ')
  // The same for the same request: a finding replays.
  await answer(response, { url: request.url ?? '', nonces, kind: crc32(nonces) % 24, picture })
  return body
}

interface Asked {
  readonly url: string
  readonly nonces: string
  readonly kind: number
  readonly picture: Buffer
}

async function answer(response: ServerResponse, { url, nonces, kind, picture }: Asked): Promise<void> {
  const streamed = url.includes(':streamGenerateContent')
  switch (kind) {
    case 0:
      return refuse(response, 503)
    case 1:
      response.socket?.resetAndDestroy()
      return
    case 2:
      response.writeHead(502, { 'content-type': 'text/html' }).end(`<html>${nonces}</html>`)
      return
    case 3:
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '999' })
      response.write(`{"candidates":[{"content":{"parts":[{"text":"${nonces}`)
      await sleep(3)
      response.socket?.destroy()
      return
  }
  if (url.includes(':countTokens')) return sendJson(response, { totalTokens: nonces.length }, kind)
  const [text, image] = [
    { text: `I was asked ${nonces}` },
    { inlineData: { mimeType: 'image/png', data: picture.toString('base64') } },
  ]
  const parts = kind === 4 ? [text] : [text, image]
  if (!streamed) return sendJson(response, generation(parts, 'STOP'), kind)
  if (!url.includes('alt=sse')) return sendJson(response, [generation(parts, 'STOP')], kind)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const [i, part] of parts.entries()) {
    response.write(
      `data: ${JSON.stringify(generation([part], i === parts.length - 1 ? 'STOP' : undefined))}\r\n\r\n`,
    )
    if (kind < 12) await sleep(2)
    if (kind === 5) {
      response.socket?.destroy()
      return
    }
  }
  response.end()
}

function refuse(response: ServerResponse, code: 429 | 503): void {
  const status = code === 429 ? 'RESOURCE_EXHAUSTED' : 'UNAVAILABLE'
  response.writeHead(code, { 'content-type': 'application/json; charset=UTF-8' })
  response.end(JSON.stringify({ error: { code, message: 'Not now.', status } }))
}

function sendJson(response: ServerResponse, document: unknown, kind: number): void {
  const text = JSON.stringify(document)
  const packed = kind === 6
  response.writeHead(200, {
    'content-type': 'application/json; charset=UTF-8',
    ...(packed && { 'content-encoding': 'gzip' }),
  })
  response.end(packed ? gzipSync(text) : text)
}

function generation(parts: readonly object[], finishReason?: string) {
  return {
    candidates: [{ content: { role: 'model', parts }, ...(finishReason && { finishReason }), index: 0 }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 1120, totalTokenCount: 1130 },
    modelVersion: 'gemini-nano-banana-2.1',
    responseId: 'r',
  }
}

function faultsOf({ url, rawHeaders }: IncomingMessage, body: Buffer | null, secrets: readonly string[]) {
  const head = `${url} ${rawHeaders.join(' ')}`
  const leaks = secrets.filter((secret) => head.includes(secret) || body?.includes(secret) === true)
  if (leaks.length > 0) return [`a key of a caller went upstream: ${head.slice(0, 300)}`]
  if (body === null) return []
  const nonces = noncesIn(body)
  const mixed =
    nonces.size > 1 ? [`requests were mixed on their way upstream: ${[...nonces].join(', ')}`] : []
  return isJson(body) ? mixed : [...mixed, `no JSON went upstream: ${body.toString().slice(0, 300)}`]
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString())
    return true
  } catch {
    return false
  }
}
