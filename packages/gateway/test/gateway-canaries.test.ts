import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { hashOf } from '../src/auth/gateway-key.ts'
import { Secret } from '../src/contract/secret.ts'
import { startEmulator } from '../src/emulator.ts'
import { bodyOf, startCollector } from '../src/observe/collector.fixture.ts'
import { createLog } from '../src/observe/log.ts'
import { realSystem } from '../src/system.ts'
import { type Canaries, plantCanaries } from './canaries.ts'
import { gatewayWith, KEYLESS, SETTINGS } from './gateway-client.ts'

const MODEL = 'gemini-nano-banana-2.1'

/** What Google may say, a leaked key and a project without permission among it. */
const PERSONAS = [
  'latency=1ms',
  '429-minute',
  'latency=1ms',
  'iam-denied',
  'blocked',
  'latency=1ms',
  'key-leaked',
  'html-502',
  'text-only',
  'undecodable',
]

interface Run {
  readonly url: string
  readonly canaries: Canaries
  readonly base64: string
}

type Ask = (run: Run) => Promise<Response>

function sent(path: string, headers: Record<string, string>, body?: unknown): Ask {
  return ({ url }) =>
    fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
}

/** Everything a caller may do, well and badly, with secrets in every place one may come in by. */
function requests({ canaries, base64 }: Omit<Run, 'url'>): readonly Ask[] {
  const { gatewayKey, instruction, oauthToken, aiStudioKey, queryKey } = canaries
  const mine = { 'plantain-key': gatewayKey }
  const contents = [
    { parts: [{ text: instruction }, { inlineData: { mimeType: 'image/jpeg', data: base64 } }] },
  ]
  const input = [instruction, { inlineData: { mimeType: 'image/jpeg', data: base64 } }]
  const generate = `/v1beta/models/${MODEL}:generateContent`
  return [
    sent('/v1/edits', mine, { input }),
    sent('/v1/edits', { ...mine, accept: 'image/*' }, { input }),
    sent('/v1/edits', mine, { input, output: { delivery: 'url' } }),
    sent('/v1/edits', { ...mine, authorization: `Bearer ${oauthToken}` }, { model: 'no-such-model', input }),
    sent('/v1/edits', mine, { model: instruction, input }),
    sent('/v1/edits', mine, { input, output: { aspectRatio: instruction } }),
    sent('/v1/edits', mine, { input: [instruction, { inlineData: { data: `${base64}%%%` } }] }),
    sent('/v1/edits', mine, `{"input": ["${instruction}", ${aiStudioKey}`),
    sent(generate, { 'x-goog-api-key': gatewayKey }, { contents }),
    sent(`${generate}?key=${gatewayKey}`, {}, { contents }),
    sent(generate, { authorization: `Bearer ${gatewayKey}` }, { contents, plantain: { seed: 3 } }),
    sent(`/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`, mine, { contents }),
    sent(`/v1beta/models/${MODEL}:countTokens`, mine, { contents }),
    ...PERSONAS.map((): Ask => sent(generate, mine, { contents })),
    // Keys that are none, in every place.
    sent(`${generate}?key=${queryKey}`, {}, { contents }),
    sent(generate, { 'x-goog-api-key': aiStudioKey }, { contents }),
    sent(generate, { authorization: `Bearer ${oauthToken}` }, { contents }),
    sent('/v1/edits', { 'plantain-key': `${gatewayKey}x` }, { input }),
    sent(`/v1/${gatewayKey}/${queryKey}`, { authorization: `Basic ${gatewayKey}` }),
    sent('/v1beta/models', mine),
    sent('/v1beta/files', mine),
    sent(`/v1beta/files/${queryKey.toLowerCase()}`, mine),
    sent('/metrics', mine),
    sent('/openapi.json', mine),
    sent('/docs', mine),
    upload(mine, canaries.image),
  ]
}

