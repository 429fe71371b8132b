/** A 200 without an edit, by what Google calls it. */
export interface Refusal {
  readonly outcome: 'blocked' | 'no_image'
  /** What happened and what to do next. */
  readonly text: string
}

const blocked = (text: string): Refusal => ({ outcome: 'blocked', text })
const noImage = (text: string): Refusal => ({ outcome: 'no_image', text })

const UNSAFE = blocked(
  "Google's safety filter stopped the edit. Ask for it in other words, or use another photo.",
)
const PROHIBITED = blocked(
  "The edit is against Google's usage policy. Another photo or another aim may be allowed; other words rarely help.",
)
const RECITED = blocked(
  'The result would have been too close to an existing work. Ask for something less like a known work or brand.',
)
const LISTED = blocked("The instruction holds a word on Google's block list. Use other words.")
const ARMORED = blocked(
  "The project's Model Armor policy stopped the edit. Ask its administrator, or use other words.",
)
const UNDIRECTED = blocked(
  'The instruction was taken for an attempt to get round the rules. Say plainly what to change.',
)
const SPOKE = noImage(
  'The model answered in words only. Read its text, and ask for the changed image plainly, such as “Edit the photo: …”.',
)
const SILENT = noImage('The model made no image. Say more exactly what to change, or try again.')
const GAVE_UP = noImage('The model gave up without saying why. Try again, or simplify the instruction.')
const MISLED = noImage('The model answered with something that is neither image nor text. Try again.')
const CALLED = noImage(
  'The model tried to use a tool instead of editing. Try again, or ask for the image plainly.',
)

/** Every `finishReason` that can come without an image. Source: the enums of `@google/genai` 3.1.0. */
const BY_FINISH: Readonly<Record<string, Refusal>> = {
  SAFETY: UNSAFE,
  IMAGE_SAFETY: UNSAFE,
  PROHIBITED_CONTENT: PROHIBITED,
  IMAGE_PROHIBITED_CONTENT: PROHIBITED,
  RECITATION: RECITED,
  IMAGE_RECITATION: RECITED,
  BLOCKLIST: LISTED,
  SPII: blocked('The answer would have held personal data. Use a photo or an instruction without it.'),
  MODEL_ARMOR: ARMORED,
  STOP: SPOKE,
  NO_IMAGE: SILENT,
  MAX_TOKENS: noImage(
    'The model ran out of room before an image was made. Shorten the instruction or use fewer images.',
  ),
  LANGUAGE: noImage('The model does not know the language of the instruction. Write it in English.'),
  OTHER: GAVE_UP,
  IMAGE_OTHER: GAVE_UP,
  FINISH_REASON_UNSPECIFIED: GAVE_UP,
  MALFORMED_RESPONSE: MISLED,
  CONTINUATION: MISLED,
  MALFORMED_FUNCTION_CALL: CALLED,
  UNEXPECTED_TOOL_CALL: CALLED,
  TOO_MANY_TOOL_CALLS: CALLED,
  STORED_ELSEWHERE: noImage('The images were written to Cloud Storage and are not in the answer.'),
}

/** Every `promptFeedback.blockReason`: the request itself was refused. */
const BY_BLOCK: Readonly<Record<string, Refusal>> = {
  SAFETY: UNSAFE,
  IMAGE_SAFETY: UNSAFE,
  PROHIBITED_CONTENT: PROHIBITED,
  BLOCKLIST: LISTED,
  MODEL_ARMOR: ARMORED,
  JAILBREAK: UNDIRECTED,
  FILTERED: UNSAFE,
}
const BLOCKED_SOMEHOW = blocked(
  'Google refused the request. Ask for the edit in other words, or use another photo.',
)

/** Reasons of tomorrow are sorted by their names. */
const POLICY_NAME = /SAFETY|PROHIBIT|BLOCK|RECIT|SPII|POLICY|ARMOR|JAILBREAK|FILTER/

/** What an answer without an image is; `reason` is verbatim what Google called it, where it did. */
export function refusalOf(answer: {
  readonly finishReason: string | undefined
  readonly blockReason: string | undefined
  readonly text: string
}): Refusal & { readonly reason: string } {
  const { finishReason, blockReason, text } = answer
  if (blockReason !== undefined) {
    return { ...(own(BY_BLOCK, blockReason) ?? BLOCKED_SOMEHOW), reason: blockReason }
  }
  // A stream may end without a reason, and a normal end may come with nothing said.
  if (text === '' && finishReason === 'STOP') return { ...SILENT, reason: finishReason }
  if (finishReason === undefined)
    return text === '' ? { ...SILENT, reason: 'EMPTY' } : { ...SPOKE, reason: 'TEXT_ONLY' }
  const guessed = POLICY_NAME.test(finishReason) ? BLOCKED_SOMEHOW : GAVE_UP
  return { ...(own(BY_FINISH, finishReason) ?? guessed), reason: finishReason }
}

function own(table: Readonly<Record<string, Refusal>>, key: string): Refusal | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
