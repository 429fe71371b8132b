import type { PlantainError } from '../../contract/error.ts'
import type { JsonObject } from '../../contract/json-object.ts'
import type { EncodedImage } from '../../contract/request.ts'
import { dataUrlImage } from '../../wire/data-url.ts'
import { createFieldCheck, mustBeKnown } from '../../wire/fields/field-table.ts'
import { OPENAI_EDITS, OPENAI_GENERATIONS } from '../../wire/fields/openai.ts'
import { JsonBlob } from '../../wire/json-blob.ts'
import { asObject } from '../../wire/json-field.ts'
import type { ImagesCall } from '../../wire/openai-answer.ts'
import { wrong } from '../../wire/openai-request.ts'
import { shownName } from '../../wire/public-text.ts'
import { type Form, readForm } from '../body/form-body.ts'
import type { BodyReader } from '../body/json-body.ts'
import type { Exchange } from '../exchange.ts'
import { jsonOfFields } from './form-fields.ts'

/** A picture of a request, or where one of ours lies. */
export type Picture =
  | { readonly kind: 'here'; readonly image: EncodedImage }
  | { readonly kind: 'stored'; readonly uri: string; readonly field: string }

/** A body of either kind, its pictures apart from everything else. */
export interface ImagesBody {
  readonly fields: JsonObject
  readonly images: readonly Picture[]
  readonly mask: Picture | null
  /** The options of Plantain's own, not yet looked at. */
  readonly own: unknown
  /** Of the whole body. */
  readonly byteLength: number
}

const CHECKS = {
  image_edit: createFieldCheck(OPENAI_EDITS),
  image_generation: createFieldCheck(OPENAI_GENERATIONS),
} as const satisfies Record<ImagesCall, unknown>

/** As many as OpenAI takes; what a model of Google's takes is a few fewer. */
const MOST_IMAGES = 16

/** Reads JSON, and of edits a form too. Throws `PlantainError` naming the field that cannot be taken. */
export async function readImagesBody(
  exchange: Exchange,
  call: ImagesCall,
  bodies: BodyReader,
): Promise<ImagesBody> {
  const type = exchange.request.headers['content-type'] ?? ''
  const isForm = call === 'image_edit' && /^\s*multipart\/form-data\b/i.test(type)
  const body = isForm
    ? fromForm(await readForm(exchange, bodies))
    : await bodies
        .json(exchange)
        .then(({ document, skeleton }) => fromJson(document, call, skeleton.byteLength))
  if (call === 'image_edit') mustBeSome(body.images.length)
  return body
}

function mustBeSome(count: number): void {
  if (count === 0) throw wrong('image', 'is missing: send the photo that is to be edited')
  if (count > MOST_IMAGES) throw wrong('image', `came ${count} times; ${MOST_IMAGES} are taken`)
}

function fromJson(document: JsonObject, call: ImagesCall, byteLength: number): ImagesBody {
  mustBeKnown(CHECKS[call], document)
  const { image, images, mask, plantain: own, ...fields } = document
  return {
    fields,
    images: [...listed(image, 'image'), ...listed(images, 'images')],
    mask: mask === undefined || mask === null ? null : pictureOf(mask, 'mask'),
    own,
    byteLength,
  }
}

/** `image` may be one or several. */
function listed(value: unknown, field: string): readonly Picture[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value)
    ? value.map((one: unknown, index) => pictureOf(one, `${field}[${index}]`))
    : [pictureOf(value, field)]
}

function pictureOf(value: unknown, field: string): Picture {
  const object = asObject(value)
  if (object === undefined) return pictureAt(value, field)
  const { image_url: url, file_id: id } = object
  const [hasUrl, hasId] = [url, id].map((one) => one !== undefined && one !== null)
  if (hasUrl === hasId) throw wrong(field, 'has one of image_url and file_id')
  return hasUrl ? pictureAt(url, `${field}.image_url`) : storedPicture(id, `${field}.file_id`)
}

/** A data URL holds the picture; any other address may be of a file that was uploaded here. */
function pictureAt(value: unknown, field: string): Picture {
  const text = typeof value === 'string' || value instanceof JsonBlob ? value : ''
  const image = dataUrlImage(text)
  return image === null ? storedPicture(value, field) : here({ image })
}

function storedPicture(value: unknown, field: string): Picture {
  if (typeof value === 'string' && value !== '') return { kind: 'stored', uri: value, field }
  throw wrong(field, 'holds no picture: send a data URL (data:image/png;base64,…), or a file of a form')
}

/** In a form pictures are files, or texts as in JSON. */
function fromForm({ fields, files, byteLength }: Form): ImagesBody {
  const body = fromJson(jsonOfFields(fields), 'image_edit', byteLength)
  const photos = files.filter(({ name }) => name === 'image')
  const masks = [...files.filter(({ name }) => name === 'mask').map(here), ...(body.mask ? [body.mask] : [])]
  if (masks.length > 1) throw wrong('mask', 'came more than once; once is taken')
  const other = files.find(({ name }) => name !== 'image' && name !== 'mask')
  if (other !== undefined) throw misplaced(other.name)
  return { ...body, images: [...photos.map(here), ...body.images], mask: masks[0] ?? null }
}

function misplaced(name: string): PlantainError {
  // JSON's name for them, which says nothing of files.
  if (name === 'images') return wrong('images', 'came as a file; the files of a form are called image')
  mustBeKnown(CHECKS.image_edit, Object.fromEntries([[name, 'a file']]))
  return wrong(shownName(name), 'came as a file, and is a text')
}

function here({ image }: { readonly image: EncodedImage }): Picture {
  return { kind: 'here', image }
}
