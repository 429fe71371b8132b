import { existsSync, globSync, readdirSync, statSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { PlantainError } from '../contract/error.ts'
import { suggest } from '../contract/suggest.ts'
import { isPattern, shown } from './words.ts'

/** A picture to be edited. */
export type Source =
  | { readonly kind: 'file'; readonly name: string; readonly path: string }
  | { readonly kind: 'stdin'; readonly name: string }

const STDIN_NAME = 'standard input'

/** How messages call a picture. */
export function labelOf({ kind, name }: Source): string {
  return kind === 'file' ? shown(name) : name
}

/**
 * Turns words into pictures: patterns are expanded, in the order of their names, and a file named twice comes once.
 * A file that is not there stays in the list: reading it says so. Throws `input_not_found` for a pattern that fits nothing.
 */
export function findSources(words: readonly string[]): readonly Source[] {
  const sources = words.flatMap((word): readonly Source[] => {
    if (word === '-') return [{ kind: 'stdin', name: STDIN_NAME }]
    if (existsSync(word) || !isPattern(word)) return [fileSource(word)]
    const matches = globSync(word)
      .filter((path) => !isDirectory(path))
      .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    if (matches.length > 0) return matches.map(fileSource)
    throw new PlantainError(
      'input_not_found',
      `No file fits ${shown(word)} here. Check the path and the ending.`,
    )
  })
  return [...new Map(sources.map((source) => [source.kind === 'file' ? source.path : '-', source])).values()]
}

function fileSource(name: string): Source {
  return { kind: 'file', name, path: resolve(name) }
}

/**
 * The bytes of a picture, never more than the limit. Throws `input_not_found`, `input_not_readable`,
 * `image_empty` or `image_too_large`.
 */
export async function readSource(
  source: Source,
  {
    stdin,
    maxBytes,
    signal,
  }: { readonly stdin: Readable; readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  if (source.kind === 'stdin') return readStdin(stdin, maxBytes, signal)
  return readInput(source.name, maxBytes)
}

/** As `readSource`, for a file named by its path: a mask, a background, a picture. */
export async function readInput(name: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const facts = await stat(name)
    if (facts.isDirectory()) throw directoryGiven(name)
    if (facts.isFile() && facts.size > maxBytes) throw tooLarge(shown(name), maxBytes)
    const file = await open(name)
    // Read as a stream, so that a pipe or a device cannot fill the memory. It closes the file.
    return await readCapped(file.createReadStream(), shown(name), maxBytes)
  } catch (thrown) {
    if (PlantainError.is(thrown)) throw thrown
    throw unreadable(name, thrown)
  }
}

async function readStdin(stdin: Readable, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const stop = () => stdin.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const bytes = await readCapped(stdin, STDIN_NAME, maxBytes)
    if (bytes.length > 0) return bytes
    throw new PlantainError(
      'image_empty',
      'No photo came: none is named, and standard input is empty. Say plantain edit photo.jpg "…", or pipe a photo in.',
    )
  } catch (thrown) {
    if (signal.aborted)
      throw new PlantainError('cancelled', 'Cancelled; nothing was written.', { charged: 'no' })
    throw thrown
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function readCapped(stream: Readable, name: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(name, maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function directoryGiven(name: string): PlantainError {
  const pattern = `${name.replace(/\/+$/, '')}/*.jpg`
  return new PlantainError(
    'input_not_readable',
    `${shown(name)} is a directory, not a photo. Name the photos in it, such as ${shown(pattern)}.`,
  )
}

function tooLarge(name: string, maxBytes: number): PlantainError {
  const limit = `${Math.round(maxBytes / 1e6)} MB`
  return new PlantainError(
    'image_too_large',
    `${name} has more than ${limit}, which is the limit. Save it smaller first.`,
  )
}

function unreadable(name: string, thrown: unknown): PlantainError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new PlantainError('input_not_found', `There is no file ${shown(name)}.${nearNames(name)}`)
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new PlantainError(
      'input_not_readable',
      `${shown(name)} may not be read by you. Check its permissions.`,
    )
  }
  const said = thrown instanceof Error ? thrown.message : String(thrown)
  return new PlantainError('input_not_readable', `${shown(name)} cannot be read (${said}).`)
}

/** Files of nearly that name in the same directory, as a sentence. */
function nearNames(name: string): string {
  const directory = dirname(name)
  if (!isDirectory(directory)) return ` There is no directory ${shown(directory)} either; check the path.`
  const names = readdirSync(directory)
  const wanted = basename(name).toLowerCase()
  const near = suggest(
    wanted,
    names.map((candidate) => candidate.toLowerCase()),
  )
  const found = near.flatMap((one) => names.find((candidate) => candidate.toLowerCase() === one) ?? [])
  // `photo` for `photo.jpg`: too far off by keystrokes, yet the commonest slip.
  const begun = names
    .filter((candidate) => candidate.toLowerCase().startsWith(`${wanted}.`))
    .toSorted((a, b) => a.length - b.length)
  const [first, second] = [...new Set([...begun, ...found])].map((candidate) =>
    shown(pathLike(name, candidate)),
  )
  if (first === undefined) return ' Check the path and the ending.'
  return ` Did you mean ${second === undefined ? first : `${first} or ${second}`}?`
}

function pathLike(name: string, candidate: string): string {
  return name.includes('/') ? `${dirname(name)}/${candidate}` : candidate
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
