import { CONTENDERS } from './contenders.ts'
import type { Burst, Pressure } from './pressure.ts'
import { quantile } from './statistics.ts'
import { type Results, ratio } from './tables.ts'

interface Verdict {
  readonly what: string
  /** `null`: not measured in this run. */
  readonly value: number | null
  readonly unit: string
  readonly digits: number
  readonly limit: number
  readonly stretch?: number
}

/** Every figure that has a limit, beside it; what is missed is said, and by how much. */
export function verdictTable(results: Results, pressure: Pressure | null): string {
  const rows = [...ratios(results), ...(pressure === null ? [] : pressed(pressure))]
  const lines = ['| held against a limit | measured | limit | |', '| --- | --: | --: | --- |']
  for (const row of rows) lines.push(line(row))
  return lines.join('\n')
}

const LARGE = 4_000_000
const SMALL = 100_000

function ratios(results: Results): readonly Verdict[] {
  return [...againstOthers(results), againstGemini(results)]
}

/** What a request of the same length costs by either door; as a form it holds a photo that is a third larger. */
function againstGemini(results: Results): Verdict {
  return {
    what: 'a form of 4 MB to the OpenAI door: CPU × 16, of 4 MB of JSON to the Gemini door',
    value: ratio(results, 'ours-images', 'ours', LARGE, 16),
    unit: '×',
    digits: 2,
    limit: 1.3,
  }
}

function againstOthers(results: Results): readonly Verdict[] {
  return ['ours', 'ours-pixels'].flatMap((id) => {
    const title = CONTENDERS.find((contender) => contender.id === id)?.title ?? id
    const of = (base: string, bytes: number) => ratio(results, id, base, bytes, 16)
    const share = { unit: '×', digits: 2 }
    return [
      {
        ...share,
        what: `${title}: CPU at 4 MB × 16, of nginx with request buffering on`,
        value: of('nginx', LARGE),
        limit: 1.5,
        stretch: 1,
      },
      {
        ...share,
        what: `${title}: CPU at 4 MB × 16, of Portkey`,
        value: of('portkey', LARGE),
        limit: 1 / 5,
        stretch: 1 / 7,
      },
      {
        ...share,
        what: `${title}: CPU at 0.1 MB × 16, of node:http pass-through`,
        value: of('node', SMALL),
        limit: 2,
      },
    ]
  })
}

function pressed({ bursts, refusals }: Pressure): readonly Verdict[] {
  const mine = bursts.filter(({ contender }) => contender.startsWith('ours'))
  const late = { unit: ' ms', digits: 1, limit: 10 }
  return [
    ...mine.flatMap(burstVerdicts),
    {
      ...late,
      what: 'refusal beyond the budget, p99, quiet',
      value: refusals && quantile(refusals.quiet.ms, 0.99),
    },
    {
      ...late,
      what: 'refusal beyond the budget, p99, 64 clients refused at once',
      value: refusals && quantile(refusals.storm.ms, 0.99),
    },
    {
      what: 'processes that died beyond the budget',
      value: refusals && Number(refusals.ended !== null),
      unit: '',
      digits: 0,
      limit: 0,
    },
  ]
}

function burstVerdicts({ title, failures, peakBytes, allowedBytes, loop }: Burst): readonly Verdict[] {
  const refused = Object.values(failures).reduce((sum, count) => sum + count, 0)
  const what = `${title}, 64 × 10 MB at once`
  return [
    { what: `${what}: refused or failed`, value: refused, unit: '', digits: 0, limit: 0 },
    { what: `${what}: peak RSS`, value: peakBytes / 1e6, unit: ' MB', digits: 0, limit: allowedBytes / 1e6 },
    { what: `${what}: event loop p99`, value: loop?.p99Ms ?? null, unit: ' ms', digits: 0, limit: 50 },
  ]
}

function line({ what, value, unit, digits, limit, stretch }: Verdict): string {
  const say = (number: number) => `${number.toFixed(digits)}${unit}`
  const most = `≤ ${say(limit)}${stretch === undefined ? '' : ` (stretch ${say(stretch)})`}`
  if (value === null) return `| ${what} | – | ${most} | not measured |`
  const met = value <= (stretch ?? limit) && stretch !== undefined ? 'met, the stretch too' : 'met'
  const verdict = value <= limit ? met : `**missed by ${say(value - limit)}**`
  return `| ${what} | ${say(value)} | ${most} | ${verdict} |`
}
