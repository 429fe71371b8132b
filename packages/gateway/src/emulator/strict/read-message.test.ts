import { describe, expect, test } from 'vitest'
import { JsonBlob } from '../../wire/json-blob.ts'
import { ApiError } from '../../wire/api-error.ts'
import {
  BOOL,
  BYTES,
  DOUBLE,
  enumOf,
  FLOAT,
  INT32,
  INT64,
  listOf,
  looseEnumOf,
  MAP,
  type Message,
  messageOf,
  onlyOn,
  STRING,
  STRUCT,
  VALUE,
} from './message.ts'
import { readMessage } from './read-message.ts'

const LEAF = {
  type: 'Tree.Leaf',
  fields: { leafName: STRING, leafData: BYTES, leafCount: INT32 },
  oneofs: { data: ['leafName', 'leafData'] },
} satisfies Message

const TREE = {
  type: 'Tree',
  fields: {
    aName: STRING,
    aBlob: BYTES,
    aBool: BOOL,
    anInt: INT32,
    aLong: INT64,
    aFloat: FLOAT,
    aDouble: DOUBLE,
    aMap: MAP,
    aStruct: STRUCT,
    aValue: VALUE,
    strictEnum: enumOf('Tree.Strict', { NONE: 0, ONE: 1, UNO: 1, STUDIO: { 'ai-studio': 2 } }),
    looseEnum: looseEnumOf('Tree.Loose', { NONE: 0, ONE: 1 }),
    aLeaf: messageOf(LEAF),
    someLeaves: listOf(messageOf(LEAF)),
    someNames: listOf(STRING),
    vertexName: onlyOn('vertex', STRING),
  },
} satisfies Message

function read(document: unknown) {
  return readMessage(TREE, document, { surface: 'ai-studio' })
}

