import { PlantainError } from '../../contract/error.ts'
import type { System } from '../../contract/system.ts'
import type { StoredBlob } from '../../store/blobs.ts'
import type { LinkSigner } from '../../store/link-signer.ts'
import type { KeptResult, Results } from '../../store/results.ts'
import { editHeaders } from '../edit-headers.ts'
import { type Exchange, jsonReply, type OpenExchange, type Reply } from '../exchange.ts'
import type { CreateEditParts } from './create-edit.ts'
import type { PreviousEdits } from './previous-edit.ts'
import { imagePath, imageReply } from './image-reply.ts'
import { wantsImage } from './native-reply.ts'
import { documentReply } from './stored-document.ts'

export interface StoredEditsParts {
  readonly clock: System['clock']
  readonly results: Results
  readonly links: LinkSigner
  /** Is told why a result could not be kept: its caller gets it all the same, as it was paid for. */
  readonly unkept: (thrown: unknown) => void
}

/** Results of edits, to come back for. */
export interface StoredEdits {
  /** Keeps what an edit came to. Links are given only where the images can be had by them. */
  readonly keep: CreateEditParts['keep']
  readonly previous: PreviousEdits['previous']
  /**
   * `GET /v1/edits/{id}`: the result as JSON, its images in it or as links, as it was asked for when it was made; or,
   * with `accept: image/*`, the last image alone.
   */
  get(exchange: Exchange): Promise<Reply>
  /** `DELETE /v1/edits/{id}`: the result and its images, at once. */
  delete(exchange: Exchange): Promise<Reply>
  /**
   * `GET /v1/edits/{id}/images/{n}?expires=…&signature=…`, 0 being the first. **To be mounted without the key guard**:
   * the signature, which vouches for this very image until then, is the credential.
   */
  image(exchange: OpenExchange): Promise<Reply>
}

/** Somebody else's, one that never was, and one whose time is over are answered alike. */
export function createStoredEdits({ clock, results, links, unkept }: StoredEditsParts): StoredEdits {
  const linkTo = (editId: string, index: number, origin: string, expiresAtMs: number) =>
    `${origin}${links.signedPath({ path: imagePath(editId, index), expiresAtMs })}`
  const mustFind = async ({ params, caller }: Exchange): Promise<KeptResult> => {
    const kept = await results.find(params['id'] ?? '', caller.keyId)
    if (kept === null) throw unknown()
    return kept
  }
  const mustHave = async (editId: string, index: number): Promise<StoredBlob> => {
    const image = await results.image(editId, index)
    if (image === null) throw unknown()
    return image
  }

  return {
    keep: async (result, { origin, ...keeping }) => {
      const { metadata } = keeping
      const kept = await results.keep(result, keeping).catch((thrown: unknown) => {
        unkept(thrown)
        return null
      })
      if (kept === null || !keeping.asLinks) return { links: null, metadata }
      const linkOf = (index: number) => linkTo(result.id, index, origin, kept.expiresAtMs)
      return { links: result.images.map((_, index) => linkOf(index)), metadata }
    },
    previous: async (editId, keyId) => {
      const kept = await results.find(editId, keyId)
      if (kept === null) return null
      const { images, model, target } = kept.document
      return { model, target, image: await results.image(editId, images.length - 1) }
    },
    get: async (exchange) => {
      const asImage = wantsImage(exchange.request.headers.accept)
      const { document, asLinks, metadata, expiresAtMs } = await mustFind(exchange)
      const { images, ...rest } = document
      const { id } = rest
      const headers = editHeaders({ ...rest, images: [], sources: [] })
      if (asImage) {
        const last = images.length - 1
        if (last < 0) throw noImage(rest.outcome)
        const reply = imageReply(await mustHave(id, last), { name: `${id}-${last}`, nowMs: clock.now() })
        return { ...reply, headers: { ...headers, ...reply.headers } }
      }
      const told = { ...rest, ...(metadata !== null && { metadata }) }
      if (asLinks) {
        const { origin } = exchange
        const linked = images.map((facts, index) => ({
          ...facts,
          url: linkTo(id, index, origin, expiresAtMs),
        }))
        return jsonReply(200, { ...told, images: linked }, headers)
      }
      const stored = images.map(async (facts, index) => ({ facts, blob: await mustHave(id, index) }))
      return documentReply(told, await Promise.all(stored), headers)
    },
    delete: async ({ params, caller }) => {
      const { id = '' } = params
      if (!(await results.delete(id, caller.keyId))) throw unknown()
      return jsonReply(200, { id, deleted: true })
    },
    image: async ({ params, path, query }) => {
      const { id = '', n = '' } = params
      const index = /^\d{1,3}$/.test(n) ? Number(n) : -1
      if (!links.verify({ path, query })) throw unknown()
      return imageReply(await mustHave(id, index), { name: `${id}-${index}`, nowMs: clock.now() })
    },
  }
}

function unknown(): PlantainError {
  return new PlantainError(
    'not_found',
    'There is no such result, or not any more: results are kept for a while only, each for the key that asked for it.',
  )
}

function noImage(outcome: string): PlantainError {
  return new PlantainError(
    'not_acceptable',
    `The edit came to no image: its outcome is ${outcome}. Ask for application/json to read why.`,
  )
}
