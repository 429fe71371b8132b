import type { SceneName } from '../operation.ts'
import type { Filling } from './clause.ts'
import { praise } from './lexicon.ts'
import { phrase } from './phrase.ts'
import { either, many, memo, oneOf, quiet } from './rule.ts'
import type { Rule } from './rule.ts'

const words = (text: string) => quiet(many(oneOf(new Set(text.trim().split(/\s+/))), 4))

/*
 * A scene is taken only if the words name all that makes it what it is: a beach AND the sunset, a forest AND the
 * mist. Half of it would be a guess (most beaches are wanted at noon); `nearScenes` names the wording that works.
 * Adjectives are those the drawn scene really has.
 */

const view = quiet(phrase`scene|view|landscape|setting|background|backdrop|scenery|environment`(() => true))

const shore = quiet(
  phrase`beach|seaside|seashore|shore|coast|shoreline|oceanfront|beachfront | (ocean|sea|sandy) beach|shore | by the sea`(
    () => true,
  ),
)
const sea = quiet(phrase`[${words('calm tropical open')}] ocean|sea|water|horizon|waves`(() => true))
const dusk = quiet(
  phrase`[${words('beautiful golden warm glowing orange stunning gorgeous summer tropical romantic lovely setting soft')}] (sunset|sundown|dusk | golden hour | evening light | sunset light|sky|glow|colours | setting sun)`(
    () => true,
  ),
)
const sunsetBeach: Rule<SceneName> = either(
  phrase`${words('tropical sandy golden warm summer empty deserted romantic sunny exotic')} sunset|dusk|sundown [time] ${shore}`(
    () => 'sunset-beach',
  ),
  phrase`${words('tropical sandy golden warm summer empty deserted romantic exotic')} golden hour ${shore}`(
    () => 'sunset-beach',
  ),
  phrase`${words('tropical sandy golden warm summer empty deserted romantic exotic')} ${shore} [${view}] (at|during|in|with|under|by|near|around) [a|the] ${dusk}`(
    () => 'sunset-beach',
  ),
  phrase`${words('tropical sandy golden warm summer')} ${shore} sunset`(() => 'sunset-beach'),
  phrase`${words('tropical sandy golden warm summer empty deserted romantic exotic')} ${shore} (while|as|when|where|with) the sun (sets | is setting | goes down | setting | going down)`(
    () => 'sunset-beach',
  ),
  phrase`${words('tropical golden warm summer beautiful romantic')} sunset [${view}] (at|on|over|by|above|from) [a|the] [${words('tropical sandy beautiful empty')}] (${shore} | ${sea})`(
    () => 'sunset-beach',
  ),
  phrase`${words('tropical sandy')} ocean|sea|seaside (sunset | at sunset|dusk|sundown)`(
    () => 'sunset-beach',
  ),
)

const studio: Rule<SceneName> =
  phrase`${words('clean minimal minimalist neutral plain seamless modern indoor portrait')} (photo|photography|photographer|photographic) ['s] studio | ${words('clean minimal minimalist neutral plain seamless modern')} studio [photo|photography] [paper] [wall]`(
    () => 'studio',
  )

const town = quiet(
  phrase`city|town|downtown|cityscape|skyline | city|urban|downtown skyline|scene|landscape|street`(
    () => true,
  ),
)
const atNight = quiet(phrase`(at|by|during|in) [the] night|nighttime | after dark`(() => true))
const nightCity: Rule<SceneName> = either(
  phrase`${words('big modern busy blurred blurry bokeh glowing bright urban large defocused')} ${town} [lights] [${view}] ${atNight} [with [glowing|bright|blurred|soft|beautiful] (bokeh [lights] | lights | city lights)]`(
    () => 'night-city',
  ),
  phrase`${words('big modern busy blurred blurry bokeh glowing urban defocused')} night|nocturnal ${town} [lights] [with [glowing|bright|blurred|soft] (bokeh [lights] | lights | city lights)]`(
    () => 'night-city',
  ),
  phrase`${words('blurred blurry bokeh glowing bright defocused urban')} city [night] lights [bokeh] [${atNight}]`(
    () => 'night-city',
  ),
)

const mist = quiet(
  phrase`[${words('light soft morning thick dense gentle some low early')}] mist|fog|haze`(() => true),
)
const woods = quiet(phrase`forest|woods|woodland|woodlands`(() => true))
const forestHaze: Rule<SceneName> = either(
  phrase`${words('deep dense green dark lush')} misty|foggy|hazy ${words('deep dense green dark lush morning')} ${woods}`(
    () => 'forest-haze',
  ),
  phrase`${words('deep dense green dark lush')} ${woods} (in|with|under | covered|shrouded in | filled with | full of) [the|a] ${mist}`(
    () => 'forest-haze',
  ),
  phrase`${words('deep dense green dark lush')} ${woods} on a misty|foggy|hazy morning|day`(
    () => 'forest-haze',
  ),
  phrase`${words('misty foggy')} forest haze|mist|fog`(() => 'forest-haze'),
)

