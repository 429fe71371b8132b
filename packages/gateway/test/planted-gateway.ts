import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { hashOf } from '../src/auth/gateway-key.ts'
import type { GatewayConfig } from '../src/config/gateway-config.ts'
import { Secret } from '../src/contract/secret.ts'
import type { System } from '../src/contract/system.ts'
import type { RunningGateway } from '../src/gateway.ts'
import { createLog } from '../src/observe/log.ts'
import { realSystem } from '../src/system.ts'
import { gatewayWith, KEYLESS, SETTINGS } from './gateway-client.ts'
import { startRecordingRelay } from './recording-relay.ts'

/**
 * The secrets of a run, for every process that starts gateways in it, and where each leaves what is to be searched for
 * them. All eight of `canaries.ts` are there:
 *
 * - AI Studio key, service-account key and OAuth token are the gateway's own, used for `askWithSecrets`;
 * - the gateway key comes with every request of the clients;
 * - the link secret signs links, one of which is made in `askWithSecrets`;
 * - the query key, the instruction and the image with EXIF come in `askWithSecrets`, since the clients' requests say
 *   what their tests need. Their own Google keys, which the gateway passes on, are searched for besides.
 */
export interface Planted {
  /** Of whatever gateways leave behind. */
  readonly folder: string
  /** Gets the Google keys that clients came with, a file a gateway. */
  readonly callersFolder: string
  readonly aiStudioKey: string
  /** A credential file by which the service account's key is given for the OAuth token. */
  readonly keyFile: string
  /** A proxy before the gateway sends it for the clients; it lets their Google keys through. */
  readonly gatewayKey: string
  /** Of a caller whose edits go to Vertex AI. */
  readonly vertexGatewayKey: string
  readonly linkSecret: string
  readonly queryKey: string
  readonly instruction: string
  /** Base64. */
  readonly image: string
  readonly collector: string
}

/** What of a gateway is searched, by the name under its folder. */
export const LEFT = { logs: 'log', stores: 'store', answers: 'answers' } as const

/**
 * `gatewayBefore`, but with secrets in all it is configured with, and with everything kept that it says: its log, its
 * store and, by a relay before it, its answers.
 */
export async function plantedGateway(planted: Planted, upstream: string): Promise<RunningGateway> {
  await mkdir(planted.folder, { recursive: true })
  const folder = await mkdtemp(join(planted.folder, 'gateway-'))
  const file = join(folder, LEFT.logs, 'plantain.log')
  const log = createLog({ clock: realSystem.clock, level: 'debug', to: { file } })
  const config = configOf(planted, { upstream, folder })
  const gateway = await gatewayWith(config, { log, system: signingBy(planted.linkSecret) })
  const callers = new Set<string>()
  const relay = await startRecordingRelay({
    toPort: gateway.port,
    folder: join(folder, LEFT.answers),
    moreHeaders: (head) => {
      for (const [, key] of head.matchAll(/^x-goog-api-key: *(\S+)/gim)) callers.add(key ?? '')
      return /^plantain-key:/im.test(head) ? {} : { 'plantain-key': planted.gatewayKey }
    },
  })
  return {
    ...gateway,
    url: relay.url,
    port: relay.port,
    close: async () => {
      await askWithSecrets(relay.url, planted)
      const ended = await gateway.close()
      await Promise.all([relay.close(), log.close()])
      await mkdir(planted.callersFolder, { recursive: true })
      const told = join(planted.callersFolder, `${basename(folder)}.json`)
      await writeFile(told, JSON.stringify([...callers]))
      return ended
    },
  }
}

function configOf(
  planted: Planted,
  { upstream, folder }: { readonly upstream: string; readonly folder: string },
): Partial<GatewayConfig> {
  const studio = {
    kind: 'api-key',
    id: 'studio',
    environment: null,
    key: new Secret(planted.aiStudioKey),
  } as const
  const account = {
    kind: 'file',
    id: 'account',
    environment: null,
    path: planted.keyFile,
    impersonate: null,
  } as const
  const clients = { ...KEYLESS, keyId: 'clients', passThrough: true }
  const ofNobody = { project: 'planted-project', location: 'global' }
  const quota = { requestsPerMinute: null, inputTokensPerMinute: null }
  const ofVertex = { ...KEYLESS, keyId: 'vertex', providers: ['vertex'] } as const
  return {
    keys: [
      { hash: hashOf(planted.gatewayKey), caller: clients },
      { hash: hashOf(planted.vertexGatewayKey), caller: ofVertex },
    ],
    targets: [
      {
        provider: 'ai-studio',
        name: 'ai-studio',
        credentials: [studio],
        quota,
        baseUrl: upstream,
        apiVersion: null,
      },
      { provider: 'vertex', name: 'vertex', credentials: [account], quota, ...ofNobody, baseUrl: upstream },
    ],
    models: { legacyText: 'pass' },
    store: { ...SETTINGS.store, folder: join(folder, LEFT.stores) },
    observe: { ...SETTINGS.observe, metrics: true, traces: { endpoint: `${planted.collector}/v1/traces` } },
  }
}

/** Of 32 bytes that are drawn, the first are what links are signed by, before anybody asks; upload ids come later. */
const LINK_SECRET_BYTES = 32

function signingBy(linkSecret: string): System {
  let drawn = false
  return {
    ...realSystem,
    random: {
      bytes: (count) => {
        if (drawn || count !== LINK_SECRET_BYTES) return realSystem.random.bytes(count)
        drawn = true
        return Buffer.from(linkSecret).subarray(0, count)
      },
    },
  }
}

/** What links are signed by then. */
export function drawnLinkSecret(linkSecret: string): string {
  return Buffer.from(linkSecret).toString('hex', 0, LINK_SECRET_BYTES)
}

const GENERATE = '/v1beta/models/gemini-nano-banana-2.1:generateContent'
/** Some emulators never answer. */
const PATIENCE_MS = 700

/** What no official client asks: by the gateway's own credentials, and with secrets in the request. Metrics come last. */
async function askWithSecrets(url: string, planted: Planted): Promise<void> {
  const { instruction, image: data, queryKey, vertexGatewayKey } = planted
  const image = { inlineData: { mimeType: 'image/jpeg', data } }
  const contents = [{ parts: [{ text: instruction }, image] }]
  const asked = (path: string, body?: object, headers: Readonly<Record<string, string>> = {}) =>
    fetch(url + path, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).then((response) => response.arrayBuffer())
  await Promise.allSettled([
    asked('/v1/edits', { input: [instruction, image], output: { delivery: 'url' } }),
    asked(`${GENERATE}?key=${queryKey}`, { contents }),
    asked(GENERATE, { contents }, { 'plantain-key': vertexGatewayKey }),
  ])
  await asked('/metrics')
}
