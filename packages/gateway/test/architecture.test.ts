import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const SRC = resolve(import.meta.dirname, '../src')
const MAX_LINES = 400

/**
 * Which folder may import which, itself always included. Closed under "down": what a folder may import may be
 * imported by those above it, as the lists spell out.
 */
const LOW = ['contract']
const PIXELS = [...LOW, 'models', 'image']
const ENGINE = [...PIXELS, 'engine']
const PROVIDERS = [...ENGINE, 'wire', 'net']
const EDIT = [...PIXELS, 'cache', 'route', 'ledger', 'wire']
/** Doors decode and encode; what they ask for is handed to them by `main.ts`. */
const HTTP = [...EDIT, 'auth', 'store', 'observe', 'edit', 'config']
const PARTS = [...PROVIDERS, ...EDIT, 'providers', 'edit', 'config']
const MAY_IMPORT: Record<string, readonly string[]> = {
  contract: [],
  // Routes and regions are checked against what is known of models.
  config: [...LOW, 'models'],
  models: LOW,
  wire: LOW,
  net: LOW,
  auth: LOW,
  http: HTTP,
  observe: LOW,
  store: [...LOW, 'net'],
  cache: LOW,
  ledger: LOW,
  route: [...LOW, 'models'],
  image: [...LOW, 'models'],
  engine: PIXELS,
  providers: PROVIDERS,
  emulator: [...ENGINE, 'wire'],
  edit: EDIT,
  'system.ts': LOW,
  'targets.ts': [...PARTS],
  'fleet.ts': [...PARTS, 'targets.ts'],
  'reload.ts': [...PARTS, 'http', 'observe', 'fleet.ts'],
  'main.ts': [...PARTS, 'system.ts', 'targets.ts'],
  'gateway.ts': [
    ...PARTS,
    'http',
    'auth',
    'observe',
    'store',
    'system.ts',
    'targets.ts',
    'fleet.ts',
    'reload.ts',
    'main.ts',
  ],
  'index.ts': [...PARTS, 'system.ts', 'main.ts'],
  'emulator.ts': [...LOW, 'emulator', 'system.ts'],
  cli: [...PARTS, 'auth', 'observe', 'system.ts', 'main.ts', 'gateway.ts', 'emulator', 'emulator.ts'],
}

interface Import {
  readonly from: string
  readonly to: string
}

const files = globSync('**/*.ts', { cwd: SRC }).toSorted()
const sources = files.filter((file) => !/\.(?:test|fixture)\.ts$/.test(file))
const text = new Map(files.map((file) => [file, readFileSync(join(SRC, file), 'utf8')]))

/** Value, type-only and dynamic imports, re-exports, and the URLs of task modules. */
function importsOf(file: string): Import[] {
  const code = withoutComments(text.get(file) ?? '')
  const specifiers = [
    ...code.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g),
    ...code.matchAll(/\bnew URL\(\s*['"](\.[^'"]+\.[jt]s)['"]/g),
    ...[...code.matchAll(/\btaskUrl\(\s*import\.meta\.url,\s*['"]([^'"]+)['"]/g)].map((match) => [
      match[0],
      `${match[1]}.ts`,
    ]),
  ].map(([, specifier]) => specifier!)
  return specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => ({ from: file, to: relative(SRC, resolve(SRC, dirname(file), specifier)) }))
}

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1')
}

function withoutStrings(code: string): string {
  return code.replaceAll(/`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, '``')
}

function houseOf(file: string): string {
  return file.includes('/') ? file.split('/')[0]! : file
}

const edges = sources.flatMap(importsOf)

test('there is something to hold', () => {
  expect(sources.length).toBeGreaterThan(30)
  expect(edges.length).toBeGreaterThan(sources.length)
  expect(edges.some(({ to }) => to.endsWith('.task.ts'))).toBe(true)
})

test('the table speaks of houses that stand', () => {
  const standing = new Set(sources.map(houseOf))
  expect(Object.keys(MAY_IMPORT).filter((house) => !standing.has(house))).toEqual([])
  expect([...standing].filter((house) => !(house in MAY_IMPORT))).toEqual([])
})

test('every import names a file that exists', () => {
  const known = new Set(files)
  expect(edges.filter(({ to }) => !known.has(to))).toEqual([])
})

test('imports point down only', () => {
  const upward = edges.filter(({ from, to }) => {
    const [above, below] = [houseOf(from), houseOf(to)]
    if (above === below) return false
    return !MAY_IMPORT[above]?.includes(below)
  })
  expect(upward.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

test('providers and drivers are named in targets.ts only', () => {
  const naming = edges.filter(({ from, to }) => to.startsWith('providers/') && !from.startsWith('providers/'))
  expect(naming.filter(({ from, to }) => from !== 'targets.ts' && !to.endsWith('/probe.ts'))).toEqual([])
})

test('no import cycle', () => {
  const below = Map.groupBy(edges, ({ from }) => from)
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
    else if (!done.has(file)) {
      for (const { to } of below.get(file) ?? []) visit(to, [...path, file])
      done.add(file)
    }
  }
  for (const file of sources) visit(file, [])
  expect(cycles).toEqual([])
})

describe.each(files)('%s', (file) => {
  const code = text.get(file)!

  test('can be read in a sitting', () => {
    expect(code.split('\n').length - 1).toBeLessThanOrEqual(MAX_LINES)
  })

  test('is named as the house names files, and has no any', () => {
    expect(file).toMatch(/^(?:[a-z0-9-]+\/)*[a-z0-9-]+(?:\.(?:task|property))?(?:\.(?:test|fixture))?\.ts$/)
    expect(file).not.toMatch(/manager|helper|service|utils/)
    // `any:` is a name, as routes have it.
    expect(withoutStrings(withoutComments(code))).not.toMatch(/(?::|\bas|<|,)\s*any\b(?![(:])/)
  })
})
