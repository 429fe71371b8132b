import { invalidArgument } from '../../wire/api-error.ts'
import type { AskedImage } from '../asked.ts'
import { type Content, type Part, PART_DATA } from './content-message.ts'
import { type ImageReader, mayBeImage, mustNotBeTooMany, readImage } from './input-image.ts'
import { openedOnce } from './opened-once.ts'
import { mustBeSigned, type SignatureCheck } from './signature.ts'
import { MOST_VIOLATIONS } from './violation.ts'

const ROLES = ['user', 'model', 'function'] as const
export type Role = (typeof ROLES)[number]

export interface ReadTurn {
  readonly role: Role
  /** As `textOf` has it. */
  readonly text: string
  readonly images: readonly AskedImage[]
}

export type TurnReader = ImageReader & SignatureCheck

/** @throws ApiError 400 for turns that Google would not show to the model. */
export async function readTurns(
  contents: readonly Content[],
  asking: TurnReader,
): Promise<readonly ReadTurn[]> {
  mustBeComplete(contents)
  const roles = contents.map(({ role }) => roleOf(role))
  mustNotBeTooMany(
    {
      shown: countImages(contents.filter((_, index) => roles[index] !== 'model')),
      own: countImages(contents.filter((_, index) => roles[index] === 'model')),
    },
    asking.model,
  )
  const reader = { ...asking, files: openedOnce(asking.files) }
  const turns: ReadTurn[] = []
  for (const [index, content] of contents.entries()) {
    const { parts = [] } = content
    const role = roles[index] ?? 'user'
    const images: AskedImage[] = []
    for (const [position, part] of parts.entries()) {
      const image = await readImage(part, reader)
      if (image === null) continue
      if (role === 'model') mustBeSigned({ part, image, turn: index, position }, reader)
      images.push(image)
    }
    turns.push({ role, text: textOf(content), images })
  }
  return turns
}

/** The text parts, a line each; thoughts are none of it. */
export function textOf({ parts = [] }: Content): string {
  return parts.flatMap(({ text, thought }) => (text && !thought ? [text] : [])).join('\n')
}

function countImages(contents: readonly Content[]): number {
  const files = contents.flatMap(({ parts = [] }) =>
    parts.flatMap(({ inlineData, fileData }) => inlineData ?? fileData ?? []),
  )
  return files.filter(mayBeImage).length
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
