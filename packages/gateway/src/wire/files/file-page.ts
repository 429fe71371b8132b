import { invalidArgument } from '../api-error.ts'
import { pageAsked, positionIn, tokenOf } from '../page-token.ts'

/** Whose place in the order of creation is known. */
export interface Ordered {
  readonly order: number
}

export interface FilePage<File> {
  readonly files: readonly File[]
  /** `null`: this is the last. */
  readonly nextPageToken: string | null
}

const DEFAULT_PAGE_SIZE = 10
const MAX_PAGE_SIZE = 100

/** One page of `files`, which come the latest first. A token says after which file: files that come or go meanwhile shift nothing. */
export function pageOf<File extends Ordered>(files: readonly File[], query: URLSearchParams): FilePage<File> {
  const { size, token } = pageAsked(query)
  const pageSize = pageSizeOf(size)
  const after = orderIn(token)
  const rest = files.filter(({ order }) => order < after)
  const page = rest.slice(0, pageSize)
  const last = page.at(-1)
  const nextPageToken = last === undefined || rest.length === page.length ? null : tokenOf(last.order)
  return { files: page, nextPageToken }
}

function pageSizeOf(text: string | null): number {
  const size = Number(text)
  if (Number.isInteger(size) && size >= 0 && size <= MAX_PAGE_SIZE) return size || DEFAULT_PAGE_SIZE
  throw invalidArgument(`* ListFilesRequest.page_size: must be between 0 and ${MAX_PAGE_SIZE}.`, 'page_size')
}

function orderIn(token: string | null): number {
  const order = token === null ? Infinity : positionIn(token)
  if (order !== null) return order
  throw invalidArgument('* ListFilesRequest.page_token: is not one that was given.', 'page_token')
}
