import { execFileSync } from 'node:child_process'
import {
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { Source } from './inputs.ts'
import { chooseDestination, fileFor, writeOutput } from './output.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'plantain-output-'))
})

const photo = (name: string): Source => ({ kind: 'file', name, path: join(dir, name) })
const stdin: Source = { kind: 'stdin', name: 'standard input' }
const wish = (output?: string) => ({
  json: false,
  stdoutIsTTY: true,
  ...(output !== undefined && { output }),
})

test('a directory is one that is there, or ends in a slash', async () => {
  expect(await chooseDestination([photo('a.png')], [], wish(dir))).toMatchObject({
    kind: 'directory',
    path: dir,
  })
  const made = await chooseDestination([photo('a.png'), photo('b.png')], [], wish(join(dir, 'new/deep/')))
  expect(made.kind).toBe('directory')
  expect(readdirSync(dir)).toEqual([])
})

test('without -o the current directory, or standard output where the photo came by a pipe into one', async () => {
  expect((await chooseDestination([photo('a.png')], [], wish())).kind).toBe('directory')
  expect((await chooseDestination([stdin], [], wish())).kind).toBe('directory')
  expect((await chooseDestination([stdin], [], { json: false, stdoutIsTTY: false })).kind).toBe('stdout')
  expect((await chooseDestination([stdin], [], { json: true, stdoutIsTTY: false })).kind).toBe('nowhere')
})

test('no picture of the input is overwritten, by whatever name', async () => {
  writeFileSync(join(dir, 'a.png'), 'photo')
  symlinkSync(join(dir, 'a.png'), join(dir, 'link.png'))
  for (const name of ['a.png', 'link.png']) {
    await expect(chooseDestination([photo('a.png')], [], wish(join(dir, name)))).rejects.toThrow(
      /never overwritten/,
    )
  }
  await expect(
    chooseDestination([photo('b.png')], [join(dir, 'a.png')], wish(join(dir, 'a.png'))),
  ).rejects.toThrow(/never overwritten/)
})

test.each([
  ['nowhere/x.png', /does not exist\. Make it first \(mkdir -p/],
  ['file/x.png', /is not a directory/],
  ['file/x/', /is not a directory/],
])('-o %s is found unwritable before any work', async (output, message) => {
  writeFileSync(join(dir, 'file'), '')
  await expect(chooseDestination([photo('a.png')], [], wish(join(dir, output)))).rejects.toMatchObject({
    code: 'output_not_writable',
    message: expect.stringMatching(message),
  })
  expect(readdirSync(dir)).toEqual(['file'])
})

test('several photos do not fit into one file, nor one into a terminal', async () => {
  const two = [photo('a.png'), photo('b.png')]
  await expect(chooseDestination(two, [], wish(join(dir, 'x.png')))).rejects.toThrow(/give a directory/)
  await expect(chooseDestination(two, [], wish('-'))).rejects.toThrow(/takes one photo/)
  await expect(chooseDestination([photo('a.png')], [], wish('-'))).rejects.toThrow(/to the terminal/)
})

test('files nobody named are numbered, never overwritten', () => {
  writeFileSync(join(dir, 'a.edited.jpg'), 'mine')
  const destination = { kind: 'directory', path: dir, name: dir } as const
  const made = { mimeType: 'image/jpeg', taken: new Set<string>() }
  expect(fileFor(destination, photo('a.png'), made).path).toBe(join(dir, 'a.edited-2.jpg'))
  expect(fileFor(destination, photo('a.png'), made).path).toBe(join(dir, 'a.edited-3.jpg'))
  expect(fileFor(destination, stdin, { ...made, mimeType: 'image/png' }).path).toBe(join(dir, 'edited.png'))
})

test('of several results a named file is one of a row, none of which is a picture of the input', async () => {
  const named = await chooseDestination([photo('a.png')], [], { ...wish(join(dir, 'hat.png')), count: 3 })
  if (named.kind !== 'file') throw new Error('It is a file.')
  const made = { mimeType: 'image/png', taken: new Set<string>(), count: 3 }
  expect(fileFor(named, photo('a.png'), { ...made, index: 0 }).path).toBe(join(dir, 'hat-1.png'))
  expect(fileFor(named, photo('a.png'), { ...made, index: 2 }).path).toBe(join(dir, 'hat-3.png'))
  writeFileSync(join(dir, 'a-2.png'), 'photo')
  const over = chooseDestination([photo('a-2.png')], [], { ...wish(join(dir, 'a.png')), count: 2 })
  await expect(over).rejects.toThrow(/a-2\.png is a picture of the input/)
  const piped = { json: false, stdoutIsTTY: false, count: 2 }
  await expect(chooseDestination([stdin], [], piped)).rejects.toThrow(/standard output takes one/)
})

test('a file is written whole or not at all, through links, and devices stay devices', async () => {
  const target = join(dir, 'deep/x.png')
  await writeOutput(target, Buffer.from('one'))
  symlinkSync(target, join(dir, 'link.png'))
  await writeOutput(join(dir, 'link.png'), Buffer.from('two'))
  expect(readFileSync(target, 'utf8')).toBe('two')
  expect(readdirSync(join(dir, 'deep'))).toEqual(['x.png'])
  // A pipe of our own stands for devices: were the guard to fail, a real one would be replaced.
  const pipe = join(dir, 'pipe')
  execFileSync('mkfifo', [pipe])
  const [taken] = await Promise.all([readFile(pipe, 'utf8'), writeOutput(pipe, Buffer.from('three'))])
  expect(taken).toBe('three')
  expect(statSync(pipe).isFIFO()).toBe(true)

  mkdirSync(join(dir, 'blocked'))
  writeFileSync(join(dir, 'blocked/file'), '')
  await expect(writeOutput(join(dir, 'blocked/file/x.png'), Buffer.from('four'))).rejects.toMatchObject({
    code: 'output_not_writable',
  })
  expect(readdirSync(join(dir, 'blocked'))).toEqual(['file'])
})
