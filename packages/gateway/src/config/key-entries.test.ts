import { expect, test } from 'vitest'
import { configOf, loaded, mistakesOf } from './config-folder.fixture.ts'

const HASH = 'sha256:5f2b0f0e4a9c7d3e1b8a6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f'

test.each<[string, RegExp[]]>([
  ['[]', []],
  ['[{ keyless: true, limits: { concurrent: 2 }, scopes: [edit] }]', []],
  [`[{ id: a, hash: '${HASH.toUpperCase()}' }]`, []],
  ['{ id: a }', [/:1:7: keys: has to be a list/]],
  [`[{ id: a, hash: '${HASH}' }, { keyless: true }]`, [/keys\[1\]\.keyless: has no effect beside keys/]],
  ['[{ keyless: true }, { keyless: true }]', [/keys\[1\]: is a second entry/]],
  [
    `[{ keyless: true, id: a, hash: '${HASH}' }]`,
    [/keys\[0\]\.id: does not go with keyless/, /keys\[0\]\.hash: does not go/],
  ],
  [
    `[{ id: loopback, hash: '${HASH}' }]`,
    [/keys\[0\]\.id: is loopback, which callers without a key are called/],
  ],
  ['[{ id: a }]', [/keys\[0\]\.hash: is missing\. .*`plantain keys new`/]],
  ['[{}]', [/keys\[0\]\.id: is missing/, /keys\[0\]\.hash: is missing/]],
  ['[null]', [/keys\[0\]: has to be a group/]],
  ['[{ id: a, hash: pl_live_planted }]', [/keys\[0\]\.hash: is not the hash of a key/]],
  [`[{ id: a, hash: '${HASH}', scopes: [] }]`, [/keys\[0\]\.scopes: is an empty list/]],
  [
    `[{ id: a, hash: '${HASH}', limits: { concurrent: 0 } }]`,
    [/keys\[0\]\.limits\.concurrent: has to be a whole number/],
  ],
  [
    `[{ id: a, hash: '${HASH}', limits: { costMicroUsdPerEdit: 0.5 } }]`,
    [/:1:129: keys\[0\]\.limits\.costMicroUsdPerEdit: has to be a whole number from 0 to 1000000000\. Write/],
  ],
  [
    `[{ id: a, hash: '${HASH}', environment: pl_live }]`,
    [
      /:1:111: keys\[0\]\.environment: has to be an environment in small letters, at most 32\. Write it as keys/,
    ],
  ],
  [
    `[{ id: a, hash: '${HASH}', regions: [eu, moon, global] }]`,
    [
      /:1:112: keys\[0\]\.regions\[1\]: has to be a region: eu, europe, us, .*, or a location such as europe-west4\. Write one of these; leave regions out/,
      /:1:118: keys\[0\]\.regions\[2\]: has to be a region/,
    ],
  ],
  [`[{ id: a, hash: '${HASH}', regions: [] }]`, [/keys\[0\]\.regions: is an empty list/]],
  [`[{ id: a, hash: '${HASH}', __proto__: 1 }]`, [/keys\[0\]\.__proto__: is not a setting/]],
])('%s', async (keys, expected) => {
  const lines = mistakesOf(await loaded(`keys: ${keys}`))
  expect(lines).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
  expect(lines.join()).not.toContain('planted')
})

test('what callers without a key may do can be narrowed', async () => {
  const load = await loaded(
    'keys: [{ keyless: true, limits: { concurrent: 2 }, scopes: [edit], passThrough: true }]',
  )
  expect(configOf(load)).toMatchObject({
    keys: [],
    keyless: {
      keyId: 'loopback',
      scopes: ['edit'],
      passThrough: true,
      limits: { concurrent: 2, requestsPerMinute: 600_000 },
    },
  })
})

test('environment, regions and the price of an edit, with what is left out', async () => {
  const yaml = `keys:
  - { id: a, hash: '${HASH}', environment: test, regions: [eu, us-central1], limits: { costMicroUsdPerEdit: 250000 } }
  - { id: b, hash: '${HASH.replace('5f', '4a')}', limits: { costMicroUsdPerEdit: 0 } }
  - { id: c, hash: '${HASH.replace('5f', '3b')}' }`
  const { keys, keyless } = configOf(await loaded(yaml))
  const bounds = [...keys.map(({ caller }) => caller), keyless].map(({ environment, regions, limits }) => [
    environment,
    regions,
    limits.costMicroUsdPerEdit,
  ])
  expect(bounds).toEqual([
    ['test', ['eu', 'us-central1'], 250_000],
    [null, null, 0],
    [null, null, null],
    [null, null, null],
  ])
})
