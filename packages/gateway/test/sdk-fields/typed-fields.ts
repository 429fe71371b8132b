import { resolve } from 'node:path'
import {
  API,
  type Project,
  type Symbol as TypeSymbol,
  SymbolFlags,
  type Type,
} from 'typescript/unstable/sync'
import type { FieldTable } from '../../src/wire/fields/field-table.ts'

const ROOT = resolve(import.meta.dirname, '../../../..')

/** Types as the compiler has them, of the project that the tests are part of. */
export interface TypedFields {
  /** What an interface holds: the types of its members, by their names. Throws where there is no such interface. */
  members(file: string, interfaceName: string): ReadonlyMap<string, Type>
  /** Fields of a request that a table says nothing of, sorted. */
  unknownIn(request: Type, asked: WireFields): readonly string[]
  /** Fields of a request that hold a single value, by their paths, each with a value that it takes. Lists are left out. */
  scalarsIn(request: Type): ReadonlyMap<string, Scalar>
  close(): void
}

export type Scalar = string | number | boolean

export interface WireFields {
  readonly table: FieldTable
  /** Where a field of the package's type stands on the wire; `null`: it never gets there. */
  readonly place: (path: string) => string | null
}

export function openTypes(): TypedFields {
  const api = new API({ cwd: ROOT })
  const project = api.updateSnapshot({ openProjects: [resolve(ROOT, 'tsconfig.json')] }).getProjects()[0]
  if (project === undefined) throw new Error('The project did not open.')
  return {
    members: (file, name) => membersOf(project, resolve(ROOT, file), name),
    unknownIn: (request, asked) => {
      const unknown = new Set<string>()
      visit(request, '', { project, ...asked, unknown })
      return [...unknown].toSorted()
    },
    scalarsIn: (request) => new Map(scalarsOf(request, '', project)),
    close: () => api.close(),
  }
}

function membersOf({ program, checker }: Project, file: string, name: string): ReadonlyMap<string, Type> {
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  const found = module && checker.getExportsOfModule(module).find((one) => one.name === name)
  if (found === undefined) throw new Error(`${file} exports no ${name}.`)
  const members = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(found))
  return new Map(members.map((member) => [member.name, typeOf(member, checker)]))
}

function typeOf(member: TypeSymbol, checker: Project['checker']): Type {
  const type = checker.getTypeOfSymbol(member)
  // A type that cannot be found has no fields, and no test would notice.
  if (type === undefined || type.isErrorType()) throw new Error(`The type of ${member.name} is not known.`)
  return type
}

interface Walk extends WireFields {
  readonly project: Project
  readonly unknown: Set<string>
}

/** The table leads: where it speaks of a thing as a whole, what is in it does not matter. That ends what types have without end. */
function visit(type: Type, path: string, walk: Walk): void {
  const { checker } = walk.project
  if (type.isUnionType() || type.isIntersectionType()) {
    if (type.isUnionType()) for (const one of type.getTypes()) visit(one, path, walk)
    else visitFields(type, path, walk)
  } else if (checker.isArrayLikeType(type) && type.isTypeReference()) {
    for (const item of checker.getTypeArguments(type)) visitPlace(item, `${path}[]`, walk)
  } else if (type.isObjectType()) visitFields(type, path, walk)
}

function visitFields(type: Type, path: string, walk: Walk): void {
  const { checker } = walk.project
  for (const member of checker.getPropertiesOfType(type)) {
    if (member.flags & SymbolFlags.Method) continue
    visitPlace(typeOf(member, checker), path === '' ? member.name : `${path}.${member.name}`, walk)
  }
}

function visitPlace(type: Type, path: string, walk: Walk): void {
  const place = walk.place(path)
  if (place === null) return
  const spoken = spokenOf(walk.table, place)
  if (spoken === 'whole') return
  if (spoken === 'nothing') walk.unknown.add(place === path ? path : `${path} (${place})`)
  else visit(type, path, walk)
}

/** Of a place as a whole, of what is in it, or nothing. */
function spokenOf(table: FieldTable, place: string): 'whole' | 'inside' | 'nothing' {
  const paths = Object.keys(table)
  if (paths.some((one) => one.startsWith(`${place}.`) || one.startsWith(`${place}[]`))) return 'inside'
  const around = [...place.matchAll(/\.|\[\]|$/g)].map(({ index }) => place.slice(0, index))
  const nearest = around.findLast((one) => one in table)
  if (nearest === undefined) return 'nothing'
  const speaksOfInside = paths.some((one) => one.startsWith(`${nearest}.`) || one.startsWith(`${nearest}[]`))
  return nearest === place || !speaksOfInside ? 'whole' : 'nothing'
}

/** Deep enough for what has a name of its own on the wire. */
const DEEPEST = 4

function scalarsOf(type: Type, path: string, project: Project): readonly (readonly [string, Scalar])[] {
  const { checker } = project
  if (type.isUnionType()) {
    const scalar = type.getTypes().flatMap((one) => scalarsOf(one, path, project))
    return scalar.slice(0, scalar[0]?.[0] === path ? 1 : undefined)
  }
  const value = scalarOf(type)
  if (value !== null) return [[path, value]]
  if (!type.isObjectType() || checker.isArrayLikeType(type) || path.split('.').length >= DEEPEST) return []
  return checker.getPropertiesOfType(type).flatMap((member) => {
    if (member.flags & SymbolFlags.Method) return []
    return scalarsOf(typeOf(member, checker), path === '' ? member.name : `${path}.${member.name}`, project)
  })
}

function scalarOf(type: Type): Scalar | null {
  if (type.isLiteralType()) return typeof type.value === 'bigint' ? null : type.value
  if (!type.isIntrinsicType()) return null
  switch (type.intrinsicName) {
    case 'string':
      return 'a text'
    case 'number':
      return 7
    case 'boolean':
    case 'true':
      return true
    default:
      return null
  }
}
