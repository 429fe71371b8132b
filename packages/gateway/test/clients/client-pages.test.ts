import { existsSync, readdirSync } from 'node:fs'
import { readFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { hashOf, newGatewayKey } from '../../src/auth/gateway-key.ts'
import { realSystem } from '../../src/system.ts'
import { startEmulator } from '../../src/emulator.ts'
import { aiStudio, gatewayWith, KEYLESS, SETTINGS, SILENT } from '../gateway-client.ts'
import { readPage } from './page-blocks.ts'
import { expectEdited, ROOT, runBlock } from './run-block.ts'

/** Where `npm run test:clients -- --python` puts what the blocks in Python need. */
const pythonOf = (environment: string) => join(ROOT, '.cache/python-clients', environment, 'bin/python')
const hasShell = process.platform !== 'win32'

/** Pages of which every row is run here. */
const PAGES = [
  'curl',
  'google-genai',
  'google-generative-ai',
  'ai-sdk-google',
  'python-google-genai',
  'google-genai-vertex',
  'ai-sdk-google-vertex',
  'python-google-genai-vertex',
  'python-vertexai',
  'google-genai-interactions',
  'python-google-genai-interactions',
  'openai',
  'ai-sdk-openai',
  'openai-python',
]

interface Happening {
  /** Of the emulator, for every request. */
  readonly personas: string
  readonly key: 'good' | 'unknown'
}

/** The first column of every page's table. */
const HAPPENINGS: Readonly<Record<string, Happening>> = {
  'the edit is made': { personas: '', key: 'good' },
  'Google refuses the image': { personas: 'image-safety', key: 'good' },
  'Google refuses the prompt': { personas: 'blocked', key: 'good' },
  'the gateway does not know the key': { personas: '', key: 'unknown' },
  'a quota at Google is used up': { personas: '429-day', key: 'good' },
  'Google is overloaded': { personas: '503', key: 'good' },
}

let folder: string
let photo: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plantain-client-pages-'))
  photo = join(folder, 'photo.jpg')
  await sharp(join(ROOT, 'examples/photos/astronaut.png')).resize(320, 320).jpeg().toFile(photo)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A gateway that knows one key, asks Google once, and counts what it is asked. */
async function gatewayIn({ personas, key }: Happening) {
  const emulator = await startEmulator({ pictures: 'canned', personas })
  onTestFinished(() => emulator.close())
  const known = newGatewayKey({ random: realSystem.random }).reveal()
  let requests = 0
  const log = { ...SILENT, write: () => void (requests += 1) }
  const gateway = await gatewayWith(
    {
      keys: [{ hash: hashOf(known), caller: { ...KEYLESS, keyId: 'page' } }],
      targets: [aiStudio(emulator.url)],
      routing: { ...SETTINGS.routing, attempts: 1 },
    },
    { log },
  )
  onTestFinished(async () => void (await gateway.close()))
  const unknown = newGatewayKey({ random: realSystem.random }).reveal()
  return { url: gateway.url, key: key === 'good' ? known : unknown, requests: () => requests }
}

interface Row {
  readonly happens: string
  readonly prints: string
  readonly requests: number
}

function rowsOf(text: string): readonly Row[] {
  const [, table = ''] = text.split('<!-- expect -->\n')
  return [...table.matchAll(/^\| ([^|`]+) \| `([^`]+)` \| (\d+) \|$/gm)].map(
    ([, happens = '', prints = '', requests]) => ({ happens, prints, requests: Number(requests) }),
  )
}

describe.each(PAGES)('docs/clients/%s.md', (name) => {
  const page = readPage(`clients/${name}.md`)
  const rows = rowsOf(page.text)
  const block = page.block('edit')
  const python = pythonOf(name === 'python-vertexai' ? 'vertexai' : 'google-genai')
  const cannot =
    block.language === 'python' && !existsSync(python)
      ? 'it is installed by: npm run test:clients -- --python'
      : block.language === 'sh' && !hasShell
        ? 'there is no shell'
        : null

  test('says where base URL and key go, and what to expect of what can happen', () => {
    expect(page.text).toMatch(/^\| (?:base URL|address) \| /m)
    expect(page.text).toMatch(/^\| gateway key \| /m)
    expect(rows.length).toBeGreaterThan(4)
    expect(rows.filter(({ happens }) => !(happens in HAPPENINGS))).toEqual([])
  })

  test.for(rows)('$happens', { timeout: 120_000 }, async ({ happens, prints, requests }, { skip }) => {
    if (cannot !== null) return skip(cannot)
    const gateway = await gatewayIn(HAPPENINGS[happens]!)
    const run = await runBlock(block, { url: gateway.url, key: gateway.key, photo, python })
    expect([run.stdout.trim(), gateway.requests()]).toEqual([prints, requests])
    if (prints === 'an image') await expectEdited(run, photo)
  })

  const others = page.blocks.flatMap(({ name: other }) => (other === null || other === 'edit' ? [] : other))
  test.for(others)('%s', { timeout: 120_000 }, async (other, { skip }) => {
    if (cannot !== null) return skip(cannot)
    const { url, key } = await gatewayIn(HAPPENINGS['the edit is made']!)
    await expectEdited(await runBlock(page.block(other), { url, key, photo, python }), photo)
  })
})

test('the index has every page', async () => {
  const index = await readFile(join(ROOT, 'docs/clients/README.md'), 'utf8')
  const pages = readdirSync(join(ROOT, 'docs/clients')).filter((file) => file !== 'README.md')
  expect(pages.filter((file) => !index.includes(`](${file})`))).toEqual([])
})
