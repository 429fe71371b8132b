import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { loaded, mistakesOf } from './config-folder.fixture.ts'

const hashOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
const KEY = `keys: [{ id: web, hash: '${hashOf('a random key')}' }]`
const ADMIN = `keys: [{ id: ops, hash: '${hashOf('another')}', scopes: [admin] }]`
const listen = (host: string) => `listen: { host: '${host}', port: 8080 }`

const NO_KEYS =
  /^plantain\.yaml:\d+:\d+: listen\.host: lets other machines in, and there are no keys\. Make a key with `plantain keys new` and add it to keys, or listen on 127\.0\.0\.1\.$/
const NO_ADMIN =
  /admin\.host: lets other machines administer .* scope admin\. Give one key the scope admin, or listen on 127\.0\.0\.1\.$/

/** What must start, and what must not, each refusal in one sentence with its remedy. */
test.each<[string, RegExp | null]>([
  // On this machine nobody needs a key.
  ['', null],
  [listen('127.0.0.1'), null],
  [listen('127.0.0.53'), null],
  [listen('localhost'), null],
  [listen('LOCALHOST'), null],
  [listen('::1'), null],
  [listen('[::1]'), null],
  [listen('0:0:0:0:0:0:0:1'), null],
  [listen('::ffff:127.0.0.1'), null],
  ['keys: [{ keyless: true, scopes: [edit] }]', null],
  // Anywhere else everybody does.
  [listen('0.0.0.0'), NO_KEYS],
  [listen('::'), NO_KEYS],
  [listen('[::]'), NO_KEYS],
  [listen('::ffff:0.0.0.0'), NO_KEYS],
  [listen('0'), NO_KEYS],
  [listen('127.1'), NO_KEYS],
  [listen('10.0.0.5'), NO_KEYS],
  [listen('192.168.1.7'), NO_KEYS],
  [listen('2001:db8::1'), NO_KEYS],
  [listen('fe80::1'), NO_KEYS],
  [listen('gateway.example'), NO_KEYS],
  [listen('localhost.example'), NO_KEYS],
  [listen('ip6-localhost'), NO_KEYS],
  ["listen: { host: '' }", /listen\.host: has to be an address to listen on/],
  ["listen: { host: '*' }", /listen\.host: has to be an address to listen on/],
  [`${listen('0.0.0.0')}\nkeys: []`, NO_KEYS],
  [`${listen('0.0.0.0')}\nkeys: [{ keyless: true }]`, NO_KEYS],
  [`${listen('0.0.0.0')}\n${KEY}`, null],
  [`${listen('::')}\n${KEY}`, null],
  [`${listen('gateway.example')}\n${KEY}`, null],
  // A proxy makes strangers look near.
  [
    'listen: { publicUrl: https://plantain.example }',
    /listen\.publicUrl: says that others come through a proxy, and there are no keys\. Make a key/,
  ],
  ['listen: { publicUrl: http://localhost:3000 }', null],
  [`listen: { publicUrl: https://plantain.example }\n${KEY}`, null],
  // Pages of strangers run on this machine, in a browser.
  ["cors: { origins: ['*'] }", /cors\.origins: lets any web page in, and there are no keys\. Make a key/],
  [`cors: { origins: ['*'] }\n${KEY}`, null],
  ['cors: { origins: [http://localhost:3000] }', null],
  // Whoever administers, from elsewhere, needs a key for that.
  ['admin: { port: 9090 }', null],
  ['admin: { port: 9090, host: 0.0.0.0 }', NO_ADMIN],
  [`admin: { port: 9090, host: 10.0.0.5 }\n${KEY}`, NO_ADMIN],
  [`admin: { port: 9090, host: 0.0.0.0 }\n${ADMIN}`, null],
  ['admin: { port: 8080 }', /admin\.port: is the port of the gateway itself/],
  ['listen: { port: 0 }\nadmin: { port: 0 }', null],
  // Keys that are none.
  [
    `keys: [{ id: a, hash: '${hashOf('sk-1234')}' }]`,
    /keys\[0\]\.hash: is the hash of a word that can be guessed\. Make a key/,
  ],
  [`keys: [{ id: a, hash: '${hashOf('')}' }]`, /can be guessed/],
  [`keys: [{ id: a, hash: 'sha256:${'0'.repeat(64)}' }]`, /keys\[0\]\.hash: is a placeholder/],
  [`keys: [{ id: a, hash: 'sha256:${'0123456789abcdef'.repeat(4)}' }]`, /is a placeholder/],
  [`keys: [{ id: a, hash: 'sha256:${'deadbeef'.repeat(8)}' }]`, /is a placeholder/],
  [
    `keys: [{ id: a, hash: '${hashOf('x')}' }, { id: a, hash: '${hashOf('y')}' }]`,
    /keys\[1\]\.id: is the id of keys\[0\] as well/,
  ],
  [
    `keys: [{ id: a, hash: '${hashOf('x')}' }, { id: b, hash: '${hashOf('x')}' }]`,
    /keys\[1\]\.hash: is the hash of keys\[0\] as well/,
  ],
  // A credential would go where everybody can read along.
  [
    'credentials: [{ id: c, apiKey: "${K}" }]\ntargets: [{ provider: ai-studio, credential: c, baseUrl: "http://10.0.0.5" }]',
    /baseUrl: has to be an https address/,
  ],
  [
    'credentials: [{ id: c, apiKey: "${K}" }]\ntargets: [{ provider: ai-studio, credential: c, baseUrl: "http://127.0.0.1:9" }]',
    null,
  ],
])('%s', async (yaml, refusal) => {
  const lines = mistakesOf(await loaded(yaml, { env: { K: 'k' } }))
  expect(lines).toEqual(refusal === null ? [] : [expect.stringMatching(refusal)])
})

test('what a variable opens is refused by the name of the variable', async () => {
  const env = { PLANTAIN_LISTEN_HOST: '0.0.0.0', PLANTAIN_CORS_ORIGINS: '*' }
  expect(mistakesOf(await loaded(null, { env }))).toEqual([
    expect.stringMatching(/^PLANTAIN_LISTEN_HOST: listen\.host: lets other machines in/),
    expect.stringMatching(/^PLANTAIN_CORS_ORIGINS: cors\.origins: lets any web page in/),
  ])
})

test('where keys are malformed, that is what is told, not that there are none', async () => {
  const yaml = `${listen('0.0.0.0')}\nadmin: { host: 0.0.0.0, port: 1 }\nkeys: [{ id: a, hash: short }]`
  expect(mistakesOf(await loaded(yaml))).toEqual([expect.stringMatching(/keys\[0\]\.hash: is not the hash/)])
})

test('what is wrong elsewhere does not hide that strangers would be let in', async () => {
  const yaml = `${listen('0.0.0.0')}\nadmin: { host: 0.0.0.0 }\ncors: { origins: no }\nlimits: { drainMs: soon }\nnothing: 1`
  expect(mistakesOf(await loaded(yaml))).toEqual([
    expect.stringMatching(NO_KEYS),
    expect.stringMatching(/admin\.port: is missing/),
    expect.stringMatching(/cors\.origins: has to be a list/),
    expect.stringMatching(/limits\.drainMs: has to be/),
    expect.stringMatching(/nothing: is not a setting\. Settings here are listen, admin, /),
  ])
})
