import { expect, test } from 'vitest'
import { loaded } from './config-folder.fixture.ts'
import { mistakeLine } from './mistake.ts'
import { pathText } from './path.ts'

const hashOf = (digit: number) => `sha256:${`${digit}f2b0f0e4a9c7d3e1b8a6c5d4e3f2a1b`.repeat(2)}`
const hash = hashOf(5)
const TARGETS = `credentials: [{ id: studio, apiKey: "\${KEY}" }, { id: cloud, adc: true }]
targets:
  - { provider: vertex, credential: cloud, location: europe-west4, name: near }
  - { provider: vertex, credential: cloud }
  - { provider: ai-studio, credential: studio }
  - { provider: local }
`
const load = (yaml: string, day?: string) =>
  loaded(TARGETS + yaml, { env: { KEY: 'k' }, ...(day !== undefined && { nowMs: Date.parse(day) }) })

async function named(yaml: string) {
  const read = await load(yaml)
  if (read.kind === 'mistakes') throw new Error(read.mistakes.map(mistakeLine).join('\n'))
  return read.named.map(({ name, path, surfaces }) => [name, pathText(path), surfaces.join(' ')])
}

test('models are told as they are written, with where Google is asked for each', async () => {
  const keys = `keys:
  - { id: web, hash: '${hash}', models: [nano-banana, gemini-3-pro-image] }
  - { id: eu, hash: '${hashOf(6)}', models: [nano-banana], regions: [eu] }
  - { id: studio, hash: '${hashOf(7)}', models: [nano-banana-2.1], providers: [ai-studio, local] }
  - { id: here, hash: '${hashOf(8)}', models: [local], providers: [local] }
`
  const routes = `routes:
  - { models: [Nano-Banana], steps: [ai-studio, { target: vertex:global, model: nano-banana-pro }, local] }
  - { models: [nano-banana-2], steps: [{ target: vertex:global, model: nano-banana-2.1 }] }
  - { models: [nano-banana-pro], steps: [{ route: rest }] }
  - { name: rest, steps: [near, { target: local, model: local }] }
`
  expect(await named(keys + routes)).toEqual([
    ['nano-banana', 'keys[0].models[0]', 'vertex ai-studio'],
    ['gemini-3-pro-image', 'keys[0].models[1]', 'vertex ai-studio'],
    ['nano-banana', 'keys[1].models[0]', 'vertex'],
    ['nano-banana-2.1', 'keys[2].models[0]', 'ai-studio'],
    ['local', 'keys[3].models[0]', ''],
    ['Nano-Banana', 'routes[0].models[0]', 'ai-studio'],
    ['nano-banana-pro', 'routes[0].steps[1].model', 'vertex'],
    // Another one is asked in its place.
    ['nano-banana-2', 'routes[1].models[0]', ''],
    ['nano-banana-2.1', 'routes[1].steps[0].model', 'vertex'],
    ['nano-banana-pro', 'routes[2].models[0]', 'vertex'],
    ['local', 'routes[3].steps[1].model', ''],
  ])
})

test('callers without a key may have models too, and without any there are none', async () => {
  expect(await named('keys: [{ keyless: true, models: [nano-banana-pro] }]')).toEqual([
    ['nano-banana-pro', 'keys[0].models[0]', 'vertex ai-studio'],
  ])
  expect(await named('')).toEqual([])
})

const PRO_AT_VERTEX = 'routes: [{ models: [nano-banana-2], steps: [{ target: vertex:global }] }]'
const KEY = (model: string) => `keys: [{ id: web, hash: '${hash}', models: [${model}], providers: [vertex] }]`

test.each<[string, string, string, RegExp | null]>([
  ['an end 61 days ahead', KEY('nano-banana'), '2026-08-02', null],
  [
    'an end 60 days ahead',
    KEY('nano-banana'),
    '2026-08-03',
    /^plantain\.yaml:7:\d+: keys\[0\]\.models\[0\]: is to be left: gemini-2\.5-flash-image ends on 2026-10-02 on Vertex AI .*\. Write gemini-3\.1-flash-image\.$/,
  ],
  [
    'an end that has come',
    KEY('nano-banana'),
    '2026-10-02',
    /: is not asked any more: gemini-2\.5-fl.*Write /,
  ],
  ['no end on the surface in question', PRO_AT_VERTEX, '2026-10-28', null],
  [
    'an end by the word of third parties',
    'routes: [{ models: [nano-banana-2], steps: [ai-studio] }]',
    '2026-10-28',
    /routes\[0\]\.models\[0\]: is to be left: .* \(by third parties only\)\. .*Write gemini-nano-banana-2\.1\.$/,
  ],
  ['a model that nobody knows here', KEY('gemini-9-image'), '2026-10-28', null],
])('warned of at start: %s', async (_, yaml, day, expected) => {
  const { warnings } = await load(yaml, day)
  const lines = warnings.map(mistakeLine).filter((line) => line.includes('.models['))
  expect(lines).toEqual(expected === null ? [] : [expect.stringMatching(expected)])
})
