import { expect, test } from 'vitest'
import { JsonBlob } from './json-blob.ts'
import { JsonSyntaxError } from './json-syntax.ts'
import { createSkeletonReader, readSkeleton, SkeletonTooLargeError, TooManyValuesError } from './skeleton.ts'
import { BodyTooLargeError, createSlabPool } from './slabs.ts'

const MIN = 4096
const long = (text: string): string => text.repeat(Math.ceil(MIN / text.length))

function valueOf(json: string | Buffer): unknown {
  return readSkeleton([Buffer.from(json)]).value
}

const standIn = (index: number, length: number): string => String(index).padStart(length, '0')

function refusal(json: string): JsonSyntaxError {
  try {
    readSkeleton([Buffer.from(json)])
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error
  }
  throw new Error('accepted')
}

test('strings of 4 KiB are blobs, shorter ones and keys of any length are strings', () => {
  const [short, exact] = ['a'.repeat(MIN - 1), 'b'.repeat(MIN)]
  const value = valueOf(JSON.stringify({ [exact]: short, short: exact, list: [exact, [exact]] }))
  expect(value).toMatchObject({ [exact]: short, list: [{ byteLength: MIN }, [{ byteLength: MIN }]] })
  expect((value as { short: JsonBlob }).short.text()).toBe(exact)
  const bare = readSkeleton([Buffer.from(` "${exact}"\n`)])
  expect(bare.value).toBeInstanceOf(JsonBlob)
  expect([bare.byteLength, String(Buffer.concat(bare.raw()))]).toEqual([MIN + 4, ` "${exact}"\n`])
})

test('the length that counts is that of the bytes, not of what they mean', () => {
  expect(valueOf(`["${'é'.repeat(MIN / 2)}"]`)).toEqual([expect.any(JsonBlob)])
  expect(valueOf(`["${String.raw`\u0041`.repeat(700)}"]`)).toEqual([expect.any(JsonBlob)])
  expect(valueOf(`["${'é'.repeat(MIN / 2 - 1)}a"]`)).toEqual([expect.any(String)])
})

test('nothing that a document spells is taken for a stand-in', () => {
  const said = [
    standIn(0, MIN),
    standIn(1, MIN),
    standIn(0, MIN - 1),
    '0',
    '0000',
    String.raw`\u0030`.repeat(682),
    // As many letters as a stand-in has, but longer in bytes, which makes it a blob itself.
    String.raw`\u0030`.repeat(MIN),
    // Bytes that are no UTF-8 become one letter each at most.
    '\uFFFD'.repeat(1365),
  ]
  const list = `[${said.map((text) => `"${text}"`).join(',')}]`
  const object = `{${said.map((text, index) => `"${text}":"${said[said.length - 1 - index]}"`).join(',')}}`
  for (const json of [list, object, `[${list},${object},"${long('image')}"]`]) {
    expect(JSON.stringify(valueOf(json))).toBe(JSON.stringify(JSON.parse(json)))
  }
  const invalid = Buffer.concat([
    Buffer.from('["'),
    Buffer.alloc(MIN - 1, 0xff),
    Buffer.from(`","${long('b')}"]`),
  ])
  expect(JSON.stringify(valueOf(invalid))).toBe(JSON.stringify(JSON.parse(invalid.toString())))
})

test('equal keys, __proto__ and deep nesting are as JSON.parse has them', () => {
  const [a, b] = [long('a'), long('b')]
  expect(JSON.stringify(valueOf(`{"k":"${a}","x":"${b}","k":1}`))).toBe(`{"k":1,"x":"${b}"}`)
  expect(JSON.stringify(valueOf(`{"k":1,"k":"${a}","k":"${b}"}`))).toBe(`{"k":"${b}"}`)
  const value = valueOf(`{"__proto__":"${a}","constructor":"${b}"}`)
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor'])
  expect(JSON.stringify(value)).toBe(`{"__proto__":"${a}","constructor":"${b}"}`)
  const depth = 200_000
  let inner = valueOf(`${'['.repeat(depth)}"${a}"${']'.repeat(depth)}`)
  while (Array.isArray(inner)) inner = inner[0]
  expect(inner).toBeInstanceOf(JsonBlob)
  expect(refusal(`${'['.repeat(depth)}"${a}"`).byteOffset).toBe(depth + a.length + 2)
})

test.each<[string, string, number, string]>([
  ['nothing', '', 0, 'a value'],
  ['a byte order mark', '\uFEFF{}', 0, 'a value'],
  ['a comma too many', '[1,]', 3, 'a value'],
  ['a member too many', '{"é":1,}', 8, 'a property name in quotes'],
  ['no colon', `{"${long('a')}" 1}`, MIN + 4, "':'"],
  ['no comma', `["${long('a')}" 1]`, MIN + 4, "',' or ']'"],
  ['more behind', `"${long('a')}" 1`, MIN + 3, 'the end of the text'],
  ['a string that never ends', `{"a":"${long('é')}`, 2 * MIN + 6, 'a closing quote'],
  ['a control character', `["${long('a')}\n"]`, MIN + 2, 'no control character in a string'],
  [
    'one after a string that never ends began',
    `["${long('a')}\n`,
    MIN + 2,
    'no control character in a string',
  ],
  ['an unknown escape', `["${long('a')}\\x"]`, MIN + 3, 'an escape that JSON has'],
  ['half an escape', `["${long('a')}\\u12"]`, MIN + 6, 'an escape that JSON has'],
  ['an error before that', `[x,"${long('a')}\n"]`, 1, 'a value'],
  ['an error behind a blob', `["${long('a')}",x]`, MIN + 4, 'a value'],
  ['a backslash outside strings', `[\\"${long('a')}"]`, 1, 'a value'],
])('%s is refused at its byte', (_, json, offset, expected) => {
  expect(() => JSON.parse(json)).toThrow(SyntaxError)
  const { byteOffset, expected: said } = refusal(json)
  expect([byteOffset, said]).toEqual([offset, expected])
})

