import { parseArgs } from 'node:util'
import { CONTENDERS } from './contenders.ts'

export interface GatewayBenchOptions {
  /** How long a request is, whole, in bytes. */
  readonly sizes: readonly number[]
  readonly concurrency: readonly number[]
  readonly contenders: readonly string[]
  readonly repetitions: number
  /** A cell begins requests for so long, then waits for those under way. */
  readonly seconds: number
  /** In place of `seconds`: so many requests a cell. */
  readonly requests: number | null
  /** Once a process: as long as a compiler needs to see what is hot. */
  readonly warmUpSeconds: number
  /** Whether memory, stalls and refusals under pressure are looked at too. */
  readonly pressure: boolean
}

const MEGABYTE = 1_000_000

/** Reads `--sizes 0.1,4 --concurrency 16 --contenders nginx,node --repetitions 3 --seconds 1.5 …`. Throws what to mend. */
export function readOptions(args: readonly string[]): GatewayBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: 'string', default: '0.1,1,4,10' },
      concurrency: { type: 'string', default: '1,16,64' },
      contenders: { type: 'string', default: CONTENDERS.map(({ id }) => id).join() },
      repetitions: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '1' },
      requests: { type: 'string' },
      'warm-up': { type: 'string', default: '2' },
      pressure: { type: 'boolean', default: true },
    },
    allowNegative: true,
  })
  const contenders = values.contenders.split(',')
  const unknown = contenders.find((id) => !CONTENDERS.some((contender) => contender.id === id))
  if (unknown !== undefined) {
    const ids = CONTENDERS.map(({ id }) => id).join(', ')
    throw new Error(`--contenders: there is no “${unknown}”; there are ${ids}.`)
  }
  return {
    sizes: numbers('sizes', values.sizes).map((megabytes) => Math.round(megabytes * MEGABYTE)),
    concurrency: numbers('concurrency', values.concurrency).map(Math.ceil),
    contenders,
    repetitions: Math.ceil(number('repetitions', values.repetitions)),
    seconds: number('seconds', values.seconds),
    requests: values.requests === undefined ? null : Math.ceil(number('requests', values.requests)),
    warmUpSeconds: number('warm-up', values['warm-up']),
    pressure: values.pressure,
  }
}

function numbers(name: string, list: string): readonly number[] {
  return list.split(',').map((text) => number(name, text))
}

function number(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0) || !Number.isFinite(value)) throw new Error(`--${name}: “${text}” is no number above 0.`)
  return value
}
