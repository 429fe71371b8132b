import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '../../src/contract/json-object.ts'
import type { EmulatorOptions } from '../../src/emulator/options.ts'
import { startEmulator } from '../../src/emulator.ts'

/** What Google was asked, whoever wrote it: the order of keys, casings and how base64 is written are no matter. */
export interface CanonicalRequest {
  readonly model: string
  readonly instruction: string
  /** In their order, by their bytes. */
  readonly images: readonly { readonly sha256: string; readonly mimeType: string }[]
  readonly aspectRatio: string | null
  readonly imageSize: string | null
  readonly seed: number | null
}

export interface Upstream {
  readonly url: string
  /** Since the last time it was asked. */
  taken(): readonly CanonicalRequest[]
  close(): Promise<void>
}

/** An emulator, behind somebody who writes down what reaches it. */
export async function startUpstream(options: EmulatorOptions): Promise<Upstream> {
  const emulator = await startEmulator(options)
  const seen: CanonicalRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const { method = 'POST', url = '', headers } = request
      const body = Buffer.concat(chunks)
      seen.push(canonical(url, JSON.parse(body.toString())))
      const sent = Object.entries(headers).flatMap(([name, value]) =>
        typeof value === 'string' && !/^(?:host|connection|content-length|transfer-encoding)$/.test(name)
          ? [[name, value] as [string, string]]
          : [],
      )
      const answer = await fetch(`${emulator.url}${url}`, { method, headers: sent, body })
      const type = answer.headers.get('content-type') ?? ''
      response.writeHead(answer.status, { 'content-type': type }).end(Buffer.from(await answer.arrayBuffer()))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: () => seen.splice(0),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await emulator.close()
    },
  }
}

interface Part {
  readonly text?: string
  readonly inlineData?: { readonly mimeType: string; readonly data: string }
}

function canonical(url: string, document: JsonObject): CanonicalRequest {
  const { contents, generationConfig = {} } = camelCased(document) as {
    readonly contents: readonly { readonly parts: readonly Part[] }[]
    readonly generationConfig?: {
      readonly seed?: number
      readonly imageConfig?: { readonly aspectRatio?: string; readonly imageSize?: string }
    }
  }
  const parts = contents.flatMap((turn) => turn.parts)
  const { imageConfig = {}, seed = null } = generationConfig
  const { aspectRatio = null, imageSize = null } = imageConfig
  return {
    model: /\/models\/([^:]+):/.exec(url)?.[1] ?? '',
    instruction: parts.flatMap(({ text }) => text ?? []).join('\n'),
    images: parts.flatMap(({ inlineData }) =>
      inlineData === undefined
        ? []
        : [{ sha256: sha256(Buffer.from(inlineData.data, 'base64')), mimeType: inlineData.mimeType }],
    ),
    aspectRatio,
    imageSize,
    seed,
  }
}

function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      camelCased(inner),
    ]),
  )
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
