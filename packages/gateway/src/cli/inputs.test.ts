import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { beforeEach, expect, test } from 'vitest'
import { findSources, readInput, readSource } from './inputs.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'plantain-inputs-'))
  mkdirSync(join(dir, 'sub.jpg'))
  for (const name of ['p10.jpg', 'p2.jpg', 'p[1].jpg', 'Sunset.png']) writeFileSync(join(dir, name), name)
})

const names = (words: readonly string[]) =>
  findSources(words.map((word) => join(dir, word))).map(({ name }) => name.slice(dir.length + 1))

test('patterns give the files in the order people count, each once, without directories', () => {
  expect(names(['*.jpg'])).toEqual(['p[1].jpg', 'p2.jpg', 'p10.jpg'])
  expect(names(['p2.jpg', 'p*.jpg'])).toEqual(['p2.jpg', 'p[1].jpg', 'p10.jpg'])
  expect(names(['p[1].jpg'])).toEqual(['p[1].jpg'])
  expect(() => names(['*.webp'])).toThrow(/No file fits .*\*\.webp/)
})

test.each([
  ['sunst.png', 'input_not_found', /Did you mean .*Sunset\.png\?/],
  ['sunset', 'input_not_found', /Did you mean .*Sunset\.png\?/],
  ['nothing-like-it.webp', 'input_not_found', /Check the path/],
  ['gone/x.png', 'input_not_found', /no directory .*gone/],
  ['sub.jpg', 'input_not_readable', /is a directory.*sub\.jpg\/\*\.jpg/],
])('%s: %s', async (name, code, message) => {
  await expect(readInput(join(dir, name), 1000)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  })
})

test('nothing over the limit is read into memory, from wherever it comes', async () => {
  writeFileSync(join(dir, 'big'), Buffer.alloc(1001))
  for (const name of [join(dir, 'big'), '/dev/zero']) {
    await expect(readInput(name, 1000)).rejects.toMatchObject({ code: 'image_too_large' })
  }
  expect(await readInput(join(dir, 'p2.jpg'), 1000)).toEqual(Buffer.from('p2.jpg'))
})

test('standard input is read to its end, and an interruption ends the wait', async () => {
  const source = { kind: 'stdin', name: 'standard input' } as const
  const signal = new AbortController().signal
  const read = (stdin: Readable, within = signal) =>
    readSource(source, { stdin, maxBytes: 10, signal: within })
  expect(await read(Readable.from([Buffer.from('abc'), Buffer.from('def')]))).toEqual(Buffer.from('abcdef'))
  await expect(read(Readable.from([]))).rejects.toMatchObject({ code: 'image_empty' })
  const interrupt = new AbortController()
  const waiting = read(new Readable({ read: () => {} }), interrupt.signal)
  interrupt.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
})
