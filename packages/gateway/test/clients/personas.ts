import { expect, test } from 'vitest'
import { PERSONAS } from '../../src/emulator/faults/persona.ts'
import type { RunningEmulator } from '../../src/emulator/options.ts'
import { ask, edit, emulatorFor, GENERATE, THROUGH_GATEWAY } from '../emulator-client.ts'

/** A parameter where a persona must have one, and a short one where time passes. */
const WRITTEN: Readonly<Record<string, string>> = {
  finish: 'finish=SAFETY',
  drift: 'drift=strong',
  latency: 'latency=50ms',
  drip: 'drip=200000',
  quota: 'quota=1/day',
}

/** A persona as a list of faults has it. */
export function written(name: string): string {
  return WRITTEN[name] ?? name
}

/** What never ends is left after so long; even a busy machine has sent its half of an answer by then. */
const PATIENCE_MS = 800
const ENDLESS: ReadonlySet<string> = new Set(['stall', 'half-open'])

export interface Stage {
  readonly emulator: RunningEmulator
  /** For a client that has a time limit of its own; `undefined`: none is needed. */
  readonly timeoutMs: number | undefined
}

/**
 * One test for each persona there is: what a client makes of it, in the words of the table.
 * `throughGateway` is what is another there: where Google's connection breaks, the one to the gateway stands and tells.
 * Every client asks with the key of `emulator-client.ts`, whose quota is used up where it is about quota.
 */
export function testEveryPersona<Outcome>(
  table: Readonly<Record<string, Outcome>>,
  outcome: (stage: Stage) => Promise<Outcome>,
  throughGateway: Readonly<Record<string, Outcome>> = {},
): void {
  test('the table speaks of every persona, and of nothing else', () => {
    expect(Object.keys(table).toSorted()).toEqual(PERSONAS.map(({ name }) => name).toSorted())
  })

  test.each(Object.keys(table))('%s', async (name) => {
    const emulator = await emulatorFor({ personas: written(name), cannedBytes: 20_000 })
    if (name === 'quota') await ask(emulator, GENERATE, { body: edit() })
    const timeoutMs = ENDLESS.has(name) ? PATIENCE_MS : undefined
    const expected = (THROUGH_GATEWAY ? throughGateway[name] : undefined) ?? table[name]
    expect(await outcome({ emulator, timeoutMs })).toEqual(expected)
    expect(emulator.state().crashes).toBe(0)
  })
}

/** What came of an answer, as a table can hold it: `1 image, STOP`. */
export function came({
  images,
  words,
  reason,
}: {
  readonly images: number
  readonly words: string | undefined
  readonly reason: string | null | undefined
}): string {
  const pictures = images === 1 ? '1 image' : `${images} images`
  const what = images > 0 ? pictures : words ? 'words' : 'nothing'
  return reason ? `${what}, ${reason}` : what
}
