import { invalidArgument } from '../api-error.ts'
import type { AskedImage } from '../asked.ts'
import { type Content, type Part, PART_DATA } from './content-message.ts'
import { type ImageReader, readImage } from './input-image.ts'
import { mustBeSigned, type SignatureCheck } from './signature.ts'
import { MOST_VIOLATIONS } from './violation.ts'

const ROLES = ['user', 'model', 'function'] as const
export type Role = (typeof ROLES)[number]

export interface ReadTurn {
  readonly role: Role
  /** Its text parts, a line each; thoughts are none of it. */
  readonly text: string
  readonly images: readonly AskedImage[]
}

export type TurnReader = ImageReader & SignatureCheck

/** @throws ApiError 400 for turns that Google would not show to the model. */
export async function readTurns(
  contents: readonly Content[],
  reader: TurnReader,
): Promise<readonly ReadTurn[]> {
  mustBeComplete(contents)
  const roles = contents.map(({ role }) => roleOf(role))
  const turns: ReadTurn[] = []
  let shown = 0
  for (const [index, { parts = [] }] of contents.entries()) {
    const role = roles[index] ?? 'user'
    const text = parts.flatMap(({ text: words, thought }) => (words && !thought ? [words] : [])).join('\n')
    const images: AskedImage[] = []
    for (const [position, part] of parts.entries()) {
      const image = await readImage(part, reader)
      if (image === null) continue
      if (role === 'model') mustBeSigned({ part, image, turn: index, position }, reader)
      images.push(image)
      if (role !== 'model') mustNotBeTooMany((shown += 1), reader)
    }
    turns.push({ role, text, images })
  }
  return turns
}

/** What is missing is listed, a line each. */
function mustBeComplete(contents: readonly Content[]): void {
  const missing =
    contents.length === 0 ? ['contents: contents is not specified'] : contents.flatMap(missingIn)
  if (missing.length === 0) return
  const lines = missing.slice(0, MOST_VIOLATIONS).map((line) => `* GenerateContentRequest.${line}\n`)
  throw invalidArgument(lines.join(''))
}

function missingIn({ parts = [] }: Content, turn: number): readonly string[] {
  if (parts.length === 0) return [`contents[${turn}].parts: contents.parts must not be empty.`]
  const bare = [...parts.keys()].filter((index) => !hasData(parts[index] ?? {}))
  return bare.map(
    (index) =>
      `contents[${turn}].parts[${index}].data: required oneof field 'data' must have one initialized field`,
  )
}

/** Empty words are no data, unless they carry a signature: so the model itself ends some of its turns. */
function hasData(part: Part): boolean {
  const said = PART_DATA.find((name) => part[name] !== undefined)
  return said !== undefined && (said !== 'text' || part.text !== '' || part.thoughtSignature !== undefined)
}

/** A turn without a role is the user's. */
function roleOf(said: string | undefined): Role {
  const role = ROLES.find((one) => one === (said || 'user'))
  if (role === undefined) throw invalidArgument('Please use a valid role: user, model.')
  return role
}

/**
 * The model's own images in a chat are not counted: the limit is on what it is shown as reference.
 * As far as known: neither that nor the words have been seen.
 */
function mustNotBeTooMany(shown: number, { model }: TurnReader): void {
  const most = model?.maxInputImages ?? null
  if (most === null || shown <= most) return
  throw invalidArgument(`Too many images in the request. This model accepts at most ${most}.`)
}
