import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { EditField, Fate, FieldTable } from '../packages/gateway/src/wire/fields/field-table.ts'
import { GEMINI } from '../packages/gateway/src/wire/fields/gemini.ts'
import { NATIVE } from '../packages/gateway/src/wire/fields/native.ts'

const PAGE = resolve(import.meta.dirname, '../docs/doors.md')

/** A way to ask for an edit: its calls, and what becomes of each field of theirs. */
interface Dialect {
  readonly name: string
  readonly table: FieldTable
  /** What is told outside of the body. */
  readonly elsewhere?: Readonly<Partial<Record<EditField, string>>>
}

interface Door {
  readonly title: string
  /** For the first table: whose applications, on which paths, what an error looks like. */
  readonly row: readonly [who: string, paths: string, errors: string]
  readonly about: string
  /** More than one where its calls differ. */
  readonly dialects: readonly Dialect[]
}

export const DOORS: readonly Door[] = [
  {
    title: 'Native',
    row: ['anything that speaks HTTP', '`POST /v1/edits`', 'RFC 9457 problem'],
    about: `JSON, or a form: texts in \`instruction\`, every file a picture but \`mask\`, all else by the names below. Options that are a word or a number
may be headers too (\`plantain-aspect-ratio: 16:9\`); the body wins. Names are taken in both casings within \`input\` and \`mask\`; a field that is not
in the table is refused by name. With \`Accept: image/*\` the answer is the picture.`,
    dialects: [{ name: 'native', table: NATIVE }],
  },
  {
    title: 'Gemini',
    row: [
      'Google’s SDKs and the AI SDK, with an API key',
      '`POST /{v1,v1beta}/models/{model}:generateContent`, `:streamGenerateContent`',
      'Google’s status: `{error: {code, status, message}}`',
    ],
    about: `The body is forwarded byte for byte where nothing has to change, and Google’s answer comes back the same way, refusals included: its SDKs expect them
so. What the table does not know goes on as well, and Google judges it. Both casings. The gateway’s own options are in \`plantain\`, which is
taken out. What Plantain found out about the answer is in \`plantain-*\` headers.`,
    dialects: [{ name: 'gemini', table: GEMINI, elsewhere: { model: 'the path' } }],
  },
]

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

function firstFor(field: string, { table, elsewhere = {} }: Dialect): string {
  const [, said] = Object.entries(elsewhere).find(([name]) => name === field) ?? []
  const [path] =
    Object.entries(table).find(([, fate]) => fate.kind === 'carried' && toOf(fate).includes(field)) ?? []
  return said ?? (path === undefined ? '–' : `\`${path}\``)
}

function toOf(fate: Extract<Fate, { kind: 'carried' }>): readonly string[] {
  return typeof fate.to === 'string' ? [fate.to] : fate.to
}

function doorSection({ title, about, dialects }: Door): string {
  const several = dialects.length > 1
  return `## ${title}

${about}

${dialects.map(({ name, table }) => `${several ? `### ${name}\n\n` : ''}${tableSections(table)}`).join('\n')}`
}

function tableSections(table: FieldTable): string {
  const entries = Object.entries(table).filter(([path, fate]) => !isListedAlready(path, fate, table))
  const plain = entries.filter(([path, fate]) => fate.kind === 'carried' && fate.to === path && !fate.note)
  const untouched = entries.filter(([, fate]) => isForwarded(fate) && noteOf(fate) === '')
  const rest = entries.filter((entry) => !plain.includes(entry) && !untouched.includes(entry))
  const of = (wanted: (fate: Fate) => boolean) => rest.filter(([, fate]) => wanted(fate))
  const sections = [
    rowsOf(
      of((fate) => fate.kind === 'carried'),
      ['field', 'becomes', ''],
      (fate) => [fate.kind === 'carried' ? becomes(fate) : '', noteOf(fate)],
    ),
    plain.length === 0 ? '' : `By the same name: ${listed(plain.map(([path]) => path))}.\n`,
    untouchedRows(untouched.map(([path]) => path)),
    rowsOf(
      of((fate) => fate.kind === 'refused' && !fate.notYet),
      ['refused', 'why'],
      (fate) => [noteOf(fate)],
    ),
    rowsOf(
      of((fate) => fate.kind === 'refused' && fate.notYet === true),
      ['not yet (501)', 'why'],
      (fate) => [noteOf(fate)],
    ),
    rowsOf(
      of((fate) => fate.kind === 'meaningless'),
      ['taken, without effect', 'why'],
      (fate) => [noteOf(fate)],
    ),
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

/** `input.text` goes without saying where `input[].text` is the same. */
function isListedAlready(path: string, fate: Fate, table: FieldTable): boolean {
  return [...path.matchAll(/\.|$/g)].some(({ index }) => {
    const other = table[`${path.slice(0, index)}[]${path.slice(index)}`]
    return other !== undefined && JSON.stringify(other) === JSON.stringify(fate)
  })
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
  const values = fate.unless?.map((value) => `\`${value}\``) ?? []
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
