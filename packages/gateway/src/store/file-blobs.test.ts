import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { breaking, testBlobs } from '../../test/conformance/blobs.ts'
import { testDrafts } from '../../test/conformance/drafts.ts'
import { type FileBlobsOptions, openFileBlobs } from './file-blobs.ts'
import { bytesOf, emptyDirectory, testSystem } from '../../test/conformance/test-system.ts'

const opened = async (options: Partial<FileBlobsOptions> = {}) => {
  const system = testSystem()
  const directory = options.directory ?? join(await emptyDirectory(), 'store')
  const open = () => openFileBlobs({ ...system, directory, maxBytes: 1e9, ...options })
  const nowMs = () => system.clock.now()
  return { directory, blobs: await open(), reopen: open, advance: system.advance, nowMs }
}

testBlobs('file system', () => opened())
testDrafts('file system', () => opened())

const filesIn = async (directory: string) =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))

describe('on the disk', () => {
  test('nobody else may look, and names are ours', async () => {
    const { directory, blobs, nowMs } = await opened()
    await blobs.put('files/owner/id', bytesOf(10))
    await blobs.draft('files/owner/other', { expiresAtMs: nowMs() + 1000 })
    const paths = await readdir(directory, { recursive: true })
    for (const path of ['.', ...paths]) {
      const { mode } = await stat(join(directory, path))
      expect([0o40700, 0o100600]).toContain(mode)
    }
    expect(paths.filter((path) => path.endsWith('id'))).toEqual([
      expect.stringMatching(/^blobs\/[0-9a-f]{2}\/[0-9a-f]\/files\.owner\.id$/),
    ])
  })

  test('a write that fails leaves nothing', async () => {
    const { directory, blobs } = await opened({ maxBytes: 100 })
    await expect(blobs.put('files/a', breaking(bytesOf(50)))).rejects.toThrow('the caller has gone')
    await expect(blobs.put('files/a', bytesOf(101))).rejects.toMatchObject({ code: 'storage_full' })
    expect(await filesIn(directory)).toEqual([])
    await blobs.put('files/a', bytesOf(100))
  })

  test('deleted, swept and discarded leave nothing', async () => {
    const { directory, blobs, nowMs, advance } = await opened()
    await blobs.put('files/a', bytesOf(5))
    await blobs.put('files/b', bytesOf(5), { expiresAtMs: nowMs() + 1 })
    const draft = await blobs.draft('files/c', { expiresAtMs: nowMs() + 10 })
    await draft.append(0, bytesOf(5))
    await blobs.draft('files/d', { expiresAtMs: nowMs() + 1 })
    await blobs.delete('files/a')
    await draft.discard()
    advance(1)
    expect(await blobs.sweep()).toBe(2)
    expect(await filesIn(directory)).toEqual([])
  })

  test('a damaged file is no blob, and what is not ours is left alone', async () => {
    const { directory, blobs, reopen } = await opened()
    await blobs.put('files/a', bytesOf(1000))
    const [path = ''] = await filesIn(directory)
    const stray = [
      join(directory, 'blobs', 'notes.txt'),
      join(path, '..', 'files.b'),
      join(directory, 'temp', 'x'),
    ]
    for (const file of stray) await writeFile(file, await readFile(path))
    await utimes(stray[2]!, 1, 1)
    for (const damaged of [(await readFile(path)).subarray(1), (await readFile(path)).subarray(0, 1000)]) {
      await writeFile(path, damaged)
      expect(await blobs.get('files/a')).toBeNull()
    }
    const again = await reopen()
    expect(await again.get('files/a')).toBeNull()
    expect((await again.list('files/')).entries).toEqual([])
    await again.sweep()
    expect(stray.every((file) => existsSync(file))).toBe(true)
    await again.put('files/a', bytesOf(7))
    expect((await again.get('files/a'))?.byteLength).toBe(7)
  })

  test('what a process that was killed had begun goes after an hour', async () => {
    const { directory, reopen, advance } = await opened()
    const left = join(directory, 'temp', 'ab'.repeat(16))
    await writeFile(left, 'half')
    const again = await reopen()
    await again.sweep()
    expect(existsSync(left)).toBe(true)
    advance(3_700_000)
    await again.sweep()
    expect(existsSync(left)).toBe(false)
  })

  test('a draft that was being finished goes on where it was, and no further', async () => {
    const { directory, blobs, reopen, nowMs } = await opened()
    const expiresAtMs = nowMs() + 1000
    const draft = await blobs.draft('files/a', { expiresAtMs })
    await draft.append(0, bytesOf(100))
    // What stands in the way of the blob: its place is a directory.
    await blobs.put('files/a', bytesOf(1))
    const [place = ''] = (await filesIn(directory)).filter((path) => path.includes('/blobs/'))
    await blobs.delete('files/a')
    await mkdir(join(place, 'x'), { recursive: true })
    await expect(draft.commit()).rejects.toMatchObject({ code: 'storage_failed' })
    await draft.append(100, bytesOf(1))
    expect((await (await reopen()).draft('files/a', { expiresAtMs })).byteLength).toBe(101)
    await expect(draft.commit()).rejects.toMatchObject({ code: 'storage_failed' })
    const again = await reopen()
    const found = await again.draft('files/a', { expiresAtMs })
    expect(found.byteLength).toBe(101)
    await found.append(101, bytesOf(1))
    await rm(place, { recursive: true })
    await found.commit()
    const whole = Buffer.concat([bytesOf(100), bytesOf(1), bytesOf(1)])
    expect(await (await again.get('files/a'))?.bytes()).toEqual(whole)
  })

  test('a directory that cannot be made is said without its path', async () => {
    const directory = join(await emptyDirectory(), 'file')
    await writeFile(directory, '')
    const thrown: unknown = await opened({ directory }).catch((error: unknown) => error)
    expect(thrown).toMatchObject({ code: 'storage_failed' })
    expect(String(thrown)).toContain('ENOTDIR')
    expect(String(thrown)).not.toContain(directory)
  })
})

