import { describe, expect, test } from 'vitest'
import { JsonBlob } from '../json-blob.ts'
import {
  carried,
  createFieldCheck,
  type FieldTable,
  fateOf,
  meaningless,
  notYet,
  refused,
  under,
} from './field-table.ts'

const PART: FieldTable = {
  '': carried('images'),
  text: carried('images'),
  'inlineData.data': carried('images'),
  'inlineData.mimeType': meaningless('its bytes tell'),
}

const TABLE: FieldTable = {
  ...under('input[]', PART),
  input: carried('images'),
  'output.aspectRatio': carried('output.aspectRatio'),
  labels: meaningless('kept by nobody'),
  background: refused('no result is transparent here', { unless: ['auto', false, 0] }),
  session: notYet('there are no sessions'),
}

const check = createFieldCheck(TABLE)

describe('what a table knows is taken', () => {
  test.each([
    [{}],
    [{ input: 'text' }],
    [{ input: ['text', { text: 'a' }, { inlineData: { data: 'A', mimeType: 'b' } }] }],
    [{ input: new JsonBlob([Buffer.from('AAAA')]) }],
    [{ output: { aspectRatio: '1:1' } }],
    [{ labels: { anything: [{ at: 'all' }] } }],
  ])('%j', (document) => {
    expect(check(document)).toBeNull()
  })

  test('nothing is asked for by null, nor by values that change nothing', () => {
    expect(check({ background: null, session: null, nonsense: undefined, input: null })).toMatchObject({
      field: 'nonsense',
    })
    for (const background of ['auto', false, 0, null]) expect(check({ background })).toBeNull()
    for (const background of ['AUTO', 'false', true, '', {}, new JsonBlob([Buffer.from('auto')])]) {
      expect(check({ background })).toMatchObject({ field: 'background', code: 'unsupported_option' })
    }
  })
})

describe('what cannot be taken is named', () => {
  test.each([
    [{ background: 'none' }, 'unsupported_option', 'background is refused: no result is transparent here.'],
    [{ session: { id: 1 } }, 'not_implemented', 'session is not built yet: there are no sessions.'],
    [{ backgroud: 1 }, 'invalid_request', 'There is no field backgroud. Did you mean background?'],
    [{ output: { zzz: 1 } }, 'invalid_request', 'There is no field output.zzz.'],
    [
      { input: ['a', { inlineData: { data: 'A', kind: 1 } }] },
      'invalid_request',
      /no field input\[1\]\.inlineData\.kind/,
    ],
    [{ output: [{ aspectRatio: '1:1' }] }, 'invalid_request', 'output is a list, which it cannot be.'],
    [{ output: '1:1' }, 'invalid_request', 'output is a single value, which it cannot be.'],
    [{ input: [['a']] }, 'invalid_request', 'input[0] is a list, which it cannot be.'],
    [{ input: { text: 'a' } }, 'invalid_request', 'input is an object, which it cannot be.'],
    [[], 'invalid_request', 'The document is a list, which it cannot be.'],
    ['text', 'invalid_request', 'The document is a single value, which it cannot be.'],
  ])('%j', (document, code, message) => {
    expect(check(document)).toMatchObject({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    })
  })

  test('the first of them, in the order of the document', () => {
    expect(check({ zzz: 1, background: 'none' })?.field).toBe('zzz')
    expect(check({ background: 'none', zzz: 1 })?.field).toBe('background')
  })

  test('a name may be anything, and is shown so that it can be read', () => {
    const hostile = JSON.parse(`{"__proto__": {"a": 1}}`)
    expect(check(hostile)?.field).toBe('__proto__')
    expect(check({ constructor: 1 })?.field).toBe('constructor')
    expect(check({ 'output.aspectRatio': 1 })?.field).toBe('output.aspectRatio')
    expect(check({ 'a\n\u202e🍌': 1 })?.field).toBe('a????')
    expect(check({ ['n'.repeat(9999)]: 1 })?.field).toHaveLength(64)
    expect(check({ '[]': 1 })?.field).toBe('[]')
    expect(check({ output: { '[]': 1 } })?.code).toBe('invalid_request')
    expect(
      createFieldCheck({ 'a[]': carried('google'), 'a.b': carried('google') })({ a: { '[]': 1 } })?.field,
    ).toBe('a.[]')
  })
})

describe('dialects that have both casings', () => {
  const either = createFieldCheck(TABLE, { eitherCase: true })

  test('take either, at every level', () => {
    expect(
      either({ output: { aspect_ratio: '1:1' }, input: [{ inline_data: { mime_type: 'a' } }] }),
    ).toBeNull()
    expect(check({ output: { aspect_ratio: '1:1' } })).toMatchObject({ field: 'output.aspect_ratio' })
    const snake = createFieldCheck(
      { 'response_format.aspect_ratio': carried('google') },
      { eitherCase: true },
    )
    expect(snake({ responseFormat: { aspectRatio: 1 }, response_format: { aspect_ratio: 1 } })).toBeNull()
  })

  test('name a field as the caller does', () => {
    expect(either({ output: { aspect_ration: 1 } })).toMatchObject({ field: 'output.aspect_ration' })
  })
})

test('where others judge, only what is refused stops', () => {
  const passing = createFieldCheck(TABLE, { unknown: 'passed' })
  expect(passing({ zzz: 1, output: [1], input: [['a']] })).toBeNull()
  expect(passing({ zzz: 1, background: 'none' })).toMatchObject({ field: 'background' })
})

test('a path is known by itself, and by one around it that stands for all in it', () => {
  expect(fateOf(TABLE, 'output.aspectRatio')).toMatchObject({ kind: 'carried' })
  expect(fateOf(TABLE, 'input[].inlineData.mimeType')).toMatchObject({ kind: 'meaningless' })
  expect(fateOf(TABLE, 'labels.any[].thing')).toMatchObject({ kind: 'meaningless' })
  expect(fateOf(TABLE, 'output.aspect_ratio')).toBeNull()
  expect(fateOf(TABLE, 'output.aspect_ratio', { eitherCase: true })).toMatchObject({ kind: 'carried' })
  expect(fateOf(TABLE, 'input[].inlineData.kind')).toBeNull()
  expect(fateOf(TABLE, 'output')).toBeNull()
})
