import { isIP } from 'node:net'
import { isDay } from '../emulator/day.ts'
import type { EmulatorOptions } from '../emulator/options.ts'
import { isMixName, type MixName, MIXES } from '../emulator/pictures/drift.ts'
import { scenarioOf, SCENARIOS } from '../emulator/scenarios.ts'
import { MOST_CANNED_BYTES } from '../emulator/turn/studio.ts'
import type { IsoDate } from '../models/model.ts'
import { usageError } from './fault-line.ts'

/** The options of `plantain emulator` as commander hands them over. */
export interface RawEmulatorOptions {
  readonly port?: string
  readonly host?: string
  readonly persona?: readonly string[]
  readonly scenario?: string
  readonly seed?: string
  /** `true` without a size. */
  readonly canned?: string | true
  readonly drift?: string
  readonly key?: readonly string[]
  readonly date?: string
  readonly list?: boolean
}

/** Checks what commander cannot. Throws `invalid_request` naming what may be said instead. */
export function readEmulatorOptions(raw: RawEmulatorOptions): EmulatorOptions {
  const { persona = [], key = [], canned, host, date } = raw
  const seed = whole(raw.seed, { name: '--seed', most: 2 ** 31 - 1 })
  const port = whole(raw.port, { name: '--port', most: 65_535 })
  const cannedBytes =
    canned === true ? undefined : whole(canned, { name: '--canned', most: MOST_CANNED_BYTES })
  const scenario = SCENARIOS.find(({ name }) => name === raw.scenario)?.name
  if (raw.scenario !== undefined && scenario === undefined) scenarioOf(raw.scenario)
  if (key.includes('')) throw wrong('--key is empty: is a variable not set?')
  const day = date === undefined ? undefined : dayOf(date)
  if (host !== undefined && host !== 'localhost' && isIP(host) === 0) {
    throw wrong(`--host is an address of this machine, such as 127.0.0.1 or 0.0.0.0, not “${host}”.`)
  }
  return {
    personas: persona.join(','),
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(seed !== undefined && { seed }),
    ...(canned !== undefined && { pictures: 'canned' as const }),
    ...(cannedBytes !== undefined && { cannedBytes }),
    ...(raw.drift !== undefined && { drift: mixOf(raw.drift) }),
    ...(key.length > 0 && { keys: key }),
    ...(scenario !== undefined && { scenario }),
    ...(day !== undefined && { date: day }),
  }
}

function whole(
  text: string | undefined,
  { name, most }: { readonly name: string; readonly most: number },
): number | undefined {
  if (text === undefined) return undefined
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (number <= most) return number
  throw wrong(`${name} is a whole number from 0 to ${most}, not “${text}”.`)
}

function mixOf(text: string): MixName {
  if (isMixName(text)) return text
  throw wrong(`--drift is one of ${Object.keys(MIXES).join(', ')}, not “${text}”.`)
}

function dayOf(text: string): IsoDate {
  if (isDay(text)) return text
  throw wrong(`--date is a day such as 2026-09-01, not “${text}”.`)
}

function wrong(message: string): Error {
  return usageError(message, 'emulator')
}
