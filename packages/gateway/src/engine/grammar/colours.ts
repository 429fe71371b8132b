import type { Rgb } from '../operation.ts'

/** The 148 colour keywords of CSS Color Module Level 4, §6.1, one spelling of grey, with hyphens where one may speak of two words. */
const CSS = `
  alice-blue f0f8ff antique-white faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc
  bisque ffe4c4 black 000000 blanched-almond ffebcd blue 0000ff blue-violet 8a2be2 brown a52a2a
  burly-wood deb887 cadet-blue 5f9ea0 chartreuse 7fff00 chocolate d2691e coral ff7f50
  cornflower-blue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff dark-blue 00008b dark-cyan 008b8b
  dark-goldenrod b8860b dark-grey a9a9a9 dark-green 006400 dark-khaki bdb76b dark-magenta 8b008b
  dark-olive-green 556b2f dark-orange ff8c00 dark-orchid 9932cc dark-red 8b0000 dark-salmon e9967a
  dark-sea-green 8fbc8f dark-slate-blue 483d8b dark-slate-grey 2f4f4f dark-turquoise 00ced1
  dark-violet 9400d3 deep-pink ff1493 deep-sky-blue 00bfff dim-grey 696969 dodger-blue 1e90ff
  firebrick b22222 floral-white fffaf0 forest-green 228b22 fuchsia ff00ff gainsboro dcdcdc
  ghost-white f8f8ff gold ffd700 goldenrod daa520 grey 808080 green 008000 green-yellow adff2f
  honeydew f0fff0 hot-pink ff69b4 indian-red cd5c5c indigo 4b0082 ivory fffff0 khaki f0e68c
  lavender e6e6fa lavender-blush fff0f5 lawn-green 7cfc00 lemon-chiffon fffacd light-blue add8e6
  light-coral f08080 light-cyan e0ffff light-goldenrod-yellow fafad2 light-grey d3d3d3
  light-green 90ee90 light-pink ffb6c1 light-salmon ffa07a light-sea-green 20b2aa light-sky-blue 87cefa
  light-slate-grey 778899 light-steel-blue b0c4de light-yellow ffffe0 lime 00ff00 lime-green 32cd32
  linen faf0e6 magenta ff00ff maroon 800000 medium-aquamarine 66cdaa medium-blue 0000cd
  medium-orchid ba55d3 medium-purple 9370db medium-sea-green 3cb371 medium-slate-blue 7b68ee
  medium-spring-green 00fa9a medium-turquoise 48d1cc medium-violet-red c71585 midnight-blue 191970
  mint-cream f5fffa misty-rose ffe4e1 moccasin ffe4b5 navajo-white ffdead navy 000080 old-lace fdf5e6
  olive 808000 olive-drab 6b8e23 orange ffa500 orange-red ff4500 orchid da70d6 pale-goldenrod eee8aa
  pale-green 98fb98 pale-turquoise afeeee pale-violet-red db7093 papaya-whip ffefd5 peach-puff ffdab9
  peru cd853f pink ffc0cb plum dda0dd powder-blue b0e0e6 purple 800080 rebecca-purple 663399 red ff0000
  rosy-brown bc8f8f royal-blue 4169e1 saddle-brown 8b4513 salmon fa8072 sandy-brown f4a460
  sea-green 2e8b57 seashell fff5ee sienna a0522d silver c0c0c0 sky-blue 87ceeb slate-blue 6a5acd
  slate-grey 708090 snow fffafa spring-green 00ff7f steel-blue 4682b4 tan d2b48c teal 008080
  thistle d8bfd8 tomato ff6347 turquoise 40e0d0 violet ee82ee wheat f5deb3 white ffffff
  white-smoke f5f5f5 yellow ffff00 yellow-green 9acd32`

