import { expect, test } from 'vitest'
import { testSystem } from '../../test/conformance/test-system.ts'
import { Secret } from '../contract/secret.ts'
import { createLinkSigner, type LinkSigner } from './link-signer.ts'

const PATH = '/v1/edits/edit_1/images/0'
const OLD = new Secret('an old secret of many characters')
const NEW = new Secret('a new secret, of many characters')

const queryOf = (link: string) => new URLSearchParams(link.slice(link.indexOf('?')))
const signed = (signer: LinkSigner, expiresAtMs: number, keyId?: string) =>
  queryOf(signer.signedPath({ path: PATH, expiresAtMs, ...(keyId !== undefined && { keyId }) }))

test('a link is good for its path until its time', () => {
  const { clock, random, advance } = testSystem()
  const signer = createLinkSigner({ clock, random })
  const link = signer.signedPath({ path: PATH, expiresAtMs: clock.now() + 1000.9 })
  expect(link).toMatch(/^\/v1\/edits\/edit_1\/images\/0\?expires=\d{13}&signature=[\w-]{43}$/)
  const query = queryOf(link)
  expect(signer.verify({ path: PATH, query })).toBe(true)
  expect(signer.verify({ path: '/v1/edits/edit_1/images/1', query })).toBe(false)
  expect(signer.verify({ path: `${PATH}/`, query })).toBe(false)
  expect(signer.verify({ path: PATH, method: 'DELETE', query })).toBe(false)
  expect(signer.verify({ path: PATH, keyId: 'a', query })).toBe(false)
  advance(999)
  expect(signer.verify({ path: PATH, query })).toBe(true)
  advance(1)
  expect(signer.verify({ path: PATH, query })).toBe(false)
})

test('one that names a key is good with that key alone', () => {
  const { clock, random } = testSystem()
  const signer = createLinkSigner({ clock, random })
  const query = signed(signer, clock.now() + 1000, 'mine')
  expect(signer.verify({ path: PATH, keyId: 'mine', query })).toBe(true)
  expect(signer.verify({ path: PATH, keyId: 'other', query })).toBe(false)
  expect(signer.verify({ path: PATH, query })).toBe(false)
})

test('nothing that was changed is taken', () => {
  const { clock, random } = testSystem()
  const signer = createLinkSigner({ clock, random })
  const query = signed(signer, clock.now() + 1000)
  const [expires = '', signature = ''] = [query.get('expires'), query.get('signature')].map(String)
  const accepts = (entries: Record<string, string>) =>
    signer.verify({ path: PATH, query: new URLSearchParams(entries) })
  expect(accepts({ expires, signature })).toBe(true)
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  for (let at = 0; at < signature.length; at++) {
    for (const letter of letters) {
      if (letter === signature[at]) continue
      expect(accepts({ expires, signature: signature.slice(0, at) + letter + signature.slice(at + 1) })).toBe(
        false,
      )
    }
  }
  for (const other of [
    '',
    `${signature}=`,
    ` ${signature}`,
    signature.slice(1),
    `${signature}A`,
    signature.toLowerCase(),
    'é'.repeat(43),
  ]) {
    expect(accepts({ expires, signature: other })).toBe(false)
  }
  for (const other of [
    '',
    `0${expires}`,
    `${expires}0`,
    `+${expires}`,
    `${expires}.0`,
    'NaN',
    'Infinity',
    '1e99',
  ]) {
    expect(accepts({ expires: other, signature })).toBe(false)
  }
  expect(accepts({ expires })).toBe(false)
  expect(accepts({ signature })).toBe(false)
})

test('secrets are changed without breaking the links there are', () => {
  const { clock, random } = testSystem()
  const before = createLinkSigner({ clock, random, secrets: [OLD] })
  const during = createLinkSigner({ clock, random, secrets: [NEW, OLD] })
  const after = createLinkSigner({ clock, random, secrets: [NEW] })
  const [old, current] = [signed(before, clock.now() + 1000), signed(during, clock.now() + 1000)]
  expect([before, during, after].map((one) => one.verify({ path: PATH, query: old }))).toEqual([
    true,
    true,
    false,
  ])
  expect([before, during, after].map((one) => one.verify({ path: PATH, query: current }))).toEqual([
    false,
    true,
    true,
  ])
})

test('without a secret of its own each process has another', () => {
  const { clock, random } = testSystem()
  const query = signed(createLinkSigner({ clock, random }), clock.now() + 1000)
  expect(createLinkSigner({ clock, random }).verify({ path: PATH, query })).toBe(false)
})

test('a short secret is none, and is not told', () => {
  const { clock, random } = testSystem()
  const open = () =>
    createLinkSigner({ clock, random, secrets: [NEW, new Secret('short-secret-of-31-characters!!')] })
  expect(open).toThrow('less than 32 characters')
  expect(open).not.toThrow('short-secret')
})
