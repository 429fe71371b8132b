import { PlantainError } from '../contract/error.ts'
import type { PersonaList } from './faults/rule-sets.ts'

/** A way in which integrations die, ready to be had. */
export interface Scenario {
  /** The row of the table of users' pains it belongs to, and a word for it. */
  readonly name: string
  /** What goes wrong, and what a careless client makes of it. */
  readonly about: string
  /** Missing: it is how Google always is. */
  readonly options?: {
    readonly personas?: string | readonly PersonaList[]
    readonly pictures?: 'canned'
    readonly cannedBytes?: number
  }
}

/** One or more for every row that a client or a gateway can mend and these surfaces can show. */
export const SCENARIOS = [
  {
    name: '1-no-image',
    about:
      'The first answer is 200 with finishReason NO_IMAGE: whoever looks at the status only delivers nothing.',
    options: { personas: 'no-image@1x' },
  },
  {
    name: '2-limit-zero',
    about: 'A free key: 429 with limit: 0 and a wait. Waiting is in vain, retries are noise.',
    options: { personas: '429-zero' },
  },
  {
    name: '2-per-day',
    about: 'The quota of the day is used up; the answer names a wait of half a minute all the same.',
    options: { personas: '429-day' },
  },
  {
    name: '2-storm',
    about:
      'Ten requests a minute for each key and model, counted: a burst gets 429s that say how long to wait.',
    options: { personas: 'quota=10/min' },
  },
  {
    name: '3-drift',
    about: 'What the edit does not touch moves, is cropped, relit and drawn anew.',
    options: { personas: 'drift=strong' },
  },
  {
    name: '4-retry-info',
    about:
      'For 34.4 s from the first call: 429 whose wait stands in the body only. Coming back earlier is refused again.',
    options: { personas: '429-minute=34.4s@34.4s' },
  },
  {
    name: '5-overloaded',
    about: 'Half of all calls are 503, “high demand”.',
    options: { personas: '503@50%' },
  },
  {
    name: '6-ratio-ignored',
    about: 'Square pictures, whatever ratio was asked for.',
    options: { personas: 'wrong-ratio=1:1' },
  },
  {
    name: '7-no-mask',
    about: 'A mask sent as second image is a picture like any other: everything is drawn anew.',
    options: { personas: 'drift=typical' },
  },
  {
    name: '8-slow-answer',
    about: 'Answers take 35 to 45 s. Whoever hangs up earlier pays and has nothing.',
    options: { personas: 'latency=35s..45s' },
  },
  {
    name: '9-safety-block',
    about: 'Half of all answers are blocked as IMAGE_SAFETY, HTTP 200, the same request now and then not.',
    options: { personas: 'image-safety@50%' },
  },
  {
    name: '10-model-retired',
    about: 'gemini-3-pro-image is gone: 404. Other models answer.',
    options: { personas: [{ personas: 'model-gone', where: { model: 'gemini-3-pro-image' } }] },
  },
  {
    name: '11-thought-signature',
    about:
      'The second turn of a chat is 400 where the picture of the first comes back without its thoughtSignature.',
  },
  {
    name: '12-cost',
    about:
      'Two drafts come before the picture, and thoughts: counting one picture finds a third of the bill.',
    options: { personas: 'drafts=2' },
  },
  {
    name: '13-paid-twice',
    about: 'The first answer is made, billed, and lost half-way by a reset connection: a retry pays again.',
    options: { personas: 'reset=0.5@1x' },
  },
  {
    name: '14-key-leaked',
    about: 'After 5 s Google has seen the key somewhere public: 403 from then on.',
    options: { personas: 'key-leaked@5s+1h' },
  },
  {
    name: '15-wrong-location',
    about: 'Gemini 3 image models on Vertex AI are in “global” only: 404 in every region.',
  },
  {
    name: '16-vertex-7mb',
    about: 'An image of more than 7 MB inside a request to Vertex AI is 400.',
  },
  {
    name: '17-big-answer',
    about: 'Every answer is 20 MB.',
    options: { pictures: 'canned', cannedBytes: 15_000_000 },
  },
  {
    name: '18-output-mime',
    about: 'Pictures are labelled as the other format.',
    options: { personas: 'wrong-mime' },
  },
  {
    name: '19-input-mime',
    about: 'image/jpg and image/bmp are no types Google knows: 400.',
  },
  {
    name: '20-drafts-duplicates',
    about: 'A draft, then the picture twice in different bytes; only the last is meant.',
    options: { personas: 'drafts=1, duplicate' },
  },
  {
    name: '21-smaller',
    about: 'Pictures have half the side that was asked for.',
    options: { personas: 'smaller' },
  },
  {
    name: '23-alpha-lost',
    about: 'Transparency comes back as white.',
  },
  {
    name: '25-long-line',
    about: 'A stream has one line of 8 MB: readers with a limit for lines give up.',
    options: { pictures: 'canned', cannedBytes: 6_000_000 },
  },
  {
    name: '28-history',
    about: 'Every turn of a chat sends all pictures again: requestBytes in /emulator/state grow.',
  },
  {
    name: '30-one-image',
    about: 'candidateCount above 1 is 400: one picture a request.',
  },
  {
    name: '33-exif',
    about: 'The model sees pixels as they are stored: a photo that lies on its side comes back lying.',
  },
  {
    name: '34-unchanged',
    about: 'The photo comes back drawn anew and not edited.',
    options: { personas: 'unchanged' },
  },
] as const satisfies readonly Scenario[]

export type ScenarioName = (typeof SCENARIOS)[number]['name']

/** Throws `PlantainError` where there is none of that name. */
export function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name)
  if (found !== undefined) return found
  throw new PlantainError(
    'invalid_request',
    `There is no scenario “${name.slice(0, 60)}”. There are ${SCENARIOS.map((scenario) => scenario.name).join(', ')}.`,
  )
}
