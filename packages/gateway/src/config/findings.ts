import type { z } from 'zod'
import { suggest } from '../contract/suggest.ts'
import type { Mistake, Place } from './mistake.ts'
import { type Path, pathText } from './path.ts'
import { heard } from './scalars.ts'

/** What is found on the way through a configuration. */
export interface Findings {
  readonly mistakes: Mistake[]
  readonly warnings: Mistake[]
  mistake(path: Path, problem: string, remedy: string): void
  warning(path: Path, problem: string, remedy: string): void
  /** Checks a value, noting whatever is wrong with it; `null` where anything is. */
  checked<Schema extends z.ZodType>(
    schema: Schema,
    value: unknown,
    path: Path,
  ): Checked<z.infer<Schema>> | null
}

export interface Checked<Value> {
  readonly value: Value
}

export type PlaceOf = (path: Path, what: 'name' | 'value') => Place

/** `known` are mistakes found before; what follows from one of them is not told again. */
export function createFindings(placeOf: PlaceOf, known: readonly Mistake[]): Findings {
  const mistakes = [...known]
  const warnings: Mistake[] = []
  const isTold = (path: Path): boolean => mistakes.some((mistake) => mistake.path === pathText(path))
  const mistake = (path: Path, problem: string, remedy: string, what: 'name' | 'value' = 'value') => {
    if (isTold(path)) return
    mistakes.push({ place: placeOf(path, what), path: pathText(path), problem, remedy })
  }
  return {
    mistakes,
    warnings,
    mistake,
    warning: (path, problem, remedy) =>
      void warnings.push({ place: placeOf(path, 'value'), path: pathText(path), problem, remedy }),
    checked: (schema, value, at) => {
      const result = schema.safeParse(value)
      if (result.success) return { value: result.data }
      for (const { code, path, message, ...issue } of result.error.issues) {
        const here = [...at, ...path.map((part) => (typeof part === 'number' ? part : String(part)))]
        if (code === 'unrecognized_keys' && 'keys' in issue) {
          for (const name of issue.keys)
            mistake([...here, name], 'is not a setting', knownNames(name, message), 'name')
        } else if (valueAt(value, path) === undefined) mistake(here, 'is missing', heard(message).remedy)
        else mistake(here, heard(message).problem, heard(message).remedy)
      }
      return null
    },
  }
}

function knownNames(name: string, names: string): string {
  const [near] = suggest(name, names.split(', '))
  return near === undefined ? `Settings here are ${names}.` : `Did you mean ${near}?`
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (within, part) => (typeof within === 'object' && within !== null ? Reflect.get(within, part) : undefined),
    value,
  )
}
