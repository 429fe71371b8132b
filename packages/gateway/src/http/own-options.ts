import type { IncomingHttpHeaders } from 'node:http'
import { PlantainError } from '../contract/error.ts'
import type { EncodedImage } from '../contract/request.ts'
import { dataUrlImage } from '../wire/data-url.ts'
import { encodedImage } from '../wire/gemini-document.ts'
import { JsonBlob } from '../wire/json-blob.ts'
import { asObject, field } from '../wire/json-field.ts'
import { type EditOptions, readEditOptions } from './edit-options.ts'

/** What a request in another dialect says in Plantain's own words. */
export interface OwnOptions {
  readonly options: EditOptions
  readonly mask: EncodedImage | null
}

/**
 * Reads the object in `plantain` and the headers; the object wins. Throws `invalid_request` naming what is wrong, and
 * `mask_unusable`.
 */
export function readOwnOptions(own: unknown, headers: IncomingHttpHeaders): OwnOptions {
  return { options: readEditOptions(withoutMask(own), headers), mask: maskOf(own) }
}

/** A mask is a picture, which the rules for options know nothing of. */
function withoutMask(own: unknown): unknown {
  const object = asObject(own)
  if (object === undefined) return own
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== 'mask'))
}

function maskOf(own: unknown): EncodedImage | null {
  const mask = field(asObject(own), 'mask')
  if (mask === undefined || mask === null) return null
  const isText = typeof mask === 'string' || mask instanceof JsonBlob
  const image = isText ? (dataUrlImage(mask) ?? encodedImage(mask)) : null
  if (image !== null) return image
  throw new PlantainError('mask_unusable', 'plantain.mask is no picture in base64.')
}
