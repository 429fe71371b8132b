import type { Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, relative, resolve } from 'node:path'
import { platform } from 'node:process'
import type { Environment } from './environment.ts'

/** Far above any configuration; what is larger is another file. */
const MOST_BYTES = 1_000_000
const READABLE_BY_OTHERS = 0o004
const DEFAULT_NAME = 'plantain.yaml'

export type ConfigFile =
  | {
      readonly kind: 'file'
      /** As messages call it: from the folder one is in, where it lies below that. */
      readonly name: string
      readonly folder: string
      readonly text: string
      /** Whether every user of this machine may read it. */
      readonly isWorldReadable: boolean
    }
  /** None was named and none is there. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly name: string; readonly problem: string; readonly remedy: string }

export interface ConfigFileOptions {
  /** As `--config` names it; it wins over `PLANTAIN_CONFIG`. */
  readonly path: string | null
  readonly env: Environment
  /** Where relative paths begin and `plantain.yaml` is looked for. */
  readonly folder: string
}

/** Where the configuration is, or would be. */
export function configPath({ path, env, folder }: ConfigFileOptions): string {
  return resolve(folder, path ?? (env['PLANTAIN_CONFIG'] || DEFAULT_NAME))
}

/** Finds and reads the configuration: the file that is named, or else `plantain.yaml` in the folder if there is one. */
export async function readConfigFile({ path, env, folder }: ConfigFileOptions): Promise<ConfigFile> {
  const named = path ?? (env['PLANTAIN_CONFIG'] || null)
  const absolute = configPath({ path, env, folder })
  const below = relative(folder, absolute)
  const name = below.startsWith('..') ? absolute : below || basename(absolute)
  const wrong = (problem: string, remedy: string): ConfigFile => ({
    kind: 'unreadable',
    name,
    problem,
    remedy,
  })
  try {
    const { bytes, stat } = await contentsOf(absolute)
    if (stat.isDirectory()) return wrong('is a folder', 'Name the file in it.')
    if (bytes === null) return wrong('is larger than 1 MB', 'Name the configuration file.')
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // Windows has no such bits: its mode says nothing of who may read.
    const isWorldReadable = platform !== 'win32' && stat.isFile() && (stat.mode & READABLE_BY_OTHERS) !== 0
    return { kind: 'file', name, folder: dirname(absolute), text, isWorldReadable }
  } catch (thrown) {
    if (thrown instanceof TypeError) return wrong('is not text in UTF-8', 'Save it as UTF-8.')
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : ''
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      if (named === null) return { kind: 'none' }
      return wrong('is not there', path === null ? 'Correct PLANTAIN_CONFIG.' : 'Correct the path.')
    }
    if (code === 'EACCES' || code === 'EPERM') {
      return wrong('may not be read by this user', 'Give it to the user that runs the gateway.')
    }
    throw thrown
  }
}

/** Both of the same file, whatever is put in its place meanwhile. No bytes: it has too many, or is a folder. */
async function contentsOf(
  path: string,
): Promise<{ readonly bytes: Uint8Array | null; readonly stat: Stats }> {
  const handle = await open(path)
  try {
    const stat = await handle.stat()
    if (stat.isDirectory() || stat.size > MOST_BYTES) return { bytes: null, stat }
    const bytes = await handle.readFile()
    return { bytes: bytes.length > MOST_BYTES ? null : bytes, stat }
  } finally {
    await handle.close()
  }
}
