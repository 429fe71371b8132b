import { describe, expect, test } from 'vitest'
import { type Neighbourhood, visitFault } from './loopback-visit.ts'

const PLAIN: Neighbourhood = { publicUrl: null, corsOrigins: [], tls: false }

function visit(
  headers: Record<string, string | string[]>,
  { from = '127.0.0.1', ...differences }: Partial<Neighbourhood> & { from?: string | undefined } = {},
): string | null {
  const distinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()]))
  return visitFault({ headers: distinct, remoteAddress: from }, { ...PLAIN, ...differences })?.code ?? null
}

describe('where somebody is', () => {
  test.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])('%s is here', (from) => {
    expect(visit({ host: 'localhost' }, { from })).toBeNull()
  })

  test.each([
    '10.0.0.1',
    '192.0.2.1',
    '::ffff:10.0.0.1',
    'fe80::1%eth0',
    '0.0.0.0',
    '::',
    '',
    'localhost.evil.test',
  ])('%j is not', (from) => expect(visit({ host: 'localhost' }, { from })).toBe('key_missing'))

  test('a socket that is gone has no address', () => {
    const knock = { headers: { host: ['localhost'] }, remoteAddress: undefined }
    expect(visitFault(knock, PLAIN)?.code).toBe('key_missing')
  })

  test.each([
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-for': '::1, ::ffff:127.0.0.1' },
    { 'x-real-ip': '127.0.0.1' },
    { forwarded: 'for=127.0.0.1:4711;proto=http, for="[::1]:99"' },
    { forwarded: 'proto=http' },
  ])('passed on within this machine: %j', (headers) => {
    expect(visit({ host: 'localhost', ...headers })).toBeNull()
  })

  test.each([
    { 'x-forwarded-for': '203.0.113.9' },
    { 'x-forwarded-for': '127.0.0.1, 203.0.113.9' },
    { 'x-forwarded-for': ['127.0.0.1', '203.0.113.9'] },
    { 'x-forwarded-for': '203.0.113.9:1234' },
    { 'x-forwarded-for': 'unknown' },
    { 'x-real-ip': '2001:db8::1' },
    { forwarded: 'for=203.0.113.9' },
    { forwarded: 'for="[2001:db8::1]:80";proto=https' },
    { forwarded: 'For = _hidden' },
  ])('passed on from elsewhere: %j', (headers) => {
    expect(visit({ host: 'localhost', ...headers })).toBe('key_missing')
  })
})

describe('the name that was asked for', () => {
  test.each([
    'localhost',
    'LocalHost:8080',
    '127.0.0.1:1',
    '127.8.8.8',
    '[::1]:8080',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
  ])('%s is ours', (host) => expect(visit({ host })).toBeNull())

  test.each([
    'evil.test',
    'evil.test:8080',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '0.0.0.0:8080',
    '[::]:8080',
    '10.0.0.1',
    'localhost@evil.test',
    'evil.test/@localhost',
    'localhost#.evil.test',
    'localhost,evil.test',
    'localhost evil.test',
    'localhost:8080:9',
    'localhost:http',
    '',
    ' ',
  ])('%j is not', (host) => expect(visit({ host })).toBe('not_allowed'))

  test('none, or two of them, are not', () => {
    expect(visit({})).toBe('not_allowed')
    expect(visit({ host: ['localhost', 'localhost'] })).toBe('not_allowed')
  })

  test.each([
    ['http://plantain.test:3000', 'plantain.test:3000', null],
    ['http://plantain.test:3000', 'plantain.test', 'not_allowed'],
    ['http://plantain.test:3000', 'plantain.test.evil.test:3000', 'not_allowed'],
    ['https://plantain.test', 'plantain.test', null],
    ['https://plantain.test', 'PLANTAIN.test:443', null],
    ['https://plantain.test', 'plantain.test:80', 'not_allowed'],
    ['https://plantain.test', 'localhost', null],
  ] as const)('known as %s, asked as %s', (publicUrl, host, code) => {
    expect(visit({ host }, { publicUrl })).toBe(code)
  })
})

describe('pages', () => {
  test.each<[Record<string, string>, string | null]>([
    [{ origin: 'http://localhost:8080' }, null],
    [{ origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }, null],
    [{ origin: 'HTTP://LOCALHOST:8080' }, null],
    [{ origin: 'https://localhost:8080' }, 'not_allowed'],
    [{ origin: 'http://localhost:3000' }, 'not_allowed'],
    [{ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }, 'not_allowed'],
    [{ origin: 'http://127.0.0.1:8080' }, 'not_allowed'],
    [{ origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }, 'not_allowed'],
    [{ origin: 'http://localhost:8080.evil.test' }, 'not_allowed'],
    [{ origin: 'null' }, 'not_allowed'],
    [{ origin: '' }, 'not_allowed'],
    [{ origin: 'file://' }, 'not_allowed'],
    [{ 'sec-fetch-site': 'cross-site' }, 'not_allowed'],
    [{ 'sec-fetch-site': 'none' }, null],
    [{ 'sec-fetch-site': 'same-origin' }, null],
  ])('%j', (headers, code) => {
    expect(visit({ host: 'localhost:8080', ...headers })).toBe(code)
  })

  test.each<[readonly string[], string, string | null]>([
    [['https://app.example'], 'https://app.example', null],
    [['http://localhost:3000', 'https://app.example'], 'http://localhost:3000', null],
    [['https://app.example'], 'https://app.example.evil.test', 'not_allowed'],
    [['https://app.example'], 'http://app.example', 'not_allowed'],
    [['*'], 'https://evil.test', 'not_allowed'],
    [['*'], 'null', 'not_allowed'],
    [['null'], 'null', 'not_allowed'],
    [['file://'], 'file://', 'not_allowed'],
  ])('with origins %j a page of %s', (corsOrigins, origin, code) => {
    expect(visit({ host: 'localhost', origin, 'sec-fetch-site': 'cross-site' }, { corsOrigins })).toBe(code)
  })

  test('behind a proxy the page of the public origin is our own', () => {
    const publicUrl = 'https://plantain.test'
    expect(visit({ host: 'plantain.test', origin: publicUrl }, { publicUrl })).toBeNull()
    expect(visit({ host: 'plantain.test', origin: 'https://evil.test' }, { publicUrl })).toBe('not_allowed')
    expect(visit({ host: 'localhost', origin: 'https://localhost' }, { tls: true })).toBeNull()
    expect(visit({ host: 'localhost', origin: 'http://localhost' }, { tls: true })).toBe('not_allowed')
  })
})
