import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { EditField, Fate, FieldTable } from '../packages/gateway/src/wire/fields/field-table.ts'
import { NATIVE } from '../packages/gateway/src/wire/fields/native.ts'
import { type Dialect, type Door, DOORS } from './doors.ts'

const PAGE = resolve(import.meta.dirname, '../docs/doors.md')

/** Rows of the table that has dialects side by side. */
const EDIT_FIELDS: Readonly<Partial<Record<EditField, string>>> = {
  instruction: 'Instruction',
  images: 'Pictures',
  mask: 'Mask',
  model: 'Model',
  'output.aspectRatio': 'Ratio',
  'output.imageSize': 'Size class',
  'output.mimeType': 'Format',
  'output.quality': 'Compression',
  count: 'Several results',
  preserve: 'What must stay',
  seed: 'Seed',
}

/** Where each dialect has what an edit is told, and what becomes of every field; `npm run docs` writes it, a test holds it fresh. */
export function doorsPage(): string {
  const dialects = DOORS.flatMap((door) => door.dialects)
  return `# Doors

One edit, in whatever dialect an application already speaks. Every field of every dialect is carried, refused by name or known to mean
nothing here: none is dropped in silence. Doors refuse by these very tables, and a test compares them with the types of the official
packages. Generated; do not edit by hand.

| door | for | paths | errors |
| --- | --- | --- | --- |
${DOORS.map(({ title, row }) => `| [${title}](#${anchor(title)}) | ${row.join(' | ')} |`).join('\n')}

How to point a client at one of them: [clients](clients/README.md).

## The same edit in each

| | ${dialects.map(({ name }) => name).join(' | ')} |
| --- |${' --- |'.repeat(dialects.length)}
${Object.entries(EDIT_FIELDS)
  .map(
    ([field, title]) => `| ${title} | ${dialects.map((dialect) => firstFor(field, dialect)).join(' | ')} |`,
  )
  .join('\n')}

The first spelling of each; the tables below have all. \`[]\` stands for what is in a list; where one item by itself is taken too, only the
list is shown. "–": the dialect has no field for it.

${DOORS.map(doorSection).join('\n')}`
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
}

/** The first spelling in the table; one that may be a text as well as a picture says less than one of its own. */
function firstFor(field: string, dialect: Dialect): string {
  const { elsewhere = {} } = dialect
  const [, said] = Object.entries(elsewhere).find(([name]) => name === field) ?? []
  const carrying = told(dialect).flatMap(([path, fate]) =>
    fate.kind === 'carried' && toOf(fate).includes(field) ? [{ path, to: toOf(fate) }] : [],
  )
  const { path } = carrying.find((one) => !isEither(one)) ?? carrying[0] ?? {}
  if (said !== undefined || path === undefined) return said ?? '–'
  return `\`${path === 'plantain' ? `plantain.${field}` : path}\``
}

function isEither({ to }: { readonly to: readonly string[] }): boolean {
  return to.includes('instruction') && to.includes('images')
}

function toOf(fate: Extract<Fate, { kind: 'carried' }>): readonly string[] {
  return typeof fate.to === 'string' ? [fate.to] : fate.to
}

type Entry = readonly [path: string, fate: Fate]

/** What the page tells of a dialect: everything once. */
function told(dialect: Dialect): readonly Entry[] {
  const { table, alike: [place, as] = ['', ''] } = dialect
  const seen = new Set<string>()
  return Object.entries(table).filter(([path, fate]) => {
    const spelling = camelCase(path)
    const isTwin = seen.has(spelling)
    seen.add(spelling)
    const other = place !== '' && path.startsWith(place) ? table[as + path.slice(place.length)] : undefined
    return !isTwin && !isSame(other, fate) && !isListedAlready(path, fate, table)
  })
}

/** `input.text` goes without saying where `input[].text` is the same. */
function isListedAlready(path: string, fate: Fate, table: FieldTable): boolean {
  return [...path.matchAll(/\.|$/g)].some(({ index }) =>
    isSame(table[`${path.slice(0, index)}[]${path.slice(index)}`], fate),
  )
}

function isSame(one: Fate | undefined, other: Fate | undefined): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other)
}

