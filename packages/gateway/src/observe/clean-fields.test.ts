import { expect, test } from 'vitest'
import { PlantainError } from '../contract/error.ts'
import { Secret } from '../contract/secret.ts'
import { cleanFields } from './clean-fields.ts'

const KEY = 'AIzaSyA-0123456789abcdef'

test('texts are clean at any depth, names of members too', () => {
  const fields = { a: KEY, b: [KEY, { c: `x ${KEY}` }], [`d ${KEY}`]: 1, e: new Secret('hidden') }
  expect(cleanFields(fields)).toEqual({
    a: '[redacted]',
    b: ['[redacted]', { c: 'x [redacted]' }],
    'd [redacted]': 1,
    e: '[redacted]',
  })
})

test('bytes are told by their number, and what cannot be written is left out', () => {
  const ring: Record<string, unknown> = {}
  ring['ring'] = ring
  const fields = { image: Buffer.from('JPEG'), f: () => KEY, none: undefined, n: 1n, nothing: null, ring }
  expect(JSON.stringify(cleanFields(fields))).toBe(
    '{"image":"[4 bytes]","n":"1","nothing":null,"ring":{"ring":{"ring":{"ring":"[…]"}}}}',
  )
  expect((cleanFields({ list: Array.from({ length: 1000 }) })['list'] as unknown[]).length).toBe(20)
})

test('an error says its name, code, words, place and cause, and nothing that hangs on it', () => {
  const cause = Object.assign(new Error(`connect to https://h/p?key=${KEY}`), {
    code: 'ECONNREFUSED',
    headers: { authorization: 'x' },
  })
  const error = new PlantainError('upstream_unreachable', 'Nobody answers.', { cause })
  const { error: told } = cleanFields({ error })
  expect(told).toMatchObject({
    name: 'PlantainError',
    code: 'upstream_unreachable',
    message: 'Nobody answers.',
    cause: { name: 'Error', code: 'ECONNREFUSED', message: 'connect to https://h/p' },
  })
  const text = JSON.stringify(told)
  expect(text).toContain('clean-fields.test.ts')
  expect(text).not.toContain('authorization')
  expect(text).not.toContain('AIza')
})
