import { PERSONAS, writtenOf } from '../emulator/faults/persona.ts'
import { SCENARIOS } from '../emulator/scenarios.ts'
import { wrapped } from './wrapped.ts'

/** What `plantain emulator --list` prints: every scenario and persona, laid out for a page of that width. */
export function emulatorWords(width: number): string {
  const scenarios = SCENARIOS.map(({ name, about }) => ({ name, about }))
  const personas = PERSONAS.map((persona) => ({ name: writtenOf(persona), about: persona.about }))
  return [
    'Scenarios, for --scenario: ways in which integrations die.',
    ...entries(scenarios, width),
    '',
    'Personas, for --persona, the header x-emulator-persona and POST /emulator/personas:',
    ...entries(personas, width),
    '',
    wrapped(
      'Several are separated by commas. Behind each may stand @30% (probability), @2x (so often), @20s (for so long from the ' +
        'first call on), @10s+15s (from 10 s on for 15 s) or @0s+7s/14s (the same every 14 s).',
      width,
    ),
    '',
  ].join('\n')
}

const NAME_WIDTH = 22

function entries(
  rows: readonly { readonly name: string; readonly about: string }[],
  width: number,
): readonly string[] {
  const rest = ' '.repeat(NAME_WIDTH + 2)
  return rows.map(({ name, about }) =>
    name.length < NAME_WIDTH
      ? wrapped(about, width, { first: `  ${name.padEnd(NAME_WIDTH)}`, rest })
      : `  ${name}\n${wrapped(about, width, { first: rest, rest })}`,
  )
}
