import { EXIT, type ExitCode } from '../contract/error.ts'
import { endsOf, isDeprecated, type Standing, standingOf } from '../models/lifecycle.ts'
import { type Model, SURFACE_NAMES, SURFACES } from '../models/model.ts'
import { formatUsd } from '../models/price.ts'
import { allModels, RECOMMENDED_MODEL, REGISTRY_DATE } from '../models/registry.ts'
import { realSystem } from '../system.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { wrapped } from './wrapped.ts'

interface Row {
  readonly model: Model
  readonly standing: Standing
  /** Number of the note below the table; `null`: there is none. */
  readonly note: number | null
}

const NOTE_INDENT = '    '

/** `plantain models`: what an edit can go to, at this moment. */
export function modelsCommand(
  { all, json }: { readonly all: boolean; readonly json: boolean },
  { stdout }: Terminal,
): ExitCode {
  const nowMs = realSystem.clock.now()
  const shown = allModels()
    .map((model) => ({ model, standing: standingOf(model, { nowMs }) }))
    .filter(({ model, standing }) => all || !isPast(model, standing))
  if (json) {
    stdout.write(`${JSON.stringify(shown.map(({ model, standing }) => ({ ...model, standing })))}\n`)
    return EXIT.edited
  }

  let noted = 0
  const rows = shown.map((row): Row => ({
    ...row,
    note: row.model.disputes.length > 0 ? (noted += 1) : null,
  }))
  const width = Math.min(stdout.width, 100)
  const [heading = '', ...lines] = table(rows, columns(nowMs), width)
  stdout.write(`${stdout.paint('bold', heading)}\n${lines.join('\n')}\n\n`)
  const footnotes = rows.flatMap(({ model, note }) => {
    const [first, ...others] = model.disputes.map(({ text }) => text)
    if (first === undefined) return []
    return [`[${note}] ${model.id}: ${first}`, ...others].map((text, i) =>
      wrapped(text, width, { first: i === 0 ? '' : NOTE_INDENT, rest: NOTE_INDENT }),
    )
  })
  const legend =
    '* recommended by Google, and used where no --model is given. $/1K is the list price of one 1K image; input and ' +
    `thinking come on top. A date with ? is the word of third parties only. As of ${REGISTRY_DATE}.`
  const closing = [
    wrapped(legend, width),
    ...(footnotes.length > 0 ? ['Sources disagree here:', ...footnotes] : []),
    ...(all
      ? []
      : ['"plantain models --all" adds those that are over: their names still work and go to a successor.']),
  ]
  stdout.write(`${stdout.paint('dim', closing.join('\n'))}\n`)
  return EXIT.edited
}

/** Imagen counts as past at any date: nothing is sent to it. */
function isPast({ family }: Model, { kind }: Standing): boolean {
  return family === 'imagen' || kind === 'ended'
}

function columns(nowMs: number): readonly Column<Row>[] {
  return [
    {
      title: 'MODEL',
      cell: ({ model, note }) => [marked(model.id), ...(note === null ? [] : [`[${note}]`])].join(' '),
    },
    {
      title: 'NAME',
      cell: ({ model }) => (model.family === 'local' ? 'offline engine' : (model.marketName ?? '')),
      dispensable: 3,
    },
    { title: 'AT', cell: ({ model }) => placeOf(model), dispensable: 1 },
    { title: 'STATUS', cell: ({ model, standing }) => statusOf(model, standing, nowMs) },
    { title: 'SIZES', cell: ({ model }) => sizesOf(model), dispensable: 2 },
    {
      title: 'RATIOS',
      align: 'right',
      cell: ({ model }) => `${model.aspectRatios?.length ?? ''}`,
      dispensable: 5,
    },
    { title: '$/1K', align: 'right', cell: ({ model }) => priceOf(model) },
  ]
}

function marked(id: string): string {
  return id === RECOMMENDED_MODEL ? `${id}*` : id
}

function placeOf({ family, surfaces }: Model): string {
  if (family === 'local') return 'here'
  const places = SURFACES.filter((surface) => surfaces[surface] !== null)
  return places.length === SURFACES.length
    ? 'both'
    : places.map((surface) => SURFACE_NAMES[surface]).join(', ')
}

function statusOf(model: Model, standing: Standing, nowMs: number): string {
  switch (standing.kind) {
    case 'ended':
      return `ended ${standing.end.on}`
    case 'ending':
      return `ends ${standing.end.on}`
    case 'doubtful':
      return `ended ${standing.end.on}?`
    case 'living': {
      const [next] = endsOf(model)
      if (next) return `until ${next.on}`
      return isDeprecated(model, { nowMs }) ? 'deprecated' : 'living'
    }
  }
}

function sizesOf({ family, imageSizes, defaultImageSize }: Model): string {
  if (family === 'local') return 'any'
  if (imageSizes === null || imageSizes.length === 0) return defaultImageSize ?? ''
  const [smallest = ''] = imageSizes
  const largest = imageSizes.at(-1) ?? smallest
  return smallest === largest ? smallest : `${smallest}–${largest}`
}

function priceOf({ family, prices }: Model): string {
  if (family === 'local') return 'free'
  const perImage = prices?.perImage['1K']
  return perImage === undefined ? '?' : formatUsd(perImage * 1e6).slice(1)
}
