import { PlantainError } from '../contract/error.ts'

/** Where a value was written. Lines and columns count from 1. */
export type Place =
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  /** A variable of the environment. */
  | { readonly kind: 'variable'; readonly name: string }

/** One thing that is wrong with the configuration. Never holds a secret. */
export interface Mistake {
  readonly place: Place
  /** Such as `keys[0].hash`; empty for the file as a whole. */
  readonly path: string
  /** What is wrong, to be read after the path: `has to be a size`. */
  readonly problem: string
  /** What to do, as a sentence. */
  readonly remedy: string
}

/** `plantain.yaml:3:9: listen.port: has to be …. Write …` */
export function mistakeLine({ place, path, problem, remedy }: Mistake): string {
  const where = place.kind === 'file' ? `${place.file}:${place.line}:${place.column}` : place.name
  return [where, path, `${problem}. ${remedy}`].filter((part) => part !== '').join(': ')
}

/** All mistakes as one error, a line each. */
export function configError(mistakes: readonly Mistake[]): PlantainError {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`
  const lines = mistakes.map((mistake) => `- ${mistakeLine(mistake)}`)
  return new PlantainError('config_invalid', [`The configuration has ${count}.`, ...lines].join('\n'))
}

/** In the order of the file, those of the environment last. */
export function inOrder(mistakes: readonly Mistake[]): readonly Mistake[] {
  const lineOf = ({ place }: Mistake) => (place.kind === 'file' ? place.line : Infinity)
  const columnOf = ({ place }: Mistake) => (place.kind === 'file' ? place.column : 0)
  return mistakes.toSorted((a, b) => compare(lineOf(a), lineOf(b)) || compare(columnOf(a), columnOf(b)))
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
