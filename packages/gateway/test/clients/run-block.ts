import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished } from 'vitest'
import type { Block } from './page-blocks.ts'

export const ROOT = resolve(import.meta.dirname, '../../../..')

/** Where pages say that the gateway is. */
const WRITTEN_URL = 'http://127.0.0.1:8080'

/** Many times what a block takes, on a machine that has much else to do. */
const LONGEST_MS = 300_000

export interface BlockOptions {
  readonly url: string
  /** The gateway key, which blocks read from PLANTAIN_KEY. */
  readonly key: string
  readonly photo: string
  /** For blocks in Python. */
  readonly python?: string
}

export interface BlockRun {
  readonly folder: string
  readonly stdout: string
}

/** Runs a block as its reader would, in an empty folder that has `photo.jpg`, and fails where it fails. */
export async function runBlock(
  { language, code }: Block,
  { url, key, photo, python }: BlockOptions,
): Promise<BlockRun> {
  const folder = await mkdtemp(join(tmpdir(), 'plantain-page-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await copyFile(photo, join(folder, 'photo.jpg'))
  expect(code).toContain(WRITTEN_URL)
  const [command, ...args] = await commandFor(language, code.replaceAll(WRITTEN_URL, url), { folder, python })
  const child = spawn(command, args, {
    cwd: folder,
    // Nobody's keys, projects or proxies.
    env: { PATH: process.env['PATH'], HOME: folder, PLANTAIN_KEY: key },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [exit] = await once(child, 'close')
  expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' })
  return { folder, stdout }
}

async function commandFor(
  language: string,
  code: string,
  { folder, python }: { readonly folder: string; readonly python: string | undefined },
): Promise<readonly [string, ...string[]]> {
  switch (language) {
    case 'ts':
      await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
      await writeFile(join(folder, 'block.mts'), code)
      return [process.execPath, 'block.mts']
    case 'python':
      await writeFile(join(folder, 'block.py'), code)
      return [python ?? 'python3', 'block.py']
    case 'sh':
      return ['sh', '-c', code]
    default:
      throw new Error(`Nobody runs blocks in ${language}.`)
  }
}

/** The picture a block has left, which is one, and another than the photo. */
export async function expectEdited({ folder }: BlockRun, photo: string): Promise<void> {
  const left = (await readdir(folder)).filter((file) => file.startsWith('edited.'))
  expect(left).toHaveLength(1)
  const bytes = await readFile(join(folder, left[0]!))
  await expectOtherPicture(bytes, photo)
  // The name says what it is.
  expect((await sharp(bytes).metadata()).format).toBe(left[0]!.slice('edited.'.length))
}

/** It decodes, has the photo's shape, and shows something else in a good part of it. */
export async function expectOtherPicture(bytes: Uint8Array, photo: string): Promise<void> {
  const [before, after] = await Promise.all([small(await readFile(photo)), small(bytes)])
  const differing = after.filter((value, at) => Math.abs(value - before[at]!) > 24).length
  expect(differing / after.length).toBeGreaterThan(0.1)
  const { width, height } = await sharp(bytes).metadata()
  const { width: photoWidth, height: photoHeight } = await sharp(photo).metadata()
  expect(width / height / (photoWidth / photoHeight)).toBeCloseTo(1, 1)
}

function small(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).removeAlpha().toColourspace('srgb').resize(64, 64, { fit: 'fill' }).raw().toBuffer()
}
