import { expect, test } from 'vitest'
import { configOf, loaded, mistakesOf } from './config-folder.fixture.ts'
import { mistakeLine } from './mistake.ts'

const digits = ['5f2b0f0e4a9c7d3e', '1b8a6c5d4e3f2a1b', '0c9d8e7f6a5b4c3d', '2e1f0a9b8c7d6e5f']
const hashOf = (id: string) => `sha256:${id.charCodeAt(0).toString(16)}${digits.join('').slice(2)}`
/** A key of one letter, with more settings. */
const key = (id: string, more: string) => `  - { ${more}, id: ${id}, hash: '${hashOf(id)}' }\n`

const CREDENTIALS = `credentials:
  - { id: any, adc: true }
  - { id: live, adc: true, environment: live }
  - { id: test, apiKey: "\${KEY}", environment: test }
`
const EVERYWHERE = `  - { provider: vertex, credential: any, location: europe-west4 }
  - { provider: vertex, credential: any }
  - { provider: ai-studio, credential: test }
`

async function told(keys: string, targets: string, nowMs?: number) {
  const yaml = `keys:\n${keys}${CREDENTIALS}targets:\n${targets}`
  const load = await loaded(yaml, { env: { KEY: 'k' }, ...(nowMs !== undefined && { nowMs }) })
  const warnings = load.warnings
    .map(mistakeLine)
    // Of other things.
    .filter((line) => !/is used by no target|is not asked any more/.test(line))
  return { mistakes: mistakesOf(load), warnings }
}

const NOTHING = { mistakes: [], warnings: [] }
const IN_2026_06 = Date.parse('2026-06-01')

test.each<[string, string, string, string]>([
  [
    'none in it',
    'regions: [us]',
    EVERYWHERE,
    '2:16: keys[0].regions: leaves no target that the key may use. Name a region of europe-west4, where targets lie, or add a target.',
  ],
  [
    'AI Studio and global are nowhere',
    'regions: [us, eu]',
    '  - { provider: vertex, credential: any }\n  - { provider: ai-studio, credential: test }\n',
    '2:16: keys[0].regions: leaves no target that the key may use. Add a vertex target with a location there, or a local one; AI Studio and global lie in no region.',
  ],
  [
    'one is in it, but not among its providers',
    'environment: test, regions: [eu], providers: [ai-studio]',
    EVERYWHERE,
    '2:35: keys[0].regions: leaves no target that the key may use. Add a vertex target with a location there, or a local one; AI Studio and global lie in no region.',
  ],
])('regions that cannot be: %s', async (_, settings, targets, expected) => {
  const { mistakes } = await told(key('a', settings) + key('b', 'environment: test'), targets)
  expect(mistakes).toEqual([`plantain.yaml:${expected}`])
})

test.each<[string, string]>([
  ['regions: [eu]', '  - { provider: local }\n'],
  ['regions: [eu], models: [local]', '  - { provider: local }\n'],
  ['regions: [us, eu]', '  - { provider: vertex, credential: any, location: eu }\n'],
])('%s with %s can be', async (settings, targets) => {
  expect((await told(key('a', settings), targets)).mistakes).toEqual([])
})

/** All living models are in `global` on the day of the registry; one was in Europe before. */
test.each<[string, string, number | undefined, string | null]>([
  [
    'regions: [eu]',
    '',
    undefined,
    '2:16: keys[0].regions: leaves only targets that serve none of Google’s models that the key may use. No model remains; leave regions out where edits may go on at Google.',
  ],
  [
    'regions: [eu]',
    '  - { provider: local }\n',
    undefined,
    '2:16: keys[0].regions: leaves only targets that serve none of Google’s models that the key may use. What remains is local; leave regions out where edits may go on at Google.',
  ],
  ['regions: [eu]', '', IN_2026_06, null],
  ['regions: [eu], models: [nano-banana]', '', IN_2026_06, null],
  [
    'regions: [eu], models: [nano-banana-pro]',
    '',
    IN_2026_06,
    '2:16: keys[0].regions: leaves only targets that serve none of Google’s models that the key may use. What remains is gemini-2.5-flash-image; leave regions out where edits may go on at Google.',
  ],
  // Its successor is not there.
  [
    'regions: [eu], models: [nano-banana]',
    '',
    undefined,
    '2:16: keys[0].regions: leaves only targets that serve none of Google’s models that the key may use. No model remains; leave regions out where edits may go on at Google.',
  ],
  // Nothing of Google's is wanted, or nobody knows where it is.
  ['regions: [eu], models: [local]', '  - { provider: local }\n', undefined, null],
  ['regions: [eu], models: [gemini-9-image]', '', undefined, null],
  ['regions: [eu], models: [nano-banana-pro, gemini-9-image]', '', undefined, null],
])('models within: %s %s', async (settings, more, nowMs, expected) => {
  const targets = `  - { provider: vertex, credential: any, location: europe-west4 }\n${more}`
  expect(await told(key('a', settings), targets, nowMs)).toEqual({
    mistakes: [],
    warnings: expected === null ? [] : [`plantain.yaml:${expected}`],
  })
})

