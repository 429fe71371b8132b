import { ERRORS } from '../contract/error.ts'
import type { Checks, MissingResult, Notice, Usage } from '../contract/result.ts'
import type { Steps } from '../route/route.ts'
import type { Judgement } from './judge.ts'
import type { Ending } from './settle.ts'
import type { Spec } from './spec.ts'

/** Results of one edit that are made at once: their answers, of several megabytes each, are in memory together. */
const MOST_AT_ONCE = 4

/** Google reads seeds as signed 32-bit numbers. */
const SEEDS = 2 ** 31

/**
 * Makes several results of one edit, each over the whole route, and counts them as one. The pictures of the request are
 * the same for all of them, in memory too.
 */
export async function fanOut(
  spec: Spec,
  count: number,
  make: (variant: Spec) => Promise<Ending>,
): Promise<Ending> {
  const endings: Ending[] = []
  const left = Array.from({ length: count }, (_, variant) => variant).values()
  let isOver = false
  const work = async () => {
    for (const variant of left) {
      if (isOver) return
      endings[variant] = await make(variantOf(spec, variant)).catch((thrown: unknown) => {
        isOver = true
        throw thrown
      })
    }
  }
  const works = Array.from({ length: Math.min(MOST_AT_ONCE, count) }, work)
  // Fails only once all are through: the memory of the request goes with its answer.
  await Promise.allSettled(works)
  await Promise.all(works)
  return asOne(endings, spec)
}

/** With a seed of its own where there is one: the same seed would make the same picture. */
function variantOf(spec: Spec, variant: number): Spec {
  const { seed } = spec.request
  if (seed === undefined) return { ...spec, variant }
  return { ...spec, variant, request: { ...spec.request, seed: (seed + variant) % SEEDS } }
}

/** One outcome of several: that of the first that arrived, else of the first. */
function asOne(endings: readonly Ending[], { request }: Spec): Ending {
  const acceptsAny = request.accept === 'any'
  const arrived = endings.filter(
    ({ judgement: { outcome, images } }) => outcome === 'edited' || (acceptsAny && images.length > 0),
  )
  const lead = arrived.find(({ judgement }) => judgement.outcome === 'edited') ?? arrived[0] ?? endings[0]
  if (lead === undefined) throw new RangeError('Of no result at all nothing can be said.')
  // Where none is an edit, those that failed a check can still be had.
  const told = arrived.length > 0 ? arrived : endings
  const usages = endings.flatMap(({ usage }) => (usage === null ? [] : [usage]))
  return {
    target: lead.target,
    degraded: told.some(({ degraded }) => degraded === true),
    judgement: {
      ...lead.judgement,
      images: told.flatMap(({ judgement }) => judgement.images),
      text: [...new Set(told.map(({ judgement }) => judgement.text))]
        .filter((text) => text !== '')
        .join('\n'),
      checks: checksOf(told.map(({ judgement }) => judgement.checks)),
      notices: [],
    },
    usage: usages.length === 0 ? null : usages.reduce(sum),
    notices: distinct(endings.flatMap(({ notices, judgement }) => [...notices, ...judgement.notices])),
    missing: endings.flatMap((ending, index) => (arrived.includes(ending) ? [] : [missingOf(ending, index)])),
  }
}

function missingOf({ judgement: { fault } }: Ending, index: number): MissingResult {
  return {
    index,
    code: fault?.code ?? 'internal',
    message: fault?.message ?? ERRORS.internal.text,
  }
}

/** What is true of several is true of all, and the drift is that of the one that drifted most. */
function checksOf(all: readonly Checks[]): Checks {
  const both = (name: Exclude<keyof Checks, 'drift'>): boolean | null => {
    const said = all.map((checks) => checks[name])
    return said.includes(false) ? false : said.includes(null) ? null : true
  }
  const drifts = all.flatMap(({ drift }) => (drift === null ? [] : [drift]))
  return {
    changed: both('changed'),
    ratio: both('ratio'),
    size: both('size'),
    preserved: both('preserved'),
    label: both('label'),
    drift: drifts.length === 0 ? null : Math.max(...drifts),
  }
}

function sum(a: Usage, b: Usage): Usage {
  return {
    inputTextTokens: a.inputTextTokens + b.inputTextTokens,
    inputImageTokens: a.inputImageTokens + b.inputImageTokens,
    outputTextTokens: a.outputTextTokens + b.outputTextTokens,
    outputImageTokens: a.outputImageTokens + b.outputImageTokens,
    thoughtTokens: a.thoughtTokens + b.thoughtTokens,
    totalTokens: a.totalTokens + b.totalTokens,
  }
}

function distinct(notices: readonly Notice[]): readonly Notice[] {
  return [...new Map(notices.map((notice) => [`${notice.code} ${notice.text}`, notice])).values()]
}

type Fit = Steps<Judgement>['fit']
type Fitted = ReturnType<Fit>

/**
 * Fits once a target, however many results are made there: they share the pictures, and differ in their seeds and in
 * whether words may come back.
 */
export function fitOnce(fit: (spec: Spec) => Fit): (spec: Spec) => Fit {
  const known = new Map<string, Fitted>()
  return (spec) =>
    async (target, { imagesOnly }) => {
      const { seed } = spec.request
      const place = `${target.provider.target} ${target.model}`
      const fitting = known.get(place) ?? fit(spec)(target, { imagesOnly: false })
      known.set(place, fitting)
      const fitted = await fitting
      if (fitted.kind === 'fault') return fitted
      const own = { ...(seed !== undefined && { seed }), ...(imagesOnly && { imagesOnly }) }
      return { ...fitted, request: { ...fitted.request, ...own } }
    }
}
