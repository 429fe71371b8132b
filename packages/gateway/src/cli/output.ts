import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync, statSync } from 'node:fs'
import { access, constants, mkdir, open, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { PlantainError } from '../contract/error.ts'
import { endingOf } from './edit-options.ts'
import { usageError } from './fault-line.ts'
import type { Source } from './inputs.ts'
import { shown } from './words.ts'

/** Where results go. */
export type Destination =
  | { readonly kind: 'stdout' }
  /** Only the JSON document is wanted. */
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'file'; readonly path: string; readonly name: string }
  /** Files named after their pictures; the directory is made when the first result is written. */
  | { readonly kind: 'directory'; readonly path: string; readonly name: string }

export interface DestinationWish {
  /** What `-o` says. */
  readonly output?: string
  readonly json: boolean
  /** Results a photo; missing: one. */
  readonly count?: number
  readonly stdoutIsTTY: boolean
}

/**
 * Decides where results go, before any work. Throws `invalid_request` for what contradicts itself and for an output
 * that would overwrite a picture of the input, `output_not_writable` where no file can be made.
 */
export async function chooseDestination(
  sources: readonly Source[],
  otherInputs: readonly string[],
  wish: DestinationWish,
): Promise<Destination> {
  const { count = 1 } = wish
  const destination = decide(sources, wish)
  if (destination.kind === 'stdout' && count > 1) {
    throw usageError(
      `--count ${count} makes several pictures, and standard output takes one: name a file with -o.`,
    )
  }
  if (destination.kind === 'file') {
    const inputs = sources.flatMap((source) => (source.kind === 'file' ? [source.path] : []))
    for (const file of filesOf(destination, count)) {
      refuseInput(file, [...inputs, ...otherInputs])
      await tryFile(file.path, file.name)
    }
  }
  if (destination.kind === 'directory')
    await tryDirectory(nearestExisting(destination.path), destination.name)
  return destination
}

function decide(sources: readonly Source[], { output, json, stdoutIsTTY }: DestinationWish): Destination {
  const [only] = sources
  if (output === undefined) {
    if (json) return { kind: 'nowhere' }
    if (sources.length === 1 && only?.kind === 'stdin' && !stdoutIsTTY) return { kind: 'stdout' }
    return { kind: 'directory', path: resolve('.'), name: '.' }
  }
  if (output === '-') {
    if (sources.length > 1) {
      throw usageError(
        `-o - takes one photo, and ${sources.length} are named: give a directory (-o edited/).`,
      )
    }
    if (stdoutIsTTY)
      throw usageError('-o - would print the image to the terminal: pipe it on, or name a file.')
    return { kind: 'stdout' }
  }
  const path = resolve(output)
  if (output.endsWith('/') || statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    return { kind: 'directory', path, name: output }
  }
  if (sources.length > 1) {
    throw usageError(
      `-o ${output} is one file, and ${sources.length} photos are named: give a directory, with a slash at its end (-o edited/).`,
    )
  }
  return { kind: 'file', path, name: output }
}

interface NamedFile {
  readonly path: string
  /** As it was given. */
  readonly name: string
}

/** The file that was named; of several results `hat-1.png`, `hat-2.png`, … in its place. */
function filesOf({ path, name }: NamedFile, count: number): readonly NamedFile[] {
  if (count === 1) return [{ path, name }]
  return Array.from({ length: count }, (_, index) => ({
    path: numbered(path, index + 1),
    name: numbered(name, index + 1),
  }))
}

function numbered(path: string, number: number): string {
  const ending = extname(path)
  return `${path.slice(0, path.length - ending.length)}-${number}${ending}`
}

function refuseInput({ path, name }: { path: string; name: string }, inputs: readonly string[]): void {
  if (!existsSync(path)) return
  const real = realpathSync(path)
  const isInput = inputs.some((input) => existsSync(input) && realpathSync(input) === real)
  if (isInput)
    throw usageError(`-o ${name} is a picture of the input, which is never overwritten: choose another name.`)
}

async function tryFile(path: string, name: string): Promise<void> {
  const present = statSync(path, { throwIfNoEntry: false })
  try {
    if (present) await access(path, constants.W_OK)
  } catch (thrown) {
    throw notWritable(name, name, thrown)
  }
  if (!present || present.isFile()) await tryDirectory(dirname(name), name)
}

/** Makes and removes a file there: permissions, read-only disks and full ones all show. */
async function tryDirectory(directory: string, name: string): Promise<void> {
  const probe = temporaryName(join(directory, 'probe'))
  try {
    await (await open(probe, 'wx')).close()
    await rm(probe)
  } catch (thrown) {
    throw notWritable(name, directory, thrown)
  }
}

function nearestExisting(path: string): string {
  if (existsSync(path) || dirname(path) === path) return path
  return nearestExisting(dirname(path))
}

interface FileWish {
  readonly mimeType: string
  readonly taken: Set<string>
  /** Which of how many results of the picture it is; missing: the only one. */
  readonly index?: number
  readonly count?: number
}

/**
 * Where a result of one picture goes. Files that nobody named are numbered rather than overwritten; `taken` are those of
 * this run.
 */
export function fileFor(
  destination: Extract<Destination, { kind: 'file' | 'directory' }>,
  source: Source,
  { mimeType, taken, index = 0, count = 1 }: FileWish,
): NamedFile {
  if (destination.kind === 'file') {
    const file = filesOf(destination, count)[index]
    if (file === undefined) throw new RangeError('There are more results than were asked for.')
    return file
  }
  const stem = source.kind === 'file' ? `${basename(source.path, extname(source.path))}.edited` : 'edited'
  for (let number = 1; ; number++) {
    const name = `${stem}${number === 1 ? '' : `-${number}`}.${endingOf(mimeType)}`
    const path = join(destination.path, name)
    if (taken.has(path) || existsSync(path)) continue
    taken.add(path)
    return { path, name: join(destination.name, name) }
  }
}

/** Writes the whole file or none. Throws `output_not_writable`. */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    const present = statSync(path, { throwIfNoEntry: false })
    if (present && !present.isFile()) {
      // A device or a pipe (/dev/null) takes the bytes and must not be replaced by a file.
      await writeFile(path, bytes)
      return
    }
    const target = present ? await realpath(path) : path
    const temporary = temporaryName(target)
    try {
      await writeFile(temporary, bytes, { flag: 'wx' })
      await rename(temporary, target)
    } catch (thrown) {
      await rm(temporary, { force: true })
      throw thrown
    }
  } catch (thrown) {
    throw notWritable(path, dirname(path), thrown)
  }
}

function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
}

function notWritable(name: string, directory: string, thrown: unknown): PlantainError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  const why = WHY[code]?.(directory) ?? (thrown instanceof Error ? thrown.message : String(thrown))
  return new PlantainError('output_not_writable', `${shown(name)} cannot be written: ${why}.`)
}

const WHY: Readonly<Record<string, (directory: string) => string>> = {
  ENOENT: (directory) =>
    `the directory ${shown(directory)} does not exist. Make it first (mkdir -p ${shown(directory)})`,
  ENOTDIR: (directory) => `${shown(directory)} is not a directory. Choose another place`,
  EACCES: (directory) => `you may not write to ${shown(directory)}. Choose another place with -o`,
  EPERM: (directory) => `you may not write to ${shown(directory)}. Choose another place with -o`,
  EROFS: (directory) => `${shown(directory)} is on a read-only disk. Choose another place with -o`,
  ENOSPC: () => 'the disk is full. Make room, or choose another place with -o',
}
