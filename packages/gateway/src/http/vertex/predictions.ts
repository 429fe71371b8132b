import type { EditResult, MissingResult } from '../../contract/result.ts'
import { encodeBase64 } from '../../wire/base64.ts'
import { Base64Bytes } from '../../wire/json-blob.ts'
import { writeJson } from '../../wire/json-write.ts'
import { editHeaders } from '../edit-headers.ts'
import { jsonReply, type Reply } from '../exchange.ts'
import { faultReply } from '../fault-reply.ts'
import { faultForCaller, resultForCaller } from '../operator-fault.ts'

export interface PredictionsOptions {
  /** Whether entries that did not come are to say why, instead of being left out. */
  readonly reasons: boolean
  /** What `prompt` of each entry is to say; `null`: nothing. */
  readonly prompt: string | null
  readonly ownCredential: boolean
}

/**
 * An edit as Imagen answers it: an entry an image; one that did not come is left out, or only says why. Where all were
 * blocked,
 * there are no entries, and no error either: Imagen's clients expect it so. The outcome is in the headers.
 */
export function predictionsReply(made: EditResult, options: PredictionsOptions): Reply {
  const result = resultForCaller(made, options)
  const { error, images } = result
  const headers = editHeaders(result)
  const mayGoOut = images.length > 0 && !holdsUnmasked(result)
  if (error !== null && !mayGoOut && !SAID_IN_200.has(error.code)) {
    const reply = faultReply(faultForCaller(made, options), 'vertex')
    return { ...reply, headers: { ...reply.headers, ...headers } }
  }
  const predictions = [
    ...(mayGoOut ? images.map((image) => entry(image, options)) : []),
    ...(options.reasons ? leftOut(result, mayGoOut) : []),
  ]
  const reply = jsonReply(200, {}, headers)
  return { ...reply, body: writeJson(predictions.length === 0 ? {} : { predictions }) }
}

/** Of several results none of which is an edit, one that could not be put back lies among the images. */
function holdsUnmasked({ outcome, missing }: EditResult): boolean {
  return outcome !== 'edited' && [outcome, ...missing.map(({ code }) => code)].includes('preserve_failed')
}

/** Imagen leaves out what these are about. */
const SAID_IN_200: ReadonlySet<string> = new Set(['no_image', 'image_blocked'])

function entry({ mimeType, bytes }: EditResult['images'][number], { prompt }: PredictionsOptions) {
  return {
    mimeType,
    bytesBase64Encoded: new Base64Bytes(encodeBase64(bytes)),
    ...(prompt !== null && { prompt }),
  }
}

function leftOut({ outcome, error, missing, images }: EditResult, mayGoOut: boolean) {
  // Where none is an edit, those that failed a check are entries themselves.
  const isShown = ({ code }: MissingResult) => mayGoOut && outcome !== 'edited' && SHOWN.has(code)
  const several = missing.filter((one) => !isShown(one)).map(({ message }) => message)
  const only = error !== null && missing.length === 0 && images.length === 0 ? [error.message] : []
  return [...several, ...only].map((raiFilteredReason) => ({ raiFilteredReason }))
}

/** What has an image all the same. */
const SHOWN: ReadonlySet<string> = new Set(['unchanged', 'wrong_shape'])
