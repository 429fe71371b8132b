import { expect, test } from 'vitest'
import { Base64Bytes } from './json-blob.ts'
import { type JsonChange, REMOVE, spliceJson } from './json-splice.ts'
import { readSkeleton } from './skeleton.ts'

function spliced(json: string, ...changes: readonly JsonChange[]): string {
  const skeleton = readSkeleton([Buffer.from(json)], { minBlobBytes: 8 })
  return Buffer.concat(spliceJson(skeleton, changes)).toString()
}

test.each<[string, string, JsonChange[], string]>([
  ['nothing', ' {"a" : 1.0} ', [], ' {"a" : 1.0} '],
  [
    'a value',
    ' {"a" : 1.0 , "b":[ 2e0 ]}\n',
    [{ path: ['b', 0], value: 'x' }],
    ' {"a" : 1.0 , "b":[ "x" ]}\n',
  ],
  ['the document', ' [1] ', [{ path: [], value: { a: 1 } }], ' {"a":1} '],
  ['behind a blob', '["0123456789", 1 ]', [{ path: [1], value: 2 }], '["0123456789", 2 ]'],
  [
    'a blob',
    '{"d":"0123456789"}',
    [{ path: ['d'], value: new Base64Bytes(Buffer.from('QQ==')) }],
    '{"d":"QQ=="}',
  ],
  ['an equal key, the last', '{"a":1,"a":2}', [{ path: ['a'], value: 3 }], '{"a":1,"a":3}'],
  ['a key spelled otherwise', '{"\\u0061":1}', [{ path: ['a'], value: 3 }], '{"\\u0061":3}'],
  ['equal keys removed', '{"a":1,"b":2,"a":3}', [{ path: ['a'], value: REMOVE }], '{"b":2}'],
  ['the first removed', '[ 1 , 2 , 3 ]', [{ path: [0], value: REMOVE }], '[ 2 , 3 ]'],
  ['the last removed', '[ 1 , 2 , 3 ]', [{ path: [2], value: REMOVE }], '[ 1 , 2 ]'],
  ['all removed', '[ 1 , 2 ]', [0, 1].map((index) => ({ path: [index], value: REMOVE })), '[  ]'],
  ['a member added', '{"a":1 }', [{ path: ['b'], value: [] }], '{"a":1,"b":[] }'],
  ['members added to none', '{ }', ['a', 'é'].map((key) => ({ path: [key], value: 0 })), '{"a":0,"é":0 }'],
  ['elements added', '[ 1 ]', [1, 2].map((index) => ({ path: [index], value: 0 })), '[ 1,0,0 ]'],
  [
    'elements added to none',
    '{"a":[ ]}',
    [0, 1].map((index) => ({ path: ['a', index], value: 0 })),
    '{"a":[0,0 ]}',
  ],
  [
    'the only one removed and one added',
    '{"a":1}',
    [
      { path: ['a'], value: REMOVE },
      { path: ['__proto__'], value: 1 },
    ],
    '{"__proto__":1}',
  ],
])('%s', (_, json, changes, expected) => {
  expect(spliced(json, ...changes)).toBe(expected)
})

test.each<[string, JsonChange[]]>([
  ['a key that is not there', [{ path: ['x', 'y'], value: 1 }]],
  ['a key of a list', [{ path: ['list', 'x'], value: 1 }]],
  ['an index beyond the one behind the end', [{ path: ['list', 3], value: 1 }]],
  ['inside a text', [{ path: ['blob', 0], value: 1 }]],
  ['inside a number', [{ path: ['list', 0, 'x'], value: 1 }]],
  ['removing what is not there', [{ path: ['x'], value: REMOVE }]],
  ['removing all', [{ path: [], value: REMOVE }]],
  [
    'the same twice',
    [
      { path: ['list'], value: 1 },
      { path: ['list'], value: 2 },
    ],
  ],
  [
    'inside another',
    [
      { path: ['list'], value: 1 },
      { path: ['list', 0], value: 2 },
    ],
  ],
  [
    'around another',
    [
      { path: ['list', 0], value: 1 },
      { path: ['list'], value: 2 },
    ],
  ],
])('%s is refused', (_, changes) => {
  expect(() => spliced('{"list":[1,2],"blob":"0123456789"}', ...changes)).toThrow(RangeError)
})