test('environments: each key and each target has something', async () => {
  const keys = key('a', 'environment: live') + key('b', 'environment: test')
  const pool = '  - { provider: vertex, credentials: [live, any] }\n'
  expect(await told(keys, `${pool}  - { provider: ai-studio, credential: test }\n`)).toEqual(NOTHING)
  const one = '  - { provider: ai-studio, credential: test }\n'
  expect(await told(keys, `${one}  - { provider: local }\n`)).toEqual(NOTHING)
})

test('an environment that no target serves is warned of, as is having none where all are bound', async () => {
  const keys = key('a', 'environment: test') + key('b', 'environment: live') + key('c', 'scopes: [edit]')
  const { mistakes, warnings } = await told(keys, '  - { provider: ai-studio, credential: test }\n')
  expect(mistakes).toEqual([])
  expect(warnings).toEqual([
    'plantain.yaml:3:20: keys[1].environment: is an environment that no credential serves. Give a credential the same, or none.',
    'plantain.yaml:4:5: keys[2]: has no environment, and each credential it might use has one. Give it theirs, or one of the credentials none.',
  ])
})

test('only targets that its providers and regions leave count for a key', async () => {
  const targets = `  - { provider: vertex, credential: live, location: eu }\n${EVERYWHERE}`
  const keys = `${key('a', 'environment: test, providers: [ai-studio]')}${key('b', 'environment: live')}`
  expect(await told(keys, targets)).toEqual(NOTHING)
  const { warnings } = await told(
    keys + key('c', 'environment: test, regions: [eu], models: [gemini-9-image], providers: [vertex]'),
    '  - { provider: vertex, credential: live, location: eu }\n  - { provider: ai-studio, credential: test }\n',
  )
  expect(warnings).toEqual([expect.stringMatching(/^plantain\.yaml:4:20: keys\[2\]\.environment: is an env/)])
})

function servesNobody(line: number): string {
  return `plantain.yaml:${line}:5: targets[1]: serves no key, as what it proves itself with is for live only. Give a key the environment live, or take environment out of a credential.`
}

test('a target that is for no key at all is a mistake', async () => {
  const targets = '  - { provider: local }\n  - { provider: vertex, credential: live }\n'
  const ofOthers = await told(key('a', 'environment: test') + key('b', 'scopes: [edit]'), targets)
  expect(ofOthers.mistakes).toEqual([servesNobody(10)])
  expect((await told('  - { keyless: true }\n', targets)).mistakes).toEqual([servesNobody(9)])
  expect(await told('  - { keyless: true, environment: live }\n', targets)).toEqual(NOTHING)
  // Whoever brings a credential needs none.
  expect(await told(key('a', 'passThrough: true'), targets)).toEqual(NOTHING)
  // A key that makes no edits is none that a target could serve.
  const admin = await told(key('a', 'scopes: [admin]') + key('b', 'environment: test'), targets)
  expect(admin.mistakes).toEqual([servesNobody(10)])
  expect(admin.warnings).toEqual([])
  expect(await told(key('a', 'scopes: [admin]'), targets)).toEqual(NOTHING)
})

test('without keys, whoever comes from this machine has no environment', async () => {
  const yaml =
    'credentials: [{ id: live, adc: true, environment: live }]\ntargets: [{ provider: vertex, credential: live }]'
  expect(mistakesOf(await loaded(yaml))).toEqual([
    expect.stringMatching(/^plantain\.yaml:2:11: targets\[0\]: serves no key/),
  ])
})

test('what is broken already is not told as out of reach', async () => {
  const targets = '  - { provider: vertex, credential: live }\n'
  const { mistakes } = await told('  - { id: a, environment: live }\n', targets)
  expect(mistakes).toEqual([expect.stringMatching(/keys\[0\]\.hash: is missing/)])
  const broken = await told(key('a', 'regions: [eu]'), '  - { provider: vertex, credential: gone }\n')
  expect(broken.mistakes).toEqual([expect.stringMatching(/targets\[0\]\.credential: is the id of no/)])
})

test('what the environment chooses serves every key', async () => {
  const yaml = `keys:\n${key('a', 'environment: live')}`
  const load = await loaded(yaml, { env: { GEMINI_API_KEY: 'k' } })
  expect(configOf(load).targets).toMatchObject([
    { provider: 'ai-studio', credentials: [{ environment: null }] },
  ])
  expect(load.warnings).toEqual([])
})

test('a target in the regions that no route leads to is none', async () => {
  const routes = 'routes:\n  - steps: [{ target: vertex:global }]\n'
  const { mistakes } = await told(
    key('a', 'environment: test, models: [nano-banana], regions: [eu]'),
    EVERYWHERE + routes,
  )
  expect(mistakes).toEqual([
    expect.stringMatching(/keys\[0\]\.regions: leaves no target that the key may use/),
  ])
})
