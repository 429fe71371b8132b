import { pageAsked, positionIn, tokenOf } from './page-token.ts'

/** A page of a list, or what is wrong with how it was asked for. */
export type ListPage<Item> =
  | { readonly kind: 'page'; readonly items: readonly Item[]; readonly nextPageToken: string | undefined }
  | { readonly kind: 'mistake'; readonly text: string; readonly field: string }

const DEFAULT_PAGE = 50
const LARGEST_PAGE = 1000

/** The page a query asks for; the token is where the next begins, which a list this stable needs no more than. */
export function pageOf<Item>(all: readonly Item[], query: URLSearchParams): ListPage<Item> {
  const { size, token } = pageAsked(query)
  const length = lengthOf(size)
  const from = startOf(token, all.length)
  if (length === null) {
    return {
      kind: 'mistake',
      text: `Invalid value at 'page_size' (TYPE_INT32), "${size}"`,
      field: 'page_size',
    }
  }
  if (from === null) return { kind: 'mistake', text: 'The page token is invalid.', field: 'page_token' }
  const next = from + length
  return {
    kind: 'page',
    items: all.slice(from, next),
    nextPageToken: next < all.length ? tokenOf(next) : undefined,
  }
}

function lengthOf(text: string | null): number | null {
  const size = Number(text)
  if (!Number.isSafeInteger(size) || size < 0) return null
  // Zero is proto3's way of saying nothing.
  return size === 0 ? DEFAULT_PAGE : Math.min(size, LARGEST_PAGE)
}

function startOf(token: string | null, end: number): number | null {
  if (token === null) return 0
  const at = positionIn(token)
  return at !== null && at > 0 && at < end ? at : null
}
