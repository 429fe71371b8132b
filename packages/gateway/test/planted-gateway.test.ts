import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Secret } from '../src/contract/secret.ts'
import { startEmulator } from '../src/emulator.ts'
import { createLinkSigner } from '../src/store/link-signer.ts'
import { realSystem } from '../src/system.ts'
import { edit, GENERATE } from './emulator-client.ts'
import { drawnLinkSecret, plantedGateway } from './planted-gateway.ts'
import { startScriptedServer } from './scripted-server.ts'
import { startSecretSearch } from './secret-search.ts'

const CALLERS_KEY = 'AIzaSyOfTheCaller-abcdefghijklmnopqrstu'

/** As any client does that knows nothing of gateways. */
async function ask(url: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-goog-api-key': CALLERS_KEY }
  const response = await fetch(url + GENERATE, { method: 'POST', headers, body: JSON.stringify(edit()) })
  await response.arrayBuffer()
  return response.status
}

const fingerprint = (credential: string) => createHash('sha256').update(credential).digest('hex').slice(0, 12)

test('every secret is in use, and none is seen', async () => {
  const [search, emulator] = await Promise.all([startSecretSearch(11), startEmulator({ pictures: 'canned' })])
  onTestFinished(() => emulator.close())
  const { planted } = search
  const gateway = await plantedGateway(planted, emulator.url)
  expect(await ask(gateway.url)).toBe(200)
  await gateway.close()

  const credentials = emulator.state().calls.map(({ credential }) => credential)
  const keys = [CALLERS_KEY, planted.aiStudioKey, planted.queryKey].map(fingerprint)
  expect(credentials.map((used) => used?.fingerprint)).toEqual(expect.arrayContaining(keys))
  // The one that the service account's key was given for.
  expect(credentials.map((used) => used?.kind)).toContain('token')
  expect(signedLinks(planted.folder).map((link) => isSignedBy(planted.linkSecret, link))).toEqual([true])

  const { searched, hits } = await search.search()
  expect(hits).toEqual([])
  for (const { bytes } of Object.values(searched)) expect(bytes).toBeGreaterThan(1000)
  expect(existsSync(search.file)).toBe(false)
})

function signedLinks(folder: string): readonly string[] {
  const answers = globSync(join(folder, '*/answers/*')).map((file) => readFileSync(file, 'latin1'))
  return answers.flatMap((answer) => answer.match(/\/v1\/[^"]+\?expires=[^"]+/g) ?? [])
}

function isSignedBy(linkSecret: string, link: string): boolean {
  const { pathname, searchParams } = new URL(link, 'http://localhost')
  const secrets = [new Secret(drawnLinkSecret(linkSecret))]
  return createLinkSigner({ ...realSystem, secrets }).verify({ path: pathname, query: searchParams })
}

test('what a target says of credentials and of requests is found in the answers', async () => {
  const [search, talkative] = await Promise.all([
    startSecretSearch(12),
    startScriptedServer(({ headers, body }) => {
      const { 'x-goog-api-key': key, authorization } = headers
      const text = `${String(key)} ${authorization} ${JSON.parse(body.toString()).contents[0].parts[0].text}`
      return {
        json: { candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }] },
      }
    }),
  ])
  onTestFinished(() => talkative.close())
  const gateway = await plantedGateway(search.planted, talkative.origin)
  await ask(gateway.url)
  await gateway.close()
  const { hits, kept } = await search.search()
  onTestFinished(() => rm(join(kept ?? '', '..'), { recursive: true }))
  const seen = new Set(hits.map(({ secret }) => secret))
  expect(hits.map(({ where }) => where)).toContainEqual(expect.stringMatching(/^gateway-\w+.answers.1\.bin$/))
  expect(seen).toEqual(new Set(['ai-studio-key', 'query-key', 'oauth-token', 'instruction']))
})