describe('a full store', () => {
  const full = { code: 'storage_full' }

  test('refuses, and takes again once there is room', async () => {
    const { blobs, reopen } = await opened({ maxBytes: 1000 })
    await blobs.put('files/a', bytesOf(600))
    await expect(blobs.put('files/b', bytesOf(401))).rejects.toMatchObject(full)
    await blobs.put('files/a', bytesOf(400))
    await blobs.put('files/b', bytesOf(600))
    await expect(blobs.put('files/c', bytesOf(1))).rejects.toMatchObject(full)
    const again = await reopen()
    await expect(again.put('files/c', bytesOf(1))).rejects.toMatchObject(full)
    await again.delete('files/a')
    await again.put('files/c', bytesOf(400))
  })

  test('gives up what has expired first', async () => {
    const { blobs, nowMs, advance } = await opened({ maxBytes: 1000, maxBlobs: 3 })
    await blobs.put('files/a', bytesOf(500), { expiresAtMs: nowMs() + 1000 })
    const draft = await blobs.draft('files/b', { expiresAtMs: nowMs() + 1000 })
    await draft.append(0, bytesOf(500))
    advance(999)
    await expect(blobs.put('files/c', bytesOf(1))).rejects.toMatchObject(full)
    advance(1)
    await blobs.put('files/c', bytesOf(1000))
  })

  test('counts entries, drafts among them', async () => {
    const { blobs, nowMs } = await opened({ maxBlobs: 2 })
    const expiresAtMs = nowMs() + 1000
    await blobs.put('files/a', bytesOf(0))
    const draft = await blobs.draft('files/b', { expiresAtMs })
    await expect(blobs.put('files/c', bytesOf(0))).rejects.toMatchObject(full)
    await expect(blobs.draft('files/c', { expiresAtMs })).rejects.toMatchObject(full)
    await draft.commit()
    await expect(blobs.put('files/c', bytesOf(0))).rejects.toMatchObject(full)
    await blobs.put('files/a', bytesOf(1)).catch(() => {})
    await blobs.delete('files/b')
    await blobs.put('files/c', bytesOf(0))
  })

  test('keeps what a draft has when there is no room for more', async () => {
    const { blobs, nowMs, reopen } = await opened({ maxBytes: 1000 })
    await blobs.put('files/a', bytesOf(500))
    const draft = await blobs.draft('files/b', { expiresAtMs: nowMs() + 1000 })
    await draft.append(0, bytesOf(400))
    await expect(draft.append(400, bytesOf(101))).rejects.toMatchObject(full)
    expect(draft.byteLength).toBe(400)
    await expect((await reopen()).put('files/c', bytesOf(101))).rejects.toMatchObject(full)
    await draft.append(400, bytesOf(100))
    await draft.discard()
    await blobs.put('files/c', bytesOf(500))
  })

  test('is not filled twice by writers at the same time', async () => {
    const { blobs } = await opened({ maxBytes: 1000 })
    const puts = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => blobs.put(`files/${i}`, bytesOf(300))),
    )
    expect(puts.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
    const { entries } = await blobs.list('files/')
    expect(entries.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThanOrEqual(1000)
    for (const { key } of entries) await blobs.delete(key)
    await blobs.put('files/all', bytesOf(1000))
  })
})

