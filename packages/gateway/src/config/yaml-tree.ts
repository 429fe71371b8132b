import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  visit,
  type YAMLMap,
} from 'yaml'
import type { Environment } from './environment.ts'
import { interpolated } from './interpolation.ts'
import type { Mistake, Place } from './mistake.ts'
import { type Path, pathText } from './path.ts'
import { parseYaml } from './yaml-syntax.ts'

/** A configuration file as plain values, and where each of them stands. */
export interface YamlTree {
  /** Maps, lists and scalars, `${…}` filled in. A name with nothing after it is there, but `undefined`. */
  readonly value: unknown
  readonly mistakes: readonly Mistake[]
  /** Whether the syntax is such that the values can be relied on. */
  readonly isSound: boolean
  /** Where a value stands, or the name before it, or else the nearest thing around it. */
  placeOf(path: Path, what: 'name' | 'value'): Place
  placeAt(offset: number): Place
  /** Texts of which the file holds something itself, by path. */
  readonly literals: ReadonlyMap<string, Place>
}

interface Source {
  /** As messages call it. */
  readonly file: string
  readonly env: Environment
}

/**
 * More than any configuration has. What an alias stands for counts each time, so that a few lines of aliases to aliases
 * cannot become millions of values.
 */
const MOST_NODES = 20_000
const MOST_LEVELS = 20

/**
 * Reads YAML. Variables are filled in after parsing and in values only, so that whatever they hold stays one value.
 * Never throws: what cannot be read is a mistake, and the rest is read all the same.
 */
export function readYaml(text: string, { file, env }: Source): YamlTree {
  const lines = new LineCounter()
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { kind: 'file', file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const { document, mistakes: syntax } = parseYaml(text, lines)
  const reading = document === null ? emptyReading() : read(document, env)
  const mistakes = [...syntax.map((mistake) => ({ ...mistake, path: [] })), ...reading.mistakes].map(
    ({ offset, path, problem, remedy }) => ({
      place: placeAt(offset),
      path: pathText(path),
      problem,
      remedy,
    }),
  )
  const placeOf = (path: Path, what: 'name' | 'value'): Place => {
    const { name, value } = reading.offsets.get(pathText(path)) ?? {}
    const offset = what === 'name' ? (name ?? value) : (value ?? name)
    if (offset !== undefined || path.length === 0) return placeAt(offset ?? 0)
    return placeOf(path.slice(0, -1), 'name')
  }
  return {
    value: reading.value ?? {},
    mistakes,
    isSound: document !== null && syntax.every(({ isHarmless }) => isHarmless),
    placeOf,
    placeAt,
    literals: new Map([...reading.literals].map(([path, offset]) => [path, placeAt(offset)])),
  }
}

interface Reading {
  value: unknown
  nodes: number
  readonly mistakes: { offset: number; path: Path; problem: string; remedy: string }[]
  readonly offsets: Map<string, { name?: number; value?: number }>
  readonly literals: Map<string, number>
}

function emptyReading(): Reading {
  return { value: undefined, nodes: 0, mistakes: [], offsets: new Map(), literals: new Map() }
}

function read(document: Document.Parsed, env: Environment): Reading {
  const reading = emptyReading()
  const targets = aliasTargets(document)
  const mistaken = (node: unknown, path: Path, problem: string, remedy: string) => {
    reading.mistakes.push({ offset: offsetOf(node), path, problem, remedy })
    return undefined
  }

  const valueOf = (node: unknown, path: Path): unknown => {
    reading.nodes += 1
    if (reading.nodes > MOST_NODES) return undefined

    if (path.length > MOST_LEVELS)
      return mistaken(node, path, 'is nested too deep', 'Write it flat, as docs/configuration.md has it.')
    if (!isNode(node)) return undefined
    note(path, { value: offsetOf(node) })
    if (isScalar(node))
      return typeof node.value === 'string' ? textOf(node.value, node, path) : (node.value ?? undefined)
    if (isMap(node)) return mapOf(node, path)
    // An item with nothing after its dash is an item.
    if (isSeq(node)) return node.items.map((item, at) => valueOf(item, [...path, at]) ?? null)
    const target = targets.get(node)
    if (target !== undefined) return valueOf(target, path)
    return mistaken(
      node,
      path,
      'refers to an anchor that is not there',
      'Put quotes around text that begins with *.',
    )
  }

  const mapOf = (map: YAMLMap, path: Path): unknown => {
    const entries = map.items.flatMap(({ key, value }): [string, unknown][] => {
      const name = isScalar(key) ? key.value : null
      if (typeof name !== 'string' && typeof name !== 'number') {
        mistaken(key, path, 'has a name that is no text', 'Write names of settings plainly.')
        return []
      }
      const here = [...path, `${name}`]
      note(here, { name: offsetOf(key) })
      return [[`${name}`, valueOf(value, here)]]
    })
    return Object.fromEntries(entries)
  }

  const textOf = (text: string, node: Node, path: Path): string | undefined => {
    const filled = interpolated(text, env)
    for (const { problem, remedy } of filled.mistakes) mistaken(node, path, problem, remedy)
    if (filled.isLiteral) reading.literals.set(pathText(path), offsetOf(node))
    // `${NAME:-}` says that a setting may be left out.
    const isLeftOut = filled.text === '' && text !== '' && filled.mistakes.length === 0
    return isLeftOut ? undefined : filled.text
  }

  const note = (path: Path, offsets: { name?: number; value?: number }) => {
    const text = pathText(path)
    reading.offsets.set(text, { ...reading.offsets.get(text), ...offsets })
  }

  reading.value = valueOf(document.contents, [])
  if (reading.nodes > MOST_NODES) {
    mistaken(null, [], `has more than ${MOST_NODES} values, each use of an alias counted`, 'Take some out.')
  }
  return reading
}

/** What each alias stands for: the last node before it that has its anchor. */
function aliasTargets(document: Document.Parsed): ReadonlyMap<Node, Node> {
  const anchors = new Map<string, Node>()
  const targets = new Map<Node, Node>()
  visit(document, {
    Node: (_, node) => {
      const target = isAlias(node) ? anchors.get(node.source) : undefined
      if (target !== undefined) targets.set(node, target)
      if (!isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node)
    },
  })
  return targets
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}
