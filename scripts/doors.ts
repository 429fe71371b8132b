import type { EditField, FieldTable } from '../packages/gateway/src/wire/fields/field-table.ts'
import { GEMINI } from '../packages/gateway/src/wire/fields/gemini.ts'
import { IMAGEN } from '../packages/gateway/src/wire/fields/imagen.ts'
import { INTERACTIONS_FIELDS } from '../packages/gateway/src/wire/fields/interactions.ts'
import { NATIVE } from '../packages/gateway/src/wire/fields/native.ts'
import { OPENAI_EDITS, OPENAI_GENERATIONS } from '../packages/gateway/src/wire/fields/openai.ts'
import { openAiSizes } from './openai-sizes.ts'

/** A way to ask for an edit: its calls, and what becomes of each field of theirs. */
export interface Dialect {
  readonly name: string
  readonly table: FieldTable
  /** What is told outside of the body. */
  readonly elsewhere?: Readonly<Partial<Record<EditField, string>>>
  /** Beginnings of paths that readers of the page can do without. */
  readonly unsaid?: readonly string[]
  /** A place whose fields are those of another. */
  readonly alike?: readonly [place: string, as: string]
}

export interface Door {
  readonly title: string
  /** For the first table: whose applications, on which paths, what an error looks like. */
  readonly row: readonly [who: string, paths: string, errors: string]
  readonly about: string
  /** More than one where its calls differ, none where they are another door's. */
  readonly dialects: readonly Dialect[]
}

const GOOGLE_ERRORS = 'Google’s status, `{error: {code, status, message}}`'
const IN_PATH = { model: 'the path' } as const

export const DOORS: readonly Door[] = [
  {
    title: 'Native',
    row: ['anything that speaks HTTP', '`POST /v1/edits`', 'RFC 9457 problem'],
    about: `JSON, or a form: texts in \`instruction\`, every file a picture but \`mask\`, all else by the names below. Options that are a word or a number
may be headers too (\`plantain-aspect-ratio: 16:9\`); the body wins. Names are taken in both casings within \`input\` and \`mask\`; a field that is not
in the table is refused by name. With \`Accept: image/*\` the answer is the picture.`,
    dialects: [{ name: 'native', table: NATIVE }],
  },
  {
    title: 'Gemini',
    row: [
      'Google’s SDKs and the AI SDK, with an API key',
      '`/{v1,v1beta}/models/{model}:generateContent`, `:streamGenerateContent`, `:countTokens`',
      GOOGLE_ERRORS,
    ],
    about: `The body is forwarded byte for byte where nothing has to change, and Google’s answer comes back the same way, refusals included: its SDKs expect
them so. What the table does not know goes on as well, and Google judges it. Both casings. The gateway’s own options are in \`plantain\`, which is taken
out before. A target that is not Google’s gets the edit alone: what is “sent on” is for Google. \`parts[]\` are those of \`contents[]\`.`,
    dialects: [{ name: 'generateContent', table: GEMINI, elsewhere: IN_PATH, unsaid: ['contents[].'] }],
  },
  {
    title: 'Vertex',
    row: [
      'the same with Google Cloud’s paths',
      '`/{v1,v1beta1}/projects/{project}/locations/{location}/publishers/google/models/{model}:…`, or without project and location',
      GOOGLE_ERRORS,
    ],
    about: `\`generateContent\`, \`streamGenerateContent\` and \`countTokens\` are those of the [Gemini door](#gemini), field by field; \`predict\` is [Imagen](#imagen)’s.`,
    dialects: [],
  },
  {
    title: 'Imagen',
    row: ['code written for Imagen', '`…/models/{model}:predict`, on the Vertex door', GOOGLE_ERRORS],
    about: `What was written for Imagen, as an edit by the model that has taken its place: modes, masks and references become words and a mask. Both casings; a field
that is not in the table is refused by name. Those of \`instances[]\` and of \`parameters\` stand here by their names alone.`,
    dialects: [
      { name: 'predict', table: IMAGEN, elsewhere: IN_PATH, unsaid: ['instances[].', 'parameters.'] },
    ],
  },
  {
    title: 'OpenAI',
    row: [
      'the `openai` packages and the AI SDK',
      '`POST /v1/images/edits` and `/v1/images/generations`',
      '`{error: {message, type, param, code}}`',
    ],
    about: `Edits are forms or JSON, generations JSON; either may be a stream. Names are taken as they stand: one that is not in the table is refused, and so is a
field that comes twice. In JSON pictures are data URLs. In a form Plantain’s options are \`plantain[seed]\` and the like, or \`plantain\` as JSON; where a
field and an option mean two different things, both are refused.

${openAiSizes()}

Without \`response_format\` pictures are in the answer, but for the names of DALL·E, whose clients expect links. What OpenAI has no place for is in
\`plantain\` of the answer, of an error, and of the last event of a stream: id, model, cost, attempts, checks, notices, and of several pictures those that
are missing.`,
    dialects: [
      { name: 'images/edits', table: OPENAI_EDITS },
      { name: 'images/generations', table: OPENAI_GENERATIONS },
    ],
  },
  {
    title: 'Interactions',
    row: [
      '`interactions` of Google’s SDKs',
      '`POST /{v1,v1beta,v1beta1}/interactions`, on Vertex AI with project and location',
      '`{error: {code, message}}`',
    ],
    about: `\`input\` as a text, as content, as a list of either, as steps or as turns, also with \`inlineData\` among it, in both casings. What
stands in the \`content\` of a step is read as what stands in the list. A field that is not in the table is refused by name.`,
    dialects: [{ name: 'interactions', table: INTERACTIONS_FIELDS, alike: ['input[].content[]', 'input[]'] }],
  },
]
