import { expect, test } from 'vitest'
import { configOf, loaded, mistakesOf } from './config-folder.fixture.ts'
import { mistakeLine } from './mistake.ts'

test.each<[string, RegExp[]]>([
  ['targets: []', [/targets: is an empty list/]],
  [
    'targets: [{ provider: local, name: a }, { provider: local, name: a }]',
    [/targets\[1\]\.name: is the name of another/],
  ],
  [
    'targets: [{ provider: ai-studio, credential: x }]',
    [/targets\[0\]\.credential: is the id of no credential\. Add it to credentials/],
  ],
  [
    'credentials: [{ id: studio, adc: true }]\ntargets: [{ provider: vertex, credential: studoi }]',
    [/credential: is the id of no credential\. Did you mean studio\?/],
  ],
  [
    'credentials: [{ id: a, adc: true }]\ntargets: [{ provider: vertex, credential: zebra }]',
    [/no credential\. Credentials are a\./],
  ],
  [
    'credentials: [{ id: a, apiKey: k }]\ntargets: [{ provider: vertex, credential: a, project: my-project }]',
    [/project: does not go with an API key/],
  ],
  ['credentials: [{ id: a, apiKey: a b }]', [/apiKey: has to be an API key on one line/]],
  ['credentials: [{ id: a, adc: false }]', [/says nothing of how to prove itself/]],
  // Known, but broken itself: one mistake is enough.
  [
    'credentials: [{ id: a, apiKey: "${NONE}" }]\ntargets: [{ provider: ai-studio, credential: a }]',
    [/names the variable NONE/],
  ],
])('%s', async (yaml, expected) => {
  const lines = mistakesOf(await loaded(yaml))
  expect(lines).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
})

test('two of our own making are told apart, also from a name that somebody chose', async () => {
  const yaml = 'targets: [{ provider: local, name: local }, { provider: local }, { provider: local }]'
  expect(configOf(await loaded(yaml)).targets.map(({ name }) => name)).toEqual([
    'local',
    'local#2',
    'local#3',
  ])
})

test('a credential that nothing uses is a warning', async () => {
  const load = await loaded('credentials: [{ id: spare, adc: true }]')
  expect(load.kind).toBe('config')
  expect(load.warnings.map(mistakeLine)).toEqual([
    expect.stringMatching(/^plantain\.yaml:1:15: credentials\[0\]: is used by no target/),
  ])
})
