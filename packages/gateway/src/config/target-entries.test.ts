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
  [
    'credentials: [{ id: a, apiKey: k }]\ntargets: [{ provider: ai-studio, credentials: [a, b, a] }]',
    [
      /^plantain\.yaml:2:51: targets\[0\]\.credentials\[1\]: is the id of no credential\. Did you mean a\?$/,
      /^plantain\.yaml:2:54: targets\[0\]\.credentials\[2\]: is in the pool twice\. Take one of the two out\.$/,
    ],
  ],
  [
    'credentials: [{ id: a, apiKey: k }]\ntargets: [{ provider: ai-studio, credentials: [] }]',
    [/^plantain\.yaml:2:47: targets\[0\]\.credentials: is an empty list\. Name at least one/],
  ],
  [
    'credentials: [{ id: a, apiKey: k }]\ntargets: [{ provider: ai-studio, credential: a, credentials: [a] }]',
    [
      /^plantain\.yaml:2:62: targets\[0\]\.credentials: does not go beside credential\. Keep one of the two: credential for one, credentials for a pool\.$/,
    ],
  ],
  [
    'targets: [{ provider: vertex }]',
    [
      /^plantain\.yaml:1:11: targets\[0\]\.credential: is missing\. Name one of the credentials by its id, or several as credentials\.$/,
    ],
  ],
  [
    'credentials: [{ id: a, apiKey: k }, { id: b, adc: true }]\ntargets: [{ provider: ai-studio, credentials: [a, b] }]',
    [/:2:51: targets\[0\]\.credentials\[1\]: is no API key, which AI Studio needs/],
  ],
  [
    'credentials: [{ id: a, apiKey: k }, { id: b, adc: true }]\ntargets: [{ provider: vertex, credentials: [b, a], location: eu }]',
    [/:2:62: targets\[0\]\.location: does not go with an API key\. Take it out\./],
  ],
  [
    'targets: [{ provider: local, credentials: [a], quota: { requestsPerMinute: 1 } }]',
    [
      /:1:43: targets\[0\]\.credentials: does not go with the local engine/,
      /:1:55: targets\[0\]\.quota: does not go with the local engine\. Take it out\./,
    ],
  ],
  [
    'credentials: [{ id: a, adc: true }]\ntargets: [{ provider: vertex, credential: a, quota: { requestsPerMinute: 0, inputTokensPerMinute: many } }]',
    [
      /:2:74: targets\[0\]\.quota\.requestsPerMinute: has to be a whole number from 1 to 6000000/,
      /:2:99: targets\[0\]\.quota\.inputTokensPerMinute: has to be a whole number from 1 to 1000000000000/,
    ],
  ],
  [
    'credentials: [{ id: a, adc: true, environment: Live }]',
    [
      /:1:48: credentials\[0\]\.environment: has to be an environment in small letters, at most 32\. Write it as keys begin: live for pl_live_…, test for pl_test_…\.$/,
    ],
  ],
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

test('a pool, quotas and environments, with what is left out', async () => {
  const { targets, credentials } = configOf(
    await loaded(
      `
credentials: [{ id: a, apiKey: "\${KEY}" }, { id: b, apiKey: "\${KEY}", environment: live }, { id: c, adc: true }]
keys: [{ keyless: true, environment: live }]
targets:
  - { provider: ai-studio, credentials: [b, a], quota: { requestsPerMinute: 60 } }
  - { provider: vertex, credentials: [a, b], quota: { inputTokensPerMinute: 1000000 } }
  - { provider: vertex, credentials: [c] }
  - { provider: vertex, credential: c, quota: {} }`,
      { env: { KEY: 'k' } },
    ),
  )
  const none = { requestsPerMinute: null, inputTokensPerMinute: null }
  expect(credentials.map(({ environment }) => environment)).toEqual([null, 'live', null])
  expect(targets).toMatchObject([
    { name: 'ai-studio', credentials: [{ id: 'b' }, { id: 'a' }], quota: { ...none, requestsPerMinute: 60 } },
    {
      name: 'vertex:express',
      credentials: [
        { id: 'a', environment: null },
        { id: 'b', environment: 'live' },
      ],
      quota: { ...none, inputTokensPerMinute: 1_000_000 },
    },
    { name: 'vertex:global', credentials: [{ id: 'c' }], quota: none },
    { name: 'vertex:global#2', credentials: [{ id: 'c' }], quota: none },
  ])
})

test('a name that somebody chose is not made a second time', async () => {
  const yaml = 'targets: [{ provider: local, name: local#2 }, { provider: local }, { provider: local }]'
  expect(configOf(await loaded(yaml)).targets.map(({ name }) => name)).toEqual([
    'local#2',
    'local',
    'local#3',
  ])
  const late = 'targets: [{ provider: local }, { provider: local }, { provider: local, name: local#2 }]'
  expect(mistakesOf(await loaded(late))).toEqual([
    expect.stringMatching(/targets\[2\]\.name: is the name of another target as well/),
  ])
})

test('one of a pool that nothing else uses is used', async () => {
  const load = await loaded(
    'credentials: [{ id: a, adc: true }, { id: b, adc: true }]\ntargets: [{ provider: vertex, credentials: [a] }]',
  )
  expect(load.warnings.map(mistakeLine)).toEqual([
    expect.stringMatching(/^plantain\.yaml:1:37: credentials\[1\]: is used by no target/),
  ])
})