function camelCase(path: string): string {
  return path.replaceAll(/(?<=[a-z])_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function doorSection({ title, about, dialects }: Door): string {
  const [first] = dialects
  if (first === undefined) return `## ${title}\n\n${about}\n`
  const head = `## ${title}\n\n${about}\n\n`
  if (dialects.length === 1) return head + sectionsOf(told(first), first)
  const isShared = ([path, fate]: Entry) => dialects.every(({ table }) => isSame(table[path], fate))
  const apart = dialects.map(
    (dialect) =>
      `### Only in ${dialect.name}\n\n${sectionsOf(
        told(dialect).filter((entry) => !isShared(entry)),
        dialect,
      )}`,
  )
  return `${head}${sectionsOf(told(first).filter(isShared), first)}\n${apart.join('\n')}`
}

const OWN = 'plantain.'

function sectionsOf(entries: readonly Entry[], { unsaid = [] }: Dialect): string {
  const isOwn = ([path, fate]: Entry) => path.startsWith(OWN) && isSame(NATIVE[path.slice(OWN.length)], fate)
  const own = entries.filter(isOwn).map(([path]) => path.slice(OWN.length))
  const rest = entries
    .filter((entry) => !isOwn(entry))
    .map(([path, fate]): Entry => {
      const start = unsaid.find((one) => path.startsWith(one) && path.length > one.length) ?? ''
      return [path.slice(start.length), fate]
    })
  const plain = rest.filter(([path, fate]) => fate.kind === 'carried' && fate.to === path && !fate.note)
  const untouched = rest.filter(([, fate]) => isForwarded(fate) && noteOf(fate) === '')
  const of = (wanted: (fate: Fate) => boolean) =>
    rest.filter((entry) => !plain.includes(entry) && !untouched.includes(entry) && wanted(entry[1]))
  const reasons = (head: string, wanted: (fate: Fate) => boolean) =>
    rowsOf(of(wanted), [head, 'why'], (fate) => [noteOf(fate)])
  const sections = [
    rowsOf(
      of((fate) => fate.kind === 'carried'),
      ['field', 'becomes', ''],
      (fate) => [fate.kind === 'carried' ? becomes(fate) : '', noteOf(fate)],
    ),
    plain.length === 0 ? '' : `By the same name: ${listed(plain.map(([path]) => path))}.\n`,
    own.length === 0 ? '' : `In \`plantain\`, as on the native door: ${listed(own)}.\n`,
    untouchedRows(untouched.map(([path]) => path)),
    reasons('refused', (fate) => fate.kind === 'refused' && !fate.notYet),
    reasons('not yet (501)', (fate) => fate.kind === 'refused' && fate.notYet === true),
    reasons('taken, without effect', (fate) => fate.kind === 'meaningless'),
  ]
  return sections.filter((section) => section !== '').join('\n')
}

/** There are many of them: by what they stand in. */
function untouchedRows(paths: readonly string[]): string {
  if (paths.length === 0) return ''
  const rows = Map.groupBy(paths, aroundOf)
  return `| sent on as they are, in | |
| --- | --- |
${[...rows].map(([around, inside]) => `| ${around === '' ? 'the body' : `\`${around}\``} | ${inside.map((path) => `\`${path.slice(around === '' ? 0 : around.length + 1)}\``).join(', ')} |`).join('\n')}
`
}

function aroundOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('.'), 0))
}

function isForwarded(fate: Fate): boolean {
  return fate.kind === 'carried' && fate.to === 'google'
}

function becomes(fate: Extract<Fate, { kind: 'carried' }>): string {
  return toOf(fate)
    .map((to) => (to === 'google' ? 'sent on' : to === 'answer' ? 'how it is answered' : `\`${to}\``))
    .join(', ')
}

function noteOf(fate: Fate): string {
  if (fate.kind === 'carried') return fate.note ?? ''
  if (fate.kind === 'meaningless') return fate.why
  // Both casings are taken where either is.
  const unless = new Set(fate.unless?.map((value) => String(value).toLowerCase()))
  const values = [...unless].map((value) => `\`${value}\``)
  return values.length === 0
    ? fate.why
    : `${fate.why}; ${values.join(', ')} ${values.length === 1 ? 'is' : 'are'} taken`
}

/** One row for all fields that the same becomes of. */
function rowsOf(
  entries: readonly (readonly [string, Fate])[],
  head: readonly string[],
  cells: (fate: Fate) => readonly string[],
): string {
  if (entries.length === 0) return ''
  const rows = Map.groupBy(entries, ([, fate]) => cells(fate).join(' | '))
  return `| ${head.join(' | ')} |
|${' --- |'.repeat(head.length)}
${[...rows].map(([text, fields]) => `| ${listed(fields.map(([path]) => path))} | ${text.replaceAll('\n', ' ')} |`).join('\n')}
`
}

/** Neighbours with the same beginning are told by their ends: `a.b.c`, `.d`. */
function listed(paths: readonly string[]): string {
  return paths
    .map((path, index) => {
      const around = aroundOf(path)
      const isNeighbour = around !== '' && around === aroundOf(paths[index - 1] ?? '')
      return `\`${isNeighbour ? path.slice(around.length) : path}\``
    })
    .join(', ')
}

if (import.meta.main) await writeFile(PAGE, doorsPage())