const starrySky: Rule<SceneName> = either(
  phrase`${words('clear dark deep')} starry|starlit ${words('clear dark deep')} (sky | night [sky]) [at night]`(
    () => 'starry-sky',
  ),
  phrase`${words('clear dark deep')} (night sky | sky) (with|of | full of | filled with | covered in|with) [many|bright|twinkling|the | lots of] stars [at night]`(
    () => 'starry-sky',
  ),
  phrase`[bright|twinkling|the | lots of] stars (in|on|of) (the|a) [clear|dark] (night sky | sky at night | sky)`(
    () => 'starry-sky',
  ),
  phrase`${words('clear dark')} star filled [night] sky`(() => 'starry-sky'),
)

const peaks = quiet(
  phrase`${words('high tall rugged majestic alpine big')} (mountain|mountains|peaks|alps | mountain|alpine range|peaks|peak|tops)`(
    () => true,
  ),
)
const snowyMountains: Rule<SceneName> = either(
  phrase`${words('high tall rugged majestic big')} (snowy|snowcapped|wintry | snow [capped|covered|topped]) ${peaks}`(
    () => 'snowy-mountains',
  ),
  phrase`${peaks} (with|in|under | covered in|with | capped|topped with) [fresh|white|deep] snow`(
    () => 'snowy-mountains',
  ),
  phrase`winter ${peaks}`(() => 'snowy-mountains'),
)

const office: Rule<SceneName> =
  phrase`${words('modern bright contemporary corporate business blurred blurry spacious light airy defocused')} office [interior|room|space|workspace]`(
    () => 'office',
  )

const named: Rule<SceneName> = either(
  sunsetBeach,
  studio,
  nightCity,
  forestHaze,
  starrySky,
  snowyMountains,
  office,
)

/** Scenes that are drawn out of focus anyway: asking for it adds nothing. */
const SOFT_ALREADY: ReadonlySet<SceneName> = new Set(['night-city', 'office', 'studio'])

const praises = quiet(
  many(
    phrase`[and|,] ${praise}`(() => true),
    5,
  ),
)
const picture = quiet(
  phrase`[a|an|the] ${praises} (photo|shot|scene|view|photography|landscape) of`(() => true),
)
const leadingArticle = quiet(phrase`[of] a|an|the|some|those|that`(() => true))
const softly = quiet(
  phrase`[slightly|softly|nicely|very|heavily | a bit|little] (blurred|blurry|defocused | out of focus | in soft focus) | with [a|some] [nice|soft|slight|beautiful|shallow] (bokeh [effect] | blur | depth of field)`(
    () => true,
  ),
)

const plain: Rule<SceneName> = memo(
  phrase`[${picture}] [${leadingArticle}] ${praises} ${memo(named)} [${view}] [in high quality]`(
    (name) => name,
  ),
)

/** One of the drawn scenes: "a tropical beach during golden hour", "a modern office, blurred". */
export const scene: Rule<Filling> = memo(
  either<Filling>(
    phrase`${plain}`((name) => ({ kind: 'scene', scene: name })),
    phrase`${plain} [,] [but|and] ${softly}`((name) => soften(name)),
    phrase`[a|an|the] [slightly|softly|nicely] blurred|blurry|defocused ${plain}`((name) => soften(name)),
  ),
)

function soften(name: SceneName): Filling {
  const background = { kind: 'scene', scene: name } as const
  return SOFT_ALREADY.has(name) ? background : { kind: 'defocused', background, amount: 1 }
}

const NEAR: ReadonlyMap<string, string> = new Map(
  Object.entries({
    beach: 'a beach at sunset',
    sunset: 'a beach at sunset',
    sea: 'a beach at sunset',
    ocean: 'a beach at sunset',
    forest: 'a misty forest',
    woods: 'a misty forest',
    city: 'a city at night',
    skyline: 'a city at night',
    sky: 'a starry night sky',
    mountains: 'snowy mountains',
    mountain: 'snowy mountains',
  }),
)
const placeName = oneOf(new Set(NEAR.keys()))

/** A place of which only one kind can be drawn: "a beach". */
export const nearScene: Rule<Filling> =
  phrase`[${picture}] [${leadingArticle}] ${praises} [tropical|night|sandy|sunny|green|dense] ${placeName} [${view}]`(
    (asked) => ({ kind: 'near-scene', asked, say: NEAR.get(asked) ?? '' }),
  )
