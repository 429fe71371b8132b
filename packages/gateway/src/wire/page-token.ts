/** What a call says of the page of a list it wants, spelt either way; `null`: nothing. */
export interface PageAsked {
  readonly size: string | null
  readonly token: string | null
}

export function pageAsked(query: URLSearchParams): PageAsked {
  return {
    size: query.get('pageSize') || query.get('page_size') || null,
    token: query.get('pageToken') || query.get('page_token') || null,
  }
}

/** A token that says where the next page begins. */
export function tokenOf(position: number): string {
  return Buffer.from(String(position)).toString('base64url')
}

/** `null`: `tokenOf` made no such token. */
export function positionIn(token: string): number | null {
  const position = Number(Buffer.from(token, 'base64url').toString('latin1'))
  return Number.isSafeInteger(position) && tokenOf(position) === token ? position : null
}
