import { oneOf, quiet } from './rule.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** What a photo is of, where one word cannot mean something the subject merely wears or holds. */
export const SUBJECTS = words(`
  subject subjects person persons people man men woman women girl girls boy boys lady ladies guy guys gentleman
  child children kid kids baby toddler couple family group model bride groom player figure character human astronaut
  cat cats kitten dog dogs puppy pet pets animal animals bird horse raccoon rabbit fox
  product products item items merchandise foreground object objects
  cup mug bottle vase toy car bike bicycle motorcycle rocket chair sofa statue
`)

export const SUBJECT_PRONOUNS = words('him her them me us he she they myself himself herself themselves')

/** Parts of a subject: what is kept of one is kept by leaving the whole subject alone. */
export const PARTS = words(`
  face faces features identity pose poses posture expression expressions hair hairstyle clothes clothing outfit
  dress shirt suit jacket skin body hands eyes smile likeness silhouette shape label logo packaging fur appearance
`)

const PHOTOS = words('photo portrait shot snapshot selfie screenshot')
const DETERMINERS = words('the this that these those my our your his its their a an both')
const PHOTO_ADJECTIVES = words(`
  whole entire full complete original attached uploaded first given same overall input provided existing current
`)
const SUBJECT_ADJECTIVES = words(
  'main whole entire young old little central only smiling two three single foreground',
)

/** Points at something that is there: "a cat" would be one still to be drawn. */
export const the = quiet(oneOf(words('the this that these those my our your his her its their both')))
export const article = quiet(oneOf(words('the a an some')))
export const determiner = quiet(oneOf(DETERMINERS))
export const photoNoun = quiet(oneOf(PHOTOS))
export const photoAdjective = quiet(oneOf(PHOTO_ADJECTIVES))
export const subjectAdjective = quiet(oneOf(SUBJECT_ADJECTIVES))
export const subjectNoun = quiet(oneOf(SUBJECTS))
export const subjectPronoun = quiet(oneOf(SUBJECT_PRONOUNS))
export const part = quiet(oneOf(PARTS))

/** Praise that asks for nothing a drawn backdrop could lack. */
export const praise = quiet(
  oneOf(
    words(`
      beautiful nice lovely gorgeous stunning pretty realistic photorealistic natural professional elegant subtle
      scenic amazing great good calm peaceful serene quiet breathtaking clean simple high quality looking tasteful
      hyperrealistic ultra very really super more generic convincing believable tidy perfect
    `),
  ),
)
