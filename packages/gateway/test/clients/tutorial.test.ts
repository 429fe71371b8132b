import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { REGISTRY_DATE, resolveModel } from '../../src/models/registry.ts'
import { startEmulatorProcess } from '../emulator-process.ts'
import { readPage } from './page-blocks.ts'
import { expectEdited, expectOtherPicture, ROOT, runBlock } from './run-block.ts'
import { gatewayAsWritten, type Stage, startStage } from './page-stage.ts'

const page = readPage('from-the-tutorial.md')
/** Where `npm run test:clients -- --python` puts what the blocks in Python need. */
const PYTHON_HOMES = join(ROOT, '.cache/python-clients')
const hasShell = process.platform !== 'win32'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage.stop())

function run(name: string, { url = stage.url, python }: { url?: string; python?: string } = {}) {
  const { photo } = stage
  return runBlock(page.block(name), { url, key: 'any', photo, ...(python && { python }) })
}

describe('docs/from-the-tutorial.md', () => {
  test('every block says what is done with it, and every block that runs is run below', () => {
    expect(new Set(page.blocks.map(({ mark }) => mark.replace(/^run: .*/, 'run')))).toEqual(
      new Set(['start', 'as copied', 'run']),
    )
    expect(page.blocks.flatMap(({ name }) => name ?? [])).toEqual([
      'quick-start',
      'current-sdk',
      'python-imagen',
      'predict',
      'python-genai',
      'python-alone',
      'curl-inline-data',
      'curl-form',
      'json-body',
      'json-curl',
    ])
  })

  test.each(['quick-start', 'current-sdk'])('%s: Google’s package for JavaScript', async (name) => {
    await expectEdited(await run(name), stage.photo)
    await stage.expectAsked()
  })

  test(
    'the quick start, before a stand-in for Google that edits for real',
    { timeout: 400_000 },
    async () => {
      const artist = await startEmulatorProcess({ args: [] })
      onTestFinished(async () => void (await artist.stop()))
      const gateway = await gatewayAsWritten(artist)
      onTestFinished(async () => void (await gateway.stop()))
      await expectEdited(await run('quick-start', { url: gateway.url }), stage.photo)
    },
  )

  test('the quick start has every line of the snippet, but for the key and the base URL', () => {
    const copied = page.blocks.find(({ mark }) => mark === 'as copied')?.code.split('\n') ?? []
    const here = copied.map((line) =>
      line
        .replace('GOOGLE_API_KEY', 'PLANTAIN_KEY')
        .replace("'gemini-2.5-flash' })", "'gemini-2.5-flash' }, { baseUrl: 'http://127.0.0.1:8080' })"),
    )
    expect(here).toHaveLength(3)
    expect(page.block('quick-start').code.split('\n')).toEqual(expect.arrayContaining(here))
  })

  test.skipIf(!hasShell).each(['curl-inline-data', 'curl-form', 'predict'])('%s', async (name) => {
    await expectEdited(await run(name), stage.photo)
    await stage.expectAsked()
  })

  test('a question about the photo is no edit: the model that was named answers it', async () => {
    const data = (await readFile(stage.photo)).toString('base64')
    const parts = [{ text: 'What’s in this photo?' }, { inlineData: { mimeType: 'image/jpeg', data } }]
    const response = await fetch(`${stage.url}/v1beta/models/gemini-2.5-flash:generateContent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': 'any' },
      body: JSON.stringify({ contents: [{ parts }] }),
    })
    const { candidates, modelVersion } = JSON.parse(await response.text())
    expect([response.status, modelVersion]).toEqual([200, 'gemini-2.5-flash'])
    expect(candidates[0].content.parts).toEqual([{ text: expect.stringContaining('one image') }])
  })

  test.skipIf(!hasShell)('the JSON body by curl: a result that says what happened', async () => {
    const { folder } = await run('json-curl')
    await expectResult(await readFile(join(folder, 'answer.json'), 'utf8'))
  })

  test('the JSON body as it stands', async () => {
    const data = (await readFile(stage.photo)).toString('base64')
    const response = await fetch(`${stage.url}/v1/edits`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'plantain-key': 'any' },
      body: page.block('json-body').code.replace('…', data),
    })
    expect(response.status).toBe(200)
    await expectResult(await response.text())
  })

  test('Python alone', async ({ skip }) => {
    const python = await findPython()
    if (python === null) return skip('there is no Python 3.9 or newer')
    await expectEdited(await run('python-alone', { python }), stage.photo)
    await stage.expectAsked()
  })

  test.for([
    ['python-genai', 'google-genai'],
    ['python-imagen', 'vertexai'],
  ] as const)('%s: Google’s package for Python', async ([name, environment], { skip }) => {
    const home = join(PYTHON_HOMES, environment)
    if (!existsSync(join(home, 'complete.txt'))) {
      return skip('it is installed by: npm run test:clients -- --python')
    }
    const python = join(home, hasShell ? 'bin/python' : 'Scripts/python.exe')
    await expectEdited(await run(name, { python }), stage.photo)
    await stage.expectAsked()
  })

  test('names of the past end when the table says, and go where it says', () => {
    const [, table = ''] = page.text.split('<!-- names -->\n')
    const rows = [...table.matchAll(/^\| `([^`]+)` \| (\S+) \| `([^`]+)` \|$/gm)]
    expect(rows).toHaveLength(7)
    for (const [, name = '', ended = '', goesTo] of rows) {
      const resolution = resolveModel(name, { nowMs: Date.parse(REGISTRY_DATE) })
      if (resolution.kind !== 'model') return expect.fail(`${name} is no model`)
      const told = resolution.notices.map(({ text }) => text).join(' ')
      const day = /ended on (\S+)/.exec(told)?.[1] ?? '–'
      expect([name, day, resolution.model.id]).toEqual([name, ended, goesTo])
    }
  })
})

async function expectResult(text: string): Promise<void> {
  const result = JSON.parse(text)
  expect(result).toMatchObject({
    outcome: 'edited',
    requestedModel: 'gemini-2.5-flash',
    model: 'gemini-nano-banana-2.1',
    notices: expect.arrayContaining([expect.objectContaining({ code: 'model_migrated' })]),
  })
  await expectOtherPicture(Buffer.from(result.images[0].data, 'base64'), stage.photo)
  await stage.expectAsked()
}

async function findPython(): Promise<string | null> {
  for (const command of ['python3', 'python']) {
    try {
      await promisify(execFile)(command, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'])
      return command
    } catch {
      // The next, or none.
    }
  }
  return null
}