/** Runs the store in a process of its own, under a shell that may prepare something. */
const child = (script: string, args: readonly string[], shell: string) => {
  const module = JSON.stringify(join(import.meta.dirname, 'file-blobs.ts'))
  const system = `{ clock: { now: () => Date.now(), monotonicMs: () => 0 }, random: { bytes: (n) => require('node:crypto').randomBytes(n) } }`
  const code = `const { openFileBlobs } = await import(${module})
    const require = (await import('node:module')).createRequire(import.meta.url)
    const [directory] = process.argv.slice(1)
    const blobs = await openFileBlobs({ ...${system}, directory, maxBytes: 1e12 })
    ${script}`
  return spawn('sh', ['-c', shell, 'sh', process.execPath, '--input-type=module', '-e', code, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

const said = async (running: ReturnType<typeof child>) => {
  let text = ''
  for await (const piece of running.stdout) text += String(piece)
  return text.trim()
}

describe('a full disk', () => {
  const FILLS = `
    const bytes = new Uint8Array(2_000_000).fill(1)
    const put = await blobs.put('files/a', bytes).then(() => 'stored', ({ code }) => code)
    const draft = await blobs.draft('files/b', { expiresAtMs: Date.now() + 1e6 })
    const append = await draft.append(0, bytes).then(() => 'kept', ({ code }) => code)
    const small = await draft.append(draft.byteLength, new Uint8Array(10)).then(() => 'kept', ({ code }) => code)
    await draft.commit()
    await blobs.put('files/c', new Uint8Array(100_000))
    const after = await Promise.all(['b', 'c'].map(async (id) => (await blobs.get('files/' + id)).byteLength))
    console.log(JSON.stringify({ put, append, small, after }))`
  const seen = { put: 'storage_full', append: 'storage_full', small: 'kept', after: [10, 100_000] }

  test('where files may not become longer (EFBIG)', async () => {
    const directory = await emptyDirectory()
    const running = child(FILLS, [directory], 'ulimit -f 1000; exec "$@"')
    expect(JSON.parse(await said(running))).toEqual(seen)
    expect(await filesIn(directory)).toHaveLength(2)
  })

  test('where the device has no room (ENOSPC)', async ({ skip }) => {
    const directory = await emptyDirectory()
    // A small device of one's own, where the system lets us have one.
    const mounted = `
      unshare -rm true 2>/dev/null || { echo none; exit; }
      exec unshare -rm sh -c 'mount -t tmpfs -o size=1m tmpfs "$0" || { echo none; exit; }; exec "$@"' "${directory}" "$@"`
    const text = await said(child(FILLS, [directory], mounted))
    if (text === 'none') skip('no file system can be mounted here')
    expect(JSON.parse(text)).toEqual(seen)
  })
})

test('a process that is killed leaves only whole blobs', async () => {
  const directory = join(await emptyDirectory(), 'store')
  await mkdir(directory)
  const script = `
    let i = 0
    const write = async () => {
      for (;;) {
        const n = i++
        await blobs.put('files/' + n % 40, new Uint8Array(30_000 + n).fill(n % 251), { metadata: { n: String(n) } })
        if (n === 60) console.log('going')
      }
    }
    await Promise.all([write(), write(), write(), write()])`
  let found = 0
  for (let round = 0; round < 6; round++) {
    const running = child(script, [directory], 'exec "$@"')
    await new Promise((resolve) => running.stdout.once('data', resolve))
    await new Promise((resolve) => setTimeout(resolve, 13 * round))
    running.kill('SIGKILL')
    await new Promise((resolve) => running.once('exit', resolve))
    const { blobs } = await opened({ directory })
    for (const { key, byteLength } of (await blobs.list('files/')).entries) {
      const blob = await blobs.get(key)
      const n = Number(blob?.metadata['n'])
      const bytes = await blob!.bytes()
      expect([byteLength, bytes.length]).toEqual([30_000 + n, 30_000 + n])
      expect(bytes.every((byte) => byte === n % 251)).toBe(true)
      found += 1
    }
  }
  expect(found).toBeGreaterThan(100)
})
