import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { newGatewayKey } from '../src/auth/gateway-key.ts'
import { bodyOf, type Collector, startCollector } from '../src/observe/collector.fixture.ts'
import { realSystem } from '../src/system.ts'
import { type Canaries, type CanaryHit, plantCanaries } from './canaries.ts'
import { drawnLinkSecret, LEFT, type Planted } from './planted-gateway.ts'
import { startScriptedServer } from './scripted-server.ts'

/** Secrets for the gateways of a run, and who looks for them once it is over. */
export interface SecretSearch {
  readonly planted: Planted
  /** The same as JSON, for other processes. */
  readonly file: string
  /** Looks through all that gateways left, and throws it away where no secret is in it. Once, after they are closed. */
  search(): Promise<Findings>
}

export interface Findings {
  /** What of each kind was looked through; names of files count as well. */
  readonly searched: Readonly<Record<Kind, Looked>>
  readonly hits: readonly CanaryHit[]
  /** The folder that `where` begins in; `null`: nothing was found, and it is gone. */
  readonly kept: string | null
}

export type Kind = keyof typeof LEFT | 'traces'

export interface Looked {
  readonly count: number
  readonly bytes: number
}

export async function startSecretSearch(seed: number): Promise<SecretSearch> {
  const canaries = await plantCanaries(seed)
  const root = await mkdtemp(join(tmpdir(), 'plantain-secrets-'))
  const [collector, tokens] = await Promise.all([
    startCollector(),
    startScriptedServer(() => ({
      json: { access_token: canaries.oauthToken, expires_in: 3599, token_type: 'Bearer' },
    })),
  ])
  const planted = plantedIn(root, canaries, collector)
  const account = join(root, 'service-account.json')
  await writeFile(account, canaries.serviceAccount(tokens.origin))
  await writeFile(planted.keyFile, JSON.stringify(exchanging(account, tokens.origin)))
  const file = join(root, 'planted.json')
  await writeFile(file, JSON.stringify(planted))
  return {
    planted,
    file,
    search: async () => {
      await Promise.all([collector.close(), tokens.close()])
      addCallers(canaries, planted)
      const findings = lookThrough(canaries, { planted, collector })
      const clean = findings.hits.length === 0
      if (clean) await rm(root, { recursive: true, force: true })
      return { ...findings, kept: clean ? null : planted.folder }
    },
  }
}

function lookThrough(
  canaries: Canaries,
  { planted, collector }: { readonly planted: Planted; readonly collector: Collector },
): Omit<Findings, 'kept'> {
  const hits: CanaryHit[] = []
  const looked = (look: () => readonly CanaryHit[]): Looked => {
    const before = { ...canaries.scanned }
    hits.push(...look())
    const { count, bytes } = canaries.scanned
    return { count: count - before.count, bytes: bytes - before.bytes }
  }
  const below = (name: string, options: { readonly whole?: string } = {}) =>
    globSync(join(planted.folder, '*', name)).flatMap((path) =>
      canaries.scanFolder(path, options).map((hit) => ({ ...hit, where: placeOf(hit, planted, path) })),
    )
  const searched = {
    logs: looked(() => below(LEFT.logs)),
    stores: looked(() => below(LEFT.stores)),
    // Where Google gives a photo back as it was, its sender gets it.
    answers: looked(() => below(LEFT.answers, { whole: planted.image })),
    traces: looked(() =>
      collector.seen.flatMap((seen) => canaries.scan({ name: 'a trace', bytes: bodyOf(seen) })),
    ),
  }
  return { searched, hits }
}

/** The name of a file may be the secret itself, and is not repeated. */
function placeOf({ where }: CanaryHit, { folder }: Planted, path: string): string {
  const below = relative(folder, path)
  return where.startsWith('the name ') ? `the name of a file in ${below}` : join(below, where)
}

function plantedIn(root: string, canaries: Canaries, collector: Collector): Planted {
  const vertexGatewayKey = newGatewayKey({ random: realSystem.random }).reveal()
  canaries.add('gateway-key', vertexGatewayKey.slice('pl_live_'.length))
  canaries.add('link-secret', drawnLinkSecret(canaries.linkSecret))
  const { aiStudioKey, gatewayKey, linkSecret, queryKey, instruction, image } = canaries
  return {
    aiStudioKey,
    gatewayKey,
    vertexGatewayKey,
    linkSecret,
    queryKey,
    instruction,
    image: image.toString('base64'),
    folder: join(root, 'left'),
    callersFolder: join(root, 'callers'),
    keyFile: join(root, 'credential.json'),
    collector: collector.endpoint,
  }
}

/**
 * A credential file by which the private key of a service account is given for a token. That is not what one does with
 * it; but where a service account's own file is used, the library asks Google, whatever the file says.
 */
function exchanging(serviceAccountFile: string, tokenServer: string): object {
  return {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/planted',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${tokenServer}/v1/token`,
    credential_source: {
      file: serviceAccountFile,
      format: { type: 'json', subject_token_field_name: 'private_key' },
    },
  }
}

/** Whatever Google keys clients came with: the gateway had them in its hands as well as its own. */
function addCallers(canaries: Canaries, { callersFolder }: Planted): void {
  if (!existsSync(callersFolder)) return
  const keys = new Set<string>()
  for (const file of globSync(join(callersFolder, '*.json'))) {
    for (const key of JSON.parse(readFileSync(file, 'utf8'))) keys.add(String(key))
  }
  for (const key of keys) canaries.add('ai-studio-key', key)
}
