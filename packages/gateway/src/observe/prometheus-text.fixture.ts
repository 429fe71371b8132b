/** One series and its value. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/
const LINE = new RegExp(`^(${NAME.source})(?:\\{(.*)\\})? (\\S+)$`)
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|[+-]Inf|NaN)$/
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  counter: [''],
  gauge: [''],
}

/**
 * Reads Prometheus's text format 0.0.4, stricter than Prometheus does: every family has HELP and TYPE before its
 * samples and stands in one place, no series comes twice, counters end in `_total`, buckets add up. Throws at the
 * first line that is wrong.
 */
export function readPrometheusText(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, { type: string; help: string; samples: Sample[] }>()
  const series = new Set<string>()
  let help: readonly [string, string] | null = null
  let family = ''
  if (!text.endsWith('\n')) throw new Error('The last line does not end.')
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (keyword === 'HELP') help = [name, rest]
    else if (keyword === 'TYPE') {
      if (help?.[0] !== name) throw new Error(`No HELP before ${line}`)
      if (families.has(name)) throw new Error(`A second time: ${line}`)
      if (!(rest in SUFFIXES)) throw new Error(`No such type: ${line}`)
      if (rest === 'counter' && !name.endsWith('_total')) throw new Error(`Not named as a counter: ${name}`)
      family = name
      families.set(name, { type: rest, help: help[1], samples: [] })
    } else if (line.startsWith('#')) throw new Error(`A comment: ${line}`)
    else {
      const sample = readSample(line)
      const held = families.get(family)
      if (!held || !SUFFIXES[held.type]?.some((suffix) => sample.name === family + suffix)) {
        throw new Error(`Not below its TYPE: ${line}`)
      }
      const key = line.slice(0, line.lastIndexOf(' '))
      if (series.has(key)) throw new Error(`A second time: ${line}`)
      series.add(key)
      held.samples.push(sample)
    }
  }
  for (const { type, samples } of families.values()) if (type === 'histogram') checkBuckets(samples)
  return families
}

function readSample(line: string): Sample {
  const [, name, labelText = '', value] = LINE.exec(line) ?? []
  if (name === undefined || value === undefined || !VALUE.test(value)) throw new Error(`No sample: ${line}`)
  const labels: Record<string, string> = {}
  let rest = labelText
  while (rest !== '') {
    const [all, label, escaped] = LABEL.exec(rest) ?? []
    if (all === undefined || label === undefined || escaped === undefined)
      throw new Error(`No label: ${line}`)
    if (label in labels) throw new Error(`A label twice: ${line}`)
    labels[label] = escaped.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))
    rest = rest.slice(all.length)
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) }
}

function checkBuckets(samples: readonly Sample[]): void {
  const withoutLe = ({ labels }: Sample) => JSON.stringify({ ...labels, le: '' })
  for (const [labels, group] of Map.groupBy(samples, withoutLe)) {
    let [bound, count] = [-Infinity, 0]
    for (const { labels: le, value } of group.filter(({ name }) => name.endsWith('_bucket'))) {
      const next = Number(le['le']?.replace('Inf', 'Infinity'))
      if (!(next > bound) || value < count) throw new Error(`Buckets do not add up: ${labels}`)
      bound = next
      count = value
    }
    if (bound !== Infinity || group.find(({ name }) => name.endsWith('_count'))?.value !== count) {
      throw new Error(`Buckets do not reach the count: ${labels}`)
    }
  }
}

/** The value of the one sample of that name with those labels; 0 where there is none. */
export function valueIn(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return (
    [...families.values()]
      .flatMap(({ samples }) => samples)
      .find(
        (sample) =>
          sample.name === name &&
          Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      )?.value ?? 0
  )
}
