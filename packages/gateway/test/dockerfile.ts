import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../../..')

/** One line of a Dockerfile: `COPY`, and what stands behind it. */
export interface Instruction {
  readonly name: string
  readonly text: string
  /** Of the exec form `["a", "b"]`; `null`: it is none. */
  readonly exec: readonly string[] | null
}

export interface Stage {
  /** `AS` this; `''`: the last one, which is the image. */
  readonly name: string
  readonly from: string
  readonly instructions: readonly Instruction[]
}

/** The stages of the repository's Dockerfile, as far as it uses what a Dockerfile may have. */
export function readDockerfile(): readonly Stage[] {
  const lines = readFileSync(resolve(ROOT, 'Dockerfile'), 'utf8')
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const args = new Map<string, string>()
  const stages: { name: string; from: string; instructions: Instruction[] }[] = []
  for (const line of lines) {
    const [, name = '', text = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
    const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(text) ?? []
    if (name === 'ARG') args.set(key, value)
    else if (name === 'FROM') {
      const [, image = '', stage = ''] = /^(\S+)(?: AS (\S+))?$/.exec(text) ?? []
      const from = image.replaceAll(/\$\{(\w+)\}/g, (_, arg: string) => args.get(arg) ?? '')
      stages.push({ name: stage, from, instructions: [] })
    } else stages.at(-1)?.instructions.push({ name, text, exec: execForm(text) })
  }
  return stages
}

function execForm(text: string): readonly string[] | null {
  const array = /\[.*\]$/.exec(text)?.[0]
  return array === undefined ? null : JSON.parse(array)
}

export interface Copy {
  /** A stage; `null`: the repository. */
  readonly from: string | null
  readonly sources: readonly string[]
  readonly to: string
}

export function copyOf({ text }: Instruction): Copy {
  const words = text.split(/\s+/)
  const from = /^--from=(\S+)$/.exec(words[0] ?? '')?.[1] ?? null
  const paths = from === null ? words : words.slice(1)
  return { from, sources: paths.slice(0, -1), to: paths.at(-1) ?? '' }
}

/**
 * Whether a path of the repository is sent to the engine, by what .dockerignore of this repository can say: the last
 * line that names it or a folder above it decides. Double stars stand at the beginning only.
 */
export function isSent(path: string): boolean {
  let sent = true
  for (const line of readFileSync(resolve(ROOT, '.dockerignore'), 'utf8').split('\n')) {
    const pattern = line.trim()
    if (pattern === '' || pattern.startsWith('#')) continue
    const [isException, glob] = pattern.startsWith('!') ? [true, pattern.slice(1)] : [false, pattern]
    if (matches(path, glob)) sent = isException
  }
  return sent
}

function matches(path: string, glob: string): boolean {
  const source = glob
    .replaceAll(/[.+^$()|[\]{}]/g, '\\$&')
    .replace(/^\*\*\//, '(?:.*/)?')
    .replaceAll(/(?<!\.)\*/g, '[^/]*')
  return new RegExp(`^${source}(?:/.*)?$`).test(path)
}

export function isThere(path: string): boolean {
  return existsSync(resolve(ROOT, path))
}
