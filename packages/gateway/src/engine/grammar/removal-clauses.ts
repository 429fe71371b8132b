import type { Clause } from './clause.ts'
import { article, the } from './lexicon.ts'
import { background, it, mask, photo } from './regions.ts'
import { phrase } from './phrase.ts'
import { either, quiet } from './rule.ts'
import type { Rule } from './rule.ts'

const dispose = quiet(
  phrase`remove|erase|delete|eliminate | get rid of | take out|away | clean up | wipe out|away | rub|edit|paint out`(
    () => true,
  ),
)
const from = quiet(
  phrase`(from|in|on|of|within | out of) (${quiet(background)} | ${quiet(photo)} | ${quiet(mask)}) | completely|entirely`(
    () => true,
  ),
)

/** Qualities of a whole picture, and what is left of a face when taken away: no thing that could be filled in. */
const NO_OBJECTS = new Set(
  `background backdrop photo photos colour colours blur noise grain contrast brightness saturation warmth sharpness
   smile expression emotion face head filter light lighting subject everything all nothing crop border borders
   and or but then while with without not in on at from of by to for into behind except only it this that is are
   red-eye redeye tint mask version layer haze compression artifacts artefacts age accent person's 's
   make change replace blurred effect style quality resolution foreground else anything something rest them
   my your her his their our its the a an these those
   ein eine der die das den le la les un une el los las o os il`.split(/\s+/),
)

const plainWord: Rule<string> = (tokens, at) => {
  const token = tokens[at]
  return token?.kind === 'word' && !NO_OBJECTS.has(token.text) ? [{ value: token.text, end: at + 1 }] : []
}
const noun = quiet(plainWord)

/** "the lamp", "that red car": a determiner and at most three words, the mask says which one it is. */
const thing = quiet(
  either(
    phrase`${the} ${noun} [${noun}] [${noun}]`(() => true),
    phrase`${article} ${noun} [${noun}] [${noun}]`(() => true),
    phrase`[all] [of] ${the} ${noun}`(() => true),
    phrase`${noun}`(() => true),
  ),
)

/** "remove this", "erase the marked object", "delete the lamp": needs a mask, which `resolve` asks for. */
export const removalClause: Rule<Clause> = either(
  phrase`${dispose} (${quiet(it)} | them) [here] [${from}]`(remove),
  phrase`${dispose} ${quiet(mask)} [${from}]`(remove),
  phrase`${dispose} [${article}] [whole|entire] object|objects|thing|things|item|items|stuff|person|people|man|woman [here] [${from}]`(
    remove,
  ),
  phrase`${dispose} ${thing} [here] [${from}]`(remove),
  phrase`(remove|erase|delete|take|clean|wipe|edit) ${quiet(it)} (out|away|up)`(remove),
  phrase`(take|clean|wipe|edit|rub) (${quiet(mask)} | ${thing}) (out|away|up) [${from}]`(remove),
)

function remove(): Clause {
  return { kind: 'remove-object' }
}