function upload(mine: Record<string, string>, image: Buffer): Ask {
  return async ({ url }) => {
    const started = await fetch(`${url}/upload/v1beta/files`, {
      method: 'POST',
      headers: {
        ...mine,
        'content-type': 'application/json',
        'x-goog-upload-protocol': 'resumable',
        'x-goog-upload-command': 'start',
        'x-goog-upload-header-content-length': String(image.length),
        'x-goog-upload-header-content-type': 'image/jpeg',
      },
      body: JSON.stringify({ file: { displayName: 'photo' } }),
    })
    return fetch(started.headers.get('x-goog-upload-url') ?? '', {
      method: 'POST',
      headers: { 'x-goog-upload-command': 'upload, finalize', 'x-goog-upload-offset': '0' },
      body: new Uint8Array(image),
    })
  }
}

test('eight secrets are seen in no log, metric, trace, answer or stored file', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const canaries = await plantCanaries(seed)
  const folder = await mkdtemp(join(tmpdir(), 'plantain-canaries-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const [emulator, collector] = await Promise.all([
    startEmulator({ pictures: 'canned', keys: [canaries.aiStudioKey] }),
    startCollector(),
  ])
  onTestFinished(() => emulator.close())
  onTestFinished(() => collector.close())
  // A key file that is none, with the private key in it: what is said of it must not show it.
  const keyFile = join(folder, 'service-account.json')
  const { client_email: _email, ...without } = JSON.parse(canaries.serviceAccount('http://127.0.0.1:9'))
  await writeFile(keyFile, JSON.stringify(without))
  const logFile = join(folder, 'log', 'plantain.log')
  await mkdir(join(folder, 'log'))
  const log = createLog({ clock: realSystem.clock, level: 'debug', to: { file: logFile } })
  const studio = {
    kind: 'api-key' as const,
    id: 'studio',
    environment: null,
    key: new Secret(canaries.aiStudioKey),
  }
  const file = { kind: 'file' as const, id: 'file', environment: null, path: keyFile, impersonate: null }
  const quota = { requestsPerMinute: null, inputTokensPerMinute: null }
  const common = {
    // Nobody is to wait as long as Google asks.
    limits: { ...SETTINGS.limits, editTimeoutMs: 4000 },
    keys: [{ hash: hashOf(canaries.gatewayKey), caller: { ...KEYLESS, keyId: 'web' } }],
    store: { ...SETTINGS.store, folder: join(folder, 'store') },
    observe: { ...SETTINGS.observe, metrics: true, traces: { endpoint: `${collector.endpoint}/v1/traces` } },
  }
  const bySetting = [
    {
      provider: 'ai-studio',
      name: 'ai-studio',
      credentials: [studio],
      quota,
      baseUrl: emulator.url,
      apiVersion: null,
    },
    {
      provider: 'vertex',
      name: 'vertex',
      credentials: [file],
      quota,
      project: 'p',
      location: 'global',
      baseUrl: emulator.url,
    },
  ] as const
  for (const target of bySetting) {
    const gateway = await gatewayWith({ ...common, targets: [target] }, { log })
    const run = { url: gateway.url, canaries, base64: canaries.image.toString('base64') }
    for (const [index, ask] of requests(run).entries()) {
      const id = emulator.addPersonas(PERSONAS[index % PERSONAS.length] ?? '')
      const response = await ask(run)
      emulator.removePersonas(id)
      const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
      canaries.scan({ name: `answer ${index} of ${target.provider}`, bytes: `${head}\n\n` })
      canaries.scan({
        name: `body ${index} of ${target.provider}`,
        bytes: new Uint8Array(await response.arrayBuffer()),
      })
    }
    await gateway.close()
  }
  await log.close()
  canaries.scan({ name: 'the log', bytes: await readFile(logFile) })
  for (const seen of collector.seen) canaries.scan({ name: 'a trace', bytes: bodyOf(seen) })
  // What was uploaded is kept as it came, and is its caller's.
  canaries.scanFolder(join(folder, 'store'), { except: ['exif'] })
  expect(canaries.hits, `seed ${seed}`).toEqual([])
  // There was something to look through.
  expect(canaries.scanned.count).toBeGreaterThan(100)
  expect(await readFile(logFile, 'utf8')).toContain('"outcome":"edited"')
  expect(collector.spans().length).toBeGreaterThan(20)
})
