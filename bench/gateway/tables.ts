import type { Measured } from './cell.ts'
import type { Contender } from './contender.ts'
import type { GatewayBenchOptions } from './options.ts'
import { medianOf } from './statistics.ts'

/** Everything measured, asked by what it is about. */
export interface Results {
  readonly contenders: readonly Contender[]
  readonly options: GatewayBenchOptions
  /** The median over the repetitions; `null` where nothing was measured. */
  figure(contender: string, bytes: number, concurrency: number, of: Figure): number | null
  /** What went wrong, added up over the repetitions. */
  failures(contender: string, bytes: number, concurrency: number): Readonly<Record<string, number>>
}

export type Figure = (measured: Measured) => number | null

export const CPU_MS: Figure = ({ cpuMs }) => cpuMs
export const LOOP_P99_MS: Figure = ({ loop }) => loop?.p99Ms ?? null
export const PEAK_BYTES: Figure = ({ peakBytes }) => peakBytes

export function resultsOf(
  all: readonly Measured[],
  contenders: readonly Contender[],
  options: GatewayBenchOptions,
): Results {
  const cells = (contender: string, bytes: number, concurrency: number) =>
    all.filter(
      (cell) => cell.contender === contender && cell.bytes === bytes && cell.concurrency === concurrency,
    )
  return {
    contenders: contenders.filter(({ id }) => all.some((cell) => cell.contender === id)),
    options,
    figure: (contender, bytes, concurrency, of) => medianOf(cells(contender, bytes, concurrency).map(of)),
    failures(contender, bytes, concurrency) {
      const sums: Record<string, number> = {}
      for (const { failures } of cells(contender, bytes, concurrency))
        for (const [what, count] of Object.entries(failures)) sums[what] = (sums[what] ?? 0) + count
      return sums
    },
  }
}

const COLUMNS: readonly (readonly [title: string, of: Figure, digits: (value: number) => string])[] = [
  ['CPU ms a request', CPU_MS, (ms) => (ms < 100 ? ms.toFixed(1) : whole(ms))],
  ['requests/s', ({ perSecond }) => perSecond, precise],
  ['p50 ms', ({ p50Ms }) => p50Ms, precise],
  ['p99 ms', ({ p99Ms }) => p99Ms, precise],
  ['event loop p99 ms', LOOP_P99_MS, whole],
  ['peak RSS MB', PEAK_BYTES, (bytes) => whole(bytes / 1e6)],
]

/** One table a size; in every field one figure a concurrency. */
export function sizeTable(results: Results, bytes: number): string {
  const { concurrency } = results.options
  const lines = [
    `| ${megabytes(bytes)}, ${concurrency.join(' / ')} at once | ${COLUMNS.map(([title]) => title).join(' | ')} |`,
    `| --- |${' --: |'.repeat(COLUMNS.length)}`,
  ]
  for (const { id, title } of results.contenders) {
    const fields = COLUMNS.map(([, of, digits]) =>
      list(
        concurrency.map((at) => results.figure(id, bytes, at, of)),
        digits,
      ),
    )
    lines.push(`| ${title} | ${fields.join(' | ')} |`)
  }
  return lines.join('\n')
}

/** CPU time a request as a multiple of what one contender takes. */
export function ratioTable(results: Results, base: string): string | null {
  const { sizes, concurrency } = results.options
  const based = results.contenders.find(({ id }) => id === base)
  if (based === undefined) return null
  const lines = [
    `| CPU a request, × ${based.title}, ${concurrency.join(' / ')} at once | ${sizes.map(megabytes).join(' | ')} |`,
    `| --- |${' --: |'.repeat(sizes.length)}`,
  ]
  for (const { id, title } of results.contenders) {
    const fields = sizes.map((bytes) =>
      list(
        concurrency.map((at) => ratio(results, id, base, bytes, at)),
        (value) => value.toFixed(2),
      ),
    )
    if (id !== base && fields.some((field) => field !== NONE))
      lines.push(`| ${title} | ${fields.join(' | ')} |`)
  }
  return lines.join('\n')
}

export function ratio(
  results: Results,
  contender: string,
  base: string,
  bytes: number,
  at: number,
): number | null {
  const [mine, other] = [contender, base].map((id) => results.figure(id, bytes, at, CPU_MS))
  return mine === null || mine === undefined || !other ? null : mine / other
}

/** A line for everything that went wrong. */
export function failureLines(results: Results): readonly string[] {
  const { sizes, concurrency } = results.options
  return results.contenders.flatMap(({ id, title }) =>
    sizes.flatMap((bytes) =>
      concurrency.flatMap((at) =>
        Object.entries(results.failures(id, bytes, at)).map(
          ([what, count]) => `- ${title}, ${megabytes(bytes)}, ${at} at once: ${count} × ${what}`,
        ),
      ),
    ),
  )
}

const NONE = '–'

function list(values: readonly (number | null)[], digits: (value: number) => string): string {
  if (values.every((value) => value === null)) return NONE
  return values.map((value) => (value === null ? NONE : digits(value))).join(' / ')
}

export function megabytes(bytes: number): string {
  return `${Number((bytes / 1e6).toFixed(2))} MB`
}

export function precise(value: number): string {
  return value < 10 ? value.toFixed(1) : whole(value)
}

function whole(value: number): string {
  return value.toFixed(0)
}
