import type { Ref } from './clause.ts'
import {
  determiner,
  photoAdjective,
  photoNoun,
  subjectAdjective,
  subjectNoun,
  subjectPronoun,
  the,
} from './lexicon.ts'
import { phrase } from './phrase.ts'
import { either, lazy, memo, quiet } from './rule.ts'
import type { Rule } from './rule.ts'

const somePhoto = quiet(phrase`[${determiner}] [${photoAdjective}] ${photoNoun}`(() => 'all'))

const oneSubject: Rule<Ref> = either(
  phrase`[only] ${subjectPronoun}`(() => 'subject'),
  phrase`[only] [all] [of] [${the}] [${subjectAdjective}] [${subjectAdjective}] ${subjectNoun} [itself|himself|herself|themselves]`(
    () => 'subject',
  ),
)

/** The person, the cat, him, both people in the photo. */
export const subject: Rule<Ref> = memo(
  phrase`${quiet(oneSubject)} [and ${quiet(oneSubject)}] [(in|of|from) ${somePhoto} | in the (foreground|front|middle|centre) | in front]`(
    () => 'subject',
  ),
)
const ofSubject = quiet(subject)

const behind = quiet(
  either(
    phrase`behind|around|except|but|besides ${ofSubject}`(() => true),
    phrase`(except for | apart from | other than | in back of | outside of | that is not | not) ${ofSubject}`(
      () => true,
    ),
  ),
)

/** The background, the photo's backdrop, everything behind her, everything except the cat. */
export const background: Rule<Ref> = memo(
  either(
    phrase`[only] [${the}] [whole|entire|current|existing|original|old|photo|present] background|backdrop|surroundings [area|layer] [(behind|around|of|for) ${ofSubject}] [(of|in|from|for|on) ${somePhoto}]`(
      () => 'background',
    ),
    phrase`${ofSubject} 's background|backdrop`(() => 'background'),
    phrase`${somePhoto} 's background|backdrop`(() => 'background'),
    phrase`[only] (everything|all|anything|what | the area|part|parts|scene|space) [is | that is] ${behind}`(
      () => 'background',
    ),
    phrase`[${the}] [whole|entire] ${photoNoun} ${behind}`(() => 'background'),
  ),
)

/** The photo, this picture of my cat, everything. */
export const photo: Rule<Ref> = memo(
  either(
    phrase`[all] [of] [${the}] [${photoAdjective}] ${photoNoun} [itself] [of ${ofSubject}] [above|below|attached]`(
      () => 'all',
    ),
    phrase`everything|all | all of it | it all | [${the}] whole|entire thing`(() => 'all'),
  ),
)

const marked = quiet(phrase`marked|masked|selected|highlighted|painted|circled|chosen`(() => true))
const area = quiet(
  phrase`area|areas|part|parts|region|regions|section|sections|spot|spots|place|zone|pixels|portion`(
    () => true,
  ),
)

/** What the caller has drawn a mask over: this area, the marked part, here, what I painted. */
export const mask: Rule<Ref> = memo(
  either(
    phrase`[only] [${the}] ${marked} (${area} | object|objects|thing|things|item|items|one)`(() => 'mask'),
    phrase`[only] [${the}] ${area}`(() => 'mask'),
    phrase`[only] [${the}] ${area} [that|which] (i|we) [have] ${marked}`(() => 'mask'),
    phrase`[only] [${the}] (object|objects|thing|things|item|items) [that|which] (i|we) [have] ${marked}`(
      () => 'mask',
    ),
    phrase`(what|everything|whatever) [that] (i|we) [have] ${marked}`(() => 'mask'),
    phrase`[in] here`(() => 'mask'),
    phrase`[only] [[${the}] ${area}] [inside|within|under|in] [the|my] mask|selection`(() => 'mask'),
    phrase`[only] where i [have] ${marked}`(() => 'mask'),
  ),
)

const rest: Rule<Ref> = either(
  phrase`everything|all else`(() => 'rest'),
  phrase`[all] the (rest|remainder) [of ${somePhoto}]`(() => 'rest'),
)

export const it: Rule<Ref> = phrase`it|this|that|these`(() => 'it')

/** Anything a change can be asked for. */
export const region: Rule<Ref> = memo(either(mask, subject, background, photo, rest, it))

/** `… of the background`, `… in the photo`. */
export const inRegion: Rule<Ref> = memo(
  phrase`(in|of|on|to|for|from|within|inside|over|across|throughout) ${lazy(() => region)}`((ref) => ref),
)