/** Everyday names CSS does not have; the values are common print and web swatches of that name. */
const EVERYDAY = `
  off-white faf9f6 cream fffdd0 burgundy 800020 mint 98ff98 mint-green 98ff98 peach ffe5b4
  mustard e1ad01 baby-blue 89cff0 baby-pink f4c2c2 navy-blue 000080 charcoal 36454f charcoal-grey 36454f
  terracotta e2725b emerald 50c878 emerald-green 50c878 lilac c8a2c8 mauve e0b0ff taupe 8b7e74
  rust b7410e sage-green b2ac88 eggshell f0ead6 champagne f7e7ce electric-blue 7df9ff neon-green 39ff14
  neon-pink ff6ec7 green-screen 00b140 chroma-green 00b140 chroma-key-green 00b140 olive-green 808000
  lime-green 32cd32 sky-blue 87ceeb teal-blue 367588 brick-red cb4154 cherry-red d2042d wine-red 722f37
  rose-gold b76e79 blood-red 8a0303 ocean-blue 4f42b5 dark-grey 555555 jet-black 0a0a0a
  snow-white fffafa tomato-red ff6347 lemon-yellow fff44f blush de5d83`

type Table = ReadonlyMap<string, Rgb>

/** By the name in one word. */
function table(text: string): Table {
  return new Map(pairs(text).map(([name, hex]) => [name.replaceAll('-', ''), rgb(hex)]))
}

function pairs(text: string): readonly (readonly [name: string, hex: string])[] {
  return Array.from(text.matchAll(/(\S+)\s+(\S+)/g), ([, name = '', hex = '']) => [name, hex])
}

function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex, 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

const CSS_COLOURS = table(CSS)
const EVERYDAY_COLOURS = table(EVERYDAY)

/** Names that are things or places first: as a colour only where the sentence says "colour". */
export const THINGS_FIRST: ReadonlySet<string> = new Set(
  'snow peru wheat tomato chocolate seashell orchid linen honeydew thistle sienna rust champagne bisque'.split(
    ' ',
  ),
)

/** Names one may put "a" before without meaning a thing: "a navy", but not "an orange". */
export const PLAIN_COLOURS: ReadonlySet<string> = new Set(
  'white black red green blue yellow grey brown purple pink navy teal beige turquoise magenta cyan'.split(
    ' ',
  ),
)

/** How a shade word moves a colour: towards white or black, by which part of the way. */
const SHADES: Readonly<Record<string, readonly [towards: 0 | 255, part: number]>> = {
  light: [255, 0.5],
  pale: [255, 0.6],
  soft: [255, 0.4],
  pastel: [255, 0.6],
  dark: [0, 0.5],
  deep: [0, 0.35],
  bright: [0, 0],
  vivid: [0, 0],
  medium: [0, 0],
}

/** Every word a colour's name can begin with. */
export const COLOUR_BEGINNINGS: ReadonlySet<string> = new Set([
  ...pairs(CSS + EVERYDAY).flatMap(([name]) => [name.replaceAll('-', ''), name.split('-')[0] ?? '']),
  ...Object.keys(SHADES),
])

/**
 * The colour of a name of one to four words: "navy", "light goldenrod yellow", "off white", "pastel pink".
 * Two words "dark grey" mean a grey darker than grey; only the keyword `darkgrey` is the lighter one of CSS.
 */
export function namedColour(words: readonly string[]): Rgb | undefined {
  const joined = words.join('')
  if (words.length > 1 && EVERYDAY_COLOURS.has(joined)) return EVERYDAY_COLOURS.get(joined)
  const named = CSS_COLOURS.get(joined) ?? EVERYDAY_COLOURS.get(joined)
  if (named !== undefined) return named
  const shade = SHADES[words[0] ?? '']
  if (shade === undefined || words.length < 2) return undefined
  const base = namedColour(words.slice(1))
  return base === undefined ? undefined : mix(base, shade)
}

function mix(colour: Rgb, [towards, part]: readonly [number, number]): Rgb {
  const [red, green, blue] = colour.map((channel) => Math.round(channel + (towards - channel) * part))
  return [red!, green!, blue!]
}