function refusal(document: unknown): ApiError {
  try {
    read(document)
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error(`${JSON.stringify(document)} was read.`)
}

function blob(text: string): JsonBlob {
  return new JsonBlob([Buffer.from(JSON.stringify(text).slice(1, -1))])
}

describe('values that are read', () => {
  test.each<[unknown, unknown]>([
    [{}, {}],
    [{ aName: 'x' }, { aName: 'x' }],
    [{ a_name: 'x' }, { aName: 'x' }],
    [{ aName: blob('long "text"') }, { aName: 'long "text"' }],
    [{ aName: null, a_name: 'x' }, { aName: 'x' }],
    [
      { aBool: 'true', anInt: '7', aLong: '9007199254740991', aFloat: '1.5' },
      { aBool: true, anInt: 7, aLong: 9007199254740991, aFloat: 1.5 },
    ],
    [
      { aBool: false, anInt: -3.0, aLong: 5, aFloat: 2 },
      { aBool: false, anInt: -3, aLong: 5, aFloat: 2 },
    ],
    [{ anInt: '1e3' }, { anInt: 1000 }],
    [{ anInt: -2147483648 }, { anInt: -2147483648 }],
    [
      { aDouble: 'NaN', aFloat: '-Infinity' },
      { aDouble: Number.NaN, aFloat: Number.NEGATIVE_INFINITY },
    ],
    [{ aMap: { some_key: 'x', other: blob('y') } }, { aMap: { some_key: 'x', other: 'y' } }],
    [{ aStruct: { any_thing: [1, { x: null }] } }, { aStruct: { any_thing: [1, { x: null }] } }],
    [{ aValue: [1] }, { aValue: [1] }],
    [{ aValue: null }, { aValue: null }],
    [
      { strictEnum: 'ONE', looseEnum: 'one' },
      { strictEnum: 'ONE', looseEnum: 'ONE' },
    ],
    [{ strictEnum: 'UNO' }, { strictEnum: 'ONE' }],
    [
      { strictEnum: 2, looseEnum: 0 },
      { strictEnum: 'STUDIO', looseEnum: 'NONE' },
    ],
    [{ looseEnum: blob('one') }, { looseEnum: 'ONE' }],
    [{ a_leaf: { leaf_name: 'x', leafCount: 1 } }, { aLeaf: { leafName: 'x', leafCount: 1 } }],
    [{ someLeaves: [{ leaf_name: 'x' }, null, {}] }, { someLeaves: [{ leafName: 'x' }, {}] }],
    [
      { someLeaves: { leafName: 'x' }, someNames: 'y' },
      { someLeaves: [{ leafName: 'x' }], someNames: ['y'] },
    ],
    [{ someNames: [] }, { someNames: [] }],
  ])('reads %#', (document, expected) => {
    expect(read(document)).toEqual(expected)
  })

  test.each(['_-8', '_-8=', '/+8=', '/+8'])('bytes from %s, long or short', (source) => {
    for (const aBlob of [source, blob(source)]) {
      const bytes = read({ aBlob }).aBlob
      expect(bytes?.bytes()).toEqual(Buffer.from([0xff, 0xef]))
      expect(bytes?.byteLength).toBe(2)
      expect(bytes?.base64()).toBe('/+8=')
    }
  })

  test('a field that the other surface has', () => {
    expect(readMessage(TREE, { vertexName: 'x' }, { surface: 'vertex' })).toEqual({ vertexName: 'x' })
  })
})

const LONG = 'x'.repeat(5000)
const UNKNOWN = 'Invalid JSON payload received. Unknown name'

describe('values that are refused', () => {
  test.each<[unknown, string, string | undefined]>([
    [{ x: 1 }, `${UNKNOWN} "x": Cannot find field.`, undefined],
    [{ x: null }, `${UNKNOWN} "x": Cannot find field.`, undefined],
    [{ vertexName: 'x' }, `${UNKNOWN} "vertexName": Cannot find field.`, undefined],
    [{ aLeaf: { x: 1 } }, `${UNKNOWN} "x" at 'a_leaf': Cannot find field.`, 'a_leaf'],
    [
      { someLeaves: [{}, { x: 1 }] },
      `${UNKNOWN} "x" at 'some_leaves[1]': Cannot find field.`,
      'some_leaves[1]',
    ],
    [{ someLeaves: { x: 1 } }, `${UNKNOWN} "x" at 'some_leaves': Cannot find field.`, 'some_leaves'],
    [{ AName: 'x' }, `${UNKNOWN} "AName": Cannot find field.`, undefined],
    [JSON.parse('{"__proto__": {"aName": "x"}}'), `${UNKNOWN} "__proto__": Cannot find field.`, undefined],
    [{ constructor: 1 }, `${UNKNOWN} "constructor": Cannot find field.`, undefined],
    [{ [LONG]: 1 }, `${UNKNOWN} "${LONG.slice(0, 100)}…": Cannot find field.`, undefined],
    [[], `${UNKNOWN} "": Root element must be a message.`, undefined],
    ['text', `${UNKNOWN} "": Root element must be a message.`, undefined],
    [null, `${UNKNOWN} "": Root element must be a message.`, undefined],
    [{ aName: ['x'] }, `${UNKNOWN} "aName": Proto field is not repeating, cannot start list.`, undefined],
    [{ a_leaf: [{}] }, `${UNKNOWN} "a_leaf": Proto field is not repeating, cannot start list.`, undefined],
    [
      { aLeaf: { leaf_name: [] } },
      `${UNKNOWN} "leaf_name" at 'a_leaf': Proto field is not repeating, cannot start list.`,
      'a_leaf',
    ],
    [{ aName: {} }, 'Invalid value (a_name), Starting an object on a scalar field', undefined],
    [
      { aLeaf: { leafName: {} } },
      "Invalid value at 'a_leaf' (leaf_name), Starting an object on a scalar field",
      'a_leaf',
    ],
    [{ aName: 5 }, "Invalid value at 'a_name' (TYPE_STRING), 5", 'a_name'],
    [{ someNames: ['x', 5] }, "Invalid value at 'some_names[1]' (TYPE_STRING), 5", 'some_names[1]'],
    [{ aBool: 1 }, "Invalid value at 'a_bool' (TYPE_BOOL), 1", 'a_bool'],
    [{ aBool: 'yes' }, `Invalid value at 'a_bool' (TYPE_BOOL), "yes"`, 'a_bool'],
    [{ anInt: 1.5 }, "Invalid value at 'an_int' (TYPE_INT32), 1.5", 'an_int'],
    [{ anInt: 2147483648 }, "Invalid value at 'an_int' (TYPE_INT32), 2147483648", 'an_int'],
    [{ anInt: '' }, `Invalid value at 'an_int' (TYPE_INT32), ""`, 'an_int'],
    [{ anInt: '0x10' }, `Invalid value at 'an_int' (TYPE_INT32), "0x10"`, 'an_int'],
    [{ anInt: true }, "Invalid value at 'an_int' (TYPE_INT32), true", 'an_int'],
    [{ aLong: '1.5' }, `Invalid value at 'a_long' (TYPE_INT64), "1.5"`, 'a_long'],
    [{ aFloat: 'warm' }, `Invalid value at 'a_float' (TYPE_FLOAT), "warm"`, 'a_float'],
    [{ aDouble: true }, "Invalid value at 'a_double' (TYPE_DOUBLE), true", 'a_double'],
    [{ aBlob: 'a!' }, `Invalid value at 'a_blob' (TYPE_BYTES), Base64 decoding failed for "a!"`, 'a_blob'],
    [
      { aBlob: blob('a!') },
      `Invalid value at 'a_blob' (TYPE_BYTES), Base64 decoding failed for "a!"`,
      'a_blob',
    ],
    [
      { aBlob: 'abcde' },
      `Invalid value at 'a_blob' (TYPE_BYTES), Base64 decoding failed for "abcde"`,
      'a_blob',
    ],
    [
      { aBlob: blob(`!${LONG}`) },
      `Invalid value at 'a_blob' (TYPE_BYTES), Base64 decoding failed for "!${LONG.slice(0, 99)}…"`,
      'a_blob',
    ],
    [{ aBlob: 5 }, "Invalid value at 'a_blob' (TYPE_BYTES), 5", 'a_blob'],
    [
      { aLeaf: 'x' },
      `Invalid value at 'a_leaf' (type.googleapis.com/google.ai.generativelanguage.v1beta.Tree.Leaf), "x"`,
      'a_leaf',
    ],
    [
      { aLeaf: blob('x') },
      `Invalid value at 'a_leaf' (type.googleapis.com/google.ai.generativelanguage.v1beta.Tree.Leaf), "x"`,
      'a_leaf',
    ],
    [
      { strictEnum: 'one' },
      `Invalid value at 'strict_enum' (type.googleapis.com/google.ai.generativelanguage.v1beta.Tree.Strict), "one"`,
      'strict_enum',
    ],
    [
      { looseEnum: 9 },
      "Invalid value at 'loose_enum' (type.googleapis.com/google.ai.generativelanguage.v1beta.Tree.Loose), 9",
      'loose_enum',
    ],
    [
      { looseEnum: true },
      "Invalid value at 'loose_enum' (type.googleapis.com/google.ai.generativelanguage.v1beta.Tree.Loose), true",
      'loose_enum',
    ],
    [{ aMap: [] }, "Invalid value at 'a_map' (Map), Cannot bind a list to map for field 'a_map'.", 'a_map'],
    [{ aMap: 'x' }, `Invalid value at 'a_map' (Map), "x"`, 'a_map'],
    [
      { aMap: { n: { deep: blob(LONG) } } },
      "Invalid value at 'a_map[0].value' (TYPE_STRING), {…}",
      'a_map[0].value',
    ],
    [{ aMap: { n: [LONG, LONG] } }, "Invalid value at 'a_map[0].value' (TYPE_STRING), […]", 'a_map[0].value'],
    [{ aMap: { k: 'v', n: 5 } }, "Invalid value at 'a_map[1].value' (TYPE_STRING), 5", 'a_map[1].value'],
    [
      { aStruct: [] },
      "Invalid value at 'a_struct' (Struct), Cannot bind a list to struct for field 'a_struct'.",
      'a_struct',
    ],
    [
      { aStruct: 'x' },
      `Invalid value at 'a_struct' (type.googleapis.com/google.protobuf.Struct), "x"`,
      'a_struct',
    ],
    [
      { aLeaf: { leafName: 'x', leaf_data: '' } },
      "Invalid value at 'a_leaf' (oneof), oneof field 'data' is already set. Cannot set 'leaf_data'",
      'a_leaf',
    ],
    [
      { aName: 'x', a_name: 'x' },
      `${UNKNOWN} "a_name": Proto field is not repeating, it is already set.`,
      undefined,
    ],
  ])('refuses %#', (document, message, field) => {
    const error = refusal(document)
    expect(error.message).toBe(message)
    expect([error.status, error.rpc]).toEqual([400, 'INVALID_ARGUMENT'])
    const violation = { ...(field !== undefined && { field }), description: message }
    expect(error.details).toEqual([
      { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [violation] },
    ])
  })

  test('an enum value that only the other surface has, and the package of that surface', () => {
    expect(() => readMessage(TREE, { strictEnum: 'STUDIO' }, { surface: 'vertex' })).toThrow(
      '(type.googleapis.com/google.cloud.aiplatform.v1beta1.Tree.Strict), "STUDIO"',
    )
  })

  test('all of them in one answer, a line and a violation each', () => {
    const error = refusal({ x: 1, aLeaf: { y: 2, leafCount: 'z' } })
    expect(error.message.split('\n')).toEqual([
      `${UNKNOWN} "x": Cannot find field.`,
      `${UNKNOWN} "y" at 'a_leaf': Cannot find field.`,
      `Invalid value at 'a_leaf.leaf_count' (TYPE_INT32), "z"`,
    ])
    expect(error.details[0]).toMatchObject({
      fieldViolations: [{}, { field: 'a_leaf' }, { field: 'a_leaf.leaf_count' }],
    })
  })

  test('no more than a hundred', () => {
    const document = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, 1]))
    expect(refusal(document).message.split('\n')).toHaveLength(100)
  })
})
