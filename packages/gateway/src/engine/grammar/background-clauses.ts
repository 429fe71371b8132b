import { background, backgroundOfIt } from './clause.ts'
import type { Clause } from './clause.ts'
import { filling, namedBackground, settings } from './fillings.ts'
import { it, photo, region, subject, background as ground } from './regions.ts'
import { phrase } from './phrase.ts'
import { either, quiet } from './rule.ts'
import type { Rule } from './rule.ts'

const back = quiet(ground)
const who = quiet(subject)
const whole = quiet(photo)
const any = quiet(region)
const that = quiet(it)

/** What may be put behind somebody: with or without the word background. */
const scenery = either(filling, namedBackground)

const colourOf = quiet(
  phrase`[the] colour of ${back} | ${back} [colour] [of|in (${whole} | ${that})]`(() => true),
)
const swap = quiet(
  phrase`change|replace|swap|switch|turn|convert|transform|update|set|modify|alter|edit|make|substitute [out]`(
    () => true,
  ),
)
const into = quiet(
  phrase`to|with|for|by|into|as|in|using | to be | to look like | so [that] it (is|shows|becomes | looks like) | out for | over to`(
    () => true,
  ),
)
const toBe = quiet(
  phrase`should|must|needs|has|ought|is|will [to] [be|become|show] | to be | be | become`(() => true),
)
const replaced: Rule<Clause> = either(
  phrase`${swap} ${colourOf} [from ${quiet(filling)}] ${into} ${scenery}`(background),
  phrase`make|set|turn|paint|colour ${colourOf} [look like | appear|into|completely|entirely|all] ${scenery}`(
    background,
  ),
  phrase`fill|paint|colour|cover|flood ${colourOf} [in|with|using] ${scenery}`(background),
  phrase`${colourOf} ${toBe} ${scenery}`(background),
  phrase`can|could ${colourOf} be ${scenery}`(background),
  phrase`${colourOf} [,] [to] ${scenery}`(background),
  phrase`${back} [${toBe}] removed|deleted|erased|gone`(clear),
  phrase`(replace|swap|switch|substitute) [${that}] [out] (with|for|by) ${scenery}`(backgroundOfIt),
  phrase`(change|turn|make|set|convert) ${that} [to|into] ${scenery}`(backgroundOfIt),
  phrase`(use|put|add|insert|place) ${scenery} (instead [of ${that}] | there [instead] | in its place)`(
    backgroundOfIt,
  ),
)

const behind = quiet(
  phrase`behind ${who} | behind ${that} | (as|for|in|to|into|on) [the|a|my|new|its|her|his] [new] background|backdrop [(for|of|to|behind|in) ${any}] | as ${back}`(
    () => true,
  ),
)
const bring = quiet(
  phrase`put|place|use|set|add|insert|show|have|create|generate|apply|paint|give|make|draw`(() => true),
)

const added: Rule<Clause> = either(
  phrase`${bring} ${scenery} ${behind}`(background),
  phrase`${bring} ${namedBackground} [(to|for|behind|in|on) ${any}]`(background),
  phrase`give|lend ${any} ${namedBackground}`(background),
  phrase`${scenery} ${behind}`(background),
  phrase`[on|against|before|with|over|upon | in front of] ${namedBackground} [(for|behind) ${any}]`(
    background,
  ),
  phrase`${swap} (to|for|into) ${namedBackground}`(background),
)

const before = quiet(
  phrase`on|onto|in|into|at|against|before|over|upon|inside|by | (in front of) | (on top of) | (on to) | (in to) | (to be) on|in|at | under|beneath`(
    () => true,
  ),
)
const stand = quiet(
  phrase`standing|posing|placed|set|shown|being | to stand|be|appear | appear|stand`(() => true),
)
const setDown = quiet(
  phrase`put|place|set|move|position|show|have|transport|teleport|drop|insert|get|bring|present|display|stand|shoot`(
    () => true,
  ),
)

/** "Put her in red" would be a dress: a bare colour is a ground only to stand on or before. */
const setting = either(settings, namedBackground)
const ontoColour = quiet(phrase`on|onto|against|over|before | in front of`(() => true))
const whom = quiet(either(subject, it))

const placed: Rule<Clause> = either(
  phrase`${setDown} ${whom} [${stand}] ${before} ${setting}`(background),
  phrase`${setDown} ${whom} [${stand}] ${ontoColour} ${filling}`(background),
  phrase`move|take|bring|transport|teleport ${whom} to ${setting}`(background),
  phrase`[make it look|seem|appear (like | as if|though)] ${who} [is|are|was|were | to be | should be] [${stand}] ${before} ${setting}`(
    background,
  ),
  phrase`make ${who} [${stand}] ${before} ${setting}`(background),
)

const cut = quiet(phrase`cut|clip|mask|knock`(() => true))
const dispose = quiet(
  phrase`remove|delete|erase|eliminate|strip|drop|clear|hide|discard | get rid of | take out|away|off | cut out|off|away | clip|mask|knock|crop|rub|wipe out | clean away | do away with`(
    () => true,
  ),
)
const alone = quiet(
  phrase`(from|in|of|on | out of) (${back} | ${whole}) | away | completely|entirely|fully|cleanly | from ${who} | behind|around ${who}`(
    () => true,
  ),
)

const cutOut: Rule<Clause> = either(
  phrase`${dispose} ${back} [${alone}] [${alone}]`(clear),
  phrase`take|cut|strip|crop|knock|clip|mask ${back} out|away|off`(clear),
  phrase`make|turn|render|set|have ${back} (transparent | to|into transparent | see through | disappear|invisible|vanish)`(
    clear,
  ),
  phrase`${cut} out ${who} [${isolatedFrom()}]`(clear),
  phrase`${cut} ${who} out [(of|from) [the] background]`(clear),
  phrase`isolate|extract|separate ${who} [${isolatedFrom()}]`(clear),
  phrase`isolate|extract|separate ${who} (on|onto|against) ${scenery}`(background),
  phrase`(keep|leave) [only] ${who} (and|,|but) ${dispose} (everything else | the rest [of ${whole}])`(clear),
  phrase`(keep|leave|show|want) (only|just | nothing but) ${who} [in|on|of|from] [${whole}]`(clear),
  phrase`(only|just) (keep|leave|show) ${who}`(clear),
  phrase`(no | without [a|the|any|its|his|her]) background [(behind|around|in|for) ${any}]`(clear),
  phrase`${any} without [a|the|any|its|his|her] background`(clear),
  phrase`i|we do not want|need [a|any] background`(clear),
  phrase`[make|turn|convert|save|export|give] [me] [${any}] [into|to|as|in] [a] transparent png`(clear),
  phrase`make ${whole} transparent (behind|around) ${who}`(clear),
)

function isolatedFrom() {
  return quiet(
    phrase`(from | out of | off) ([the|its|his|her] background | everything else | the rest [of ${whole}])`(
      () => true,
    ),
  )
}

function clear(): Clause {
  return background({ kind: 'transparent' })
}

/** Everything that gives the subject another background, or none. */
export const backgroundClause: Rule<Clause> = either(replaced, added, placed, cutOut)