test('runs of backslashes far inside a string are read wherever they are cut', () => {
  for (let run = 0; run < 6; run += 1) {
    for (const before of [60, 63, 64, 65, 130]) {
      const inside = `${'x'.repeat(before)}${'\\'.repeat(run)}"`
      const json = Buffer.from(`["${inside}${run % 2 === 1 ? `${'y'.repeat(70)}\\\\"` : ''},"z"]`)
      const copy = Buffer.from(json)
      const expected = JSON.stringify(JSON.parse(json.toString()))
      for (let cut = 0; cut <= json.length; cut += 1) {
        const { value } = readSkeleton([json.subarray(0, cut), copy.subarray(cut)], { minBlobBytes: 66 })
        expect(JSON.stringify(value)).toBe(expected)
      }
    }
  }
})

test('control characters are found at any alignment', () => {
  for (let at = 0; at < 70; at += 1) {
    for (const control of ['\u0000', '\u001F', '\n']) {
      const inside = `${'\u007Fé~ '.repeat(20).slice(0, at)}${control}${long('a')}`
      expect(refusal(`["${inside}"]`).byteOffset).toBe(2 + Buffer.byteLength(inside.slice(0, at)))
    }
  }
})

test('a body over its limit is refused when it comes', () => {
  const reader = createSkeletonReader({ maxBytes: 10 })
  reader.push(Buffer.from('["12345'))
  expect(() => reader.push(Buffer.from('678"]'))).toThrow(BodyTooLargeError)
})

const list = (count: number) => [Buffer.from(`[${Array(count).fill('{}').join(',')}]`)]

test('more values than are taken are refused before anything is parsed', () => {
  expect(readSkeleton(list(40), { maxValues: 100 }).value).toHaveLength(40)
  expect(() => readSkeleton(list(60), { maxValues: 100 })).toThrow(TooManyValuesError)
  // What is counted is the skeleton: an image is one value, whatever its bytes look like.
  const image = [Buffer.from(JSON.stringify({ data: ','.repeat(100_000) }))]
  expect(readSkeleton(image, { maxValues: 100 }).value).toHaveProperty('data')
  // Refused even where it is no JSON at all: nothing is parsed.
  expect(() => readSkeleton([Buffer.from('['.repeat(200))], { maxValues: 100 })).toThrow(TooManyValuesError)
})

const longs = (count: number, spaces: number) =>
  Buffer.from(
    `[${Array(count)
      .fill(`"${'a'.repeat(1000)}"`)
      .join(',')}${' '.repeat(spaces)}]`,
  )

test('more than is taken besides long strings is refused before anything is looked at', () => {
  const most = { minBlobBytes: 10, maxJsonBytes: 100 }
  expect(readSkeleton([longs(7, 0)], most).blobs).toHaveLength(7)
  // Each is there by its stand-in.
  expect(() => readSkeleton([longs(8, 0)], most)).toThrow(SkeletonTooLargeError)
  expect(() => readSkeleton([longs(1, 100)], most)).toThrow(SkeletonTooLargeError)
  expect(() => readSkeleton([Buffer.from(`{${'}'.repeat(200)}`)], most)).toThrow(SkeletonTooLargeError)
  // A string that never ends is a long one too.
  expect(() => readSkeleton([Buffer.from(`["${'a'.repeat(1000)}`)], most)).toThrow(JsonSyntaxError)
})

test('an image over several slabs, pushed as sockets do, is read where it was copied to', async () => {
  const image = Buffer.from(Array.from({ length: 2_500_000 }, (_, index) => (index * index) % 251))
  const json = Buffer.from(JSON.stringify({ prompt: 'é', data: image.toString('base64'), more: [long('b')] }))
  const lease = await createSlabPool({ maxBytes: json.length + 1024 * 1024 }).reserve(json.length)
  const reader = createSkeletonReader({ lease })
  const chunk = Buffer.alloc(65_000)
  for (let at = 0; at < json.length; at += chunk.length) {
    // The next chunk overwrites this one.
    reader.push(chunk.subarray(0, json.copy(chunk, 0, at)))
  }
  const { value, raw } = reader.end()
  const { prompt, data, more } = value as { prompt: string; data: JsonBlob; more: JsonBlob[] }
  expect([prompt, more[0]?.text()]).toEqual(['é', long('b')])
  expect(data.base64()?.equals(image)).toBe(true)
  expect(data.raw()).toHaveLength(4)
  expect(Buffer.concat(raw()).equals(json)).toBe(true)
})
