import { PlantainError } from '../contract/error.ts'
import type { EmulatorOptions } from './options.ts'
import { isMixName, isMix, MIXES } from './pictures/drift.ts'

/** What is a mistake from JavaScript: TypeScript says it sooner, and whoever misspells an option tests nothing. */
const CHECKS: Readonly<Record<keyof EmulatorOptions, Check | null>> = {
  personas: {
    allows: (value) => typeof value === 'string' || (Array.isArray(value) && value.every(isPersonaList)),
    text: 'a text such as "503@30%", or a list of { personas, where? }',
  },
  seed: { allows: (value) => isWhole(value, 0, 2 ** 31 - 1), text: 'a whole number from 0 to 2147483647' },
  pictures: { allows: oneOf('engine', 'canned'), text: '"engine" or "canned"' },
  drift: {
    allows: (value) => (typeof value === 'string' ? isMixName(value) : isMix(value)),
    text: `one of ${Object.keys(MIXES).join(', ')}, or ranges for all that a mix has`,
  },
  keys: {
    allows: (value) => Array.isArray(value) && value.every((key) => typeof key === 'string' && key !== ''),
    text: 'a list of texts that are not empty',
  },
  imagen: { allows: oneOf('serve', 'gone'), text: '"serve" or "gone"' },
  keepCalls: { allows: (value) => isWhole(value, 1, 10_000_000), text: 'a whole number from 1 on' },
  // What uses them says it.
  port: null,
  host: null,
  cannedBytes: null,
  scenario: null,
  date: null,
}

interface Check {
  readonly allows: (value: unknown) => boolean
  readonly text: string
}

/** Throws `PlantainError` `invalid_request` where there is no such option, or it cannot be what it is. */
export function checkedOptions(given: EmulatorOptions): EmulatorOptions {
  for (const [name, value] of Object.entries(given)) {
    // Own names only: “constructor” is no option.
    if (!isOption(name))
      throw wrong(`There is no option “${name.slice(0, 60)}”. There are ${NAMES.join(', ')}.`)
    const check = CHECKS[name]
    if (check !== null && value !== undefined && !check.allows(value))
      throw wrong(`“${name}” is ${check.text}.`)
  }
  return given
}

const NAMES = Object.keys(CHECKS).toSorted()

function isOption(name: string): name is keyof EmulatorOptions {
  return Object.hasOwn(CHECKS, name)
}

/** What `where` may say is checked where the faults are set. */
function isPersonaList(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'personas' in value && typeof value.personas === 'string'
  )
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}

function oneOf(...values: readonly string[]): (value: unknown) => boolean {
  return (value) => values.some((known) => known === value)
}

function wrong(text: string): PlantainError {
  return new PlantainError('invalid_request', text)
}
