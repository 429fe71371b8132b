import { adjust } from './clause.ts'
import type { Clause, Ref } from './clause.ts'
import { after, before, focal, manner } from './grades.ts'
import type { Amount } from './grades.ts'
import { article } from './lexicon.ts'
import { filterName } from './looks.ts'
import { phrase } from './phrase.ts'
import { background, inRegion, photo, region } from './regions.ts'
import { either, maybe, quiet } from './rule.ts'
import type { Rule } from './rule.ts'

const blurNoun: Rule<Amount> =
  phrase`[${article}] ${maybe(manner)} [bit of] [gaussian|lens|smooth] blur [effect|filter]`(
    (amount) => amount ?? 'some',
  )
const bokehNoun: Rule<Amount> =
  phrase`[${article}] ${maybe(manner)} [background|natural] (bokeh | background blur | portrait mode | depth of field) [effect|look|style]`(
    (amount) => amount ?? 'some',
  )
const vague = quiet(
  phrase`blurred|blurry|defocused|unfocused|unsharp|bokeh | soft focus | out of focus`(() => true),
)

/** Blur as a thing one adds: "add a soft blur to the background", "bokeh", "portrait mode". */
export const focusClause: Rule<Clause> = either(
  phrase`add|apply|use|put|give|create ${blurNoun} ${inRegion} ${maybe(after)}`((amount, ref, late) =>
    blurred(ref, late ?? amount),
  ),
  phrase`give ${region} ${blurNoun}`((ref, amount) => blurred(ref, amount)),
  phrase`add|apply|use ${blurNoun}`((amount) => blurred('unsaid', amount)),
  phrase`[add|apply|use|create|give|make | turn on | make it look like] [${quiet(photo)} | it] ${bokehNoun} [(to|in|on|for) (${quiet(background)} | ${quiet(photo)} | it)]`(
    (amount) => blurred('background', amount),
  ),
  phrase`[add|use|create|give|with|apply|make] [it] [a|an] [shallow|narrow] depth of field [effect|look]`(
    () => blurred('background'),
  ),
  phrase`[add|use|give|make|set] [${quiet(photo)} | it] [a|an|the] ${maybe(either(manner, before))} ${vague} background|backdrop`(
    (amount) => blurred('background', amount),
  ),
  phrase`(change|turn|convert|replace|swap|set) ${background} (to|into|with|for) [a|an] ${maybe(either(manner, before))} ${vague} [one|version|background] [of itself]`(
    (ref, amount) => blurred(ref, amount),
  ),
)

function blurred(ref: Ref, amount?: Amount): Clause | undefined {
  const change = focal('blur', amount)
  return change === undefined ? undefined : adjust(ref, change)
}

const turn = quiet(phrase`make|turn|convert|change|render|transform|set|switch|recolour|colour`(() => true))
const version = quiet(
  phrase`photo|version|one|look|style|effect|tone|tones|filter|toning|treatment`(() => true),
)

/** Black and white, sepia and colour splash as things one applies. */
export const filterClause: Rule<Clause> = either(
  phrase`${turn} ${region} [to|into|in | to be] [${article}] ${filterName} [${version}]`((ref, change) =>
    adjust(ref, change),
  ),
  phrase`${turn} [to|into] [${article}] ${filterName} [${version}]`((change) => adjust('unsaid', change)),
  phrase`apply|add|use|put [${article}] [nice|light|warm|classic] ${filterName} [${version}] ${inRegion}`(
    (change, ref) => adjust(ref, change),
  ),
  phrase`apply|add|use [${article}] [nice|light|warm|classic] ${filterName} [${version}]`((change) =>
    adjust('unsaid', change),
  ),
  phrase`give ${region} [${article}] [nice|light|warm|classic] ${filterName} [${version}]`((ref, change) =>
    adjust(ref, change),
  ),
  phrase`[in|into|to] [${article}] ${filterName} photo|version [of ${quiet(region)}]`((change) =>
    adjust('unsaid', change),
  ),
  phrase`[in|into|to] ${filterName}`((change) => adjust('gap', change)),
  phrase`${turn} ${quiet(background)} [to|into] [${article}] ${filterName} background|backdrop`((change) =>
    adjust('background', change),
  ),
  phrase`give ${quiet(region)} [${article}] ${filterName} background|backdrop`((change) =>
    adjust('background', change),
  ),
  phrase`[${article}] ${filterName} background|backdrop`((change) => adjust('background', change)),
  phrase`${region} [should|must] [be] [in] ${filterName}`((ref, change) => adjust(ref, change)),
  phrase`(remove|drain|strip|take|drop | take out | get rid of) [all|out] [of] [the] colour|colours|saturation [out|away] [of] ${maybe(inRegion)}`(
    (ref) => adjust(ref ?? 'unsaid', { op: 'greyscale' }),
  ),
  phrase`make ${region} colourless`((ref) => adjust(ref, { op: 'greyscale' })),
  phrase`[add|use|apply|create|make|give] [it | ${quiet(photo)}] [${article}] (colour splash|pop | selective colour|colouring) [effect|look|style|filter] [(to|on) ${quiet(photo)}]`(
    () => adjust('background', { op: 'greyscale' }),
  ),
)
