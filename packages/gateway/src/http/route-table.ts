import { TrieRouter } from 'hono/router/trie-router'
import type { Door, Method, Route } from './route.ts'

export type Found =
  | { readonly kind: 'route'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** The path is there, for other methods. */
  | { readonly kind: 'other-method'; readonly door: Door; readonly methods: readonly Method[] }
  | { readonly kind: 'nowhere'; readonly door: Door }

export interface RouteTable {
  readonly routes: readonly Route[]
  find(method: string, path: string): Found
}

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE']

export function createRouteTable(routes: readonly Route[]): RouteTable {
  const router = new TrieRouter<Route>()
  for (const route of routes) router.add(route.method, route.path, route)
  const match = (method: string, path: string) => {
    const [first] = router.match(method, path)[0]
    if (first === undefined) return null
    const params = decoded(first[1])
    return params === null ? null : { route: first[0], params }
  }
  return {
    routes,
    find(asked, path) {
      const method = asked === 'HEAD' ? 'GET' : asked
      const found = match(method, path)
      if (found !== null) return { kind: 'route', ...found }
      const others = METHODS.flatMap((other) => match(other, path)?.route ?? [])
      const [first] = others
      if (first === undefined) return { kind: 'nowhere', door: doorOf(path) }
      return { kind: 'other-method', door: first.door, methods: others.map(({ method: one }) => one) }
    },
  }
}

/** `null`: an escape is broken. */
function decoded(params: unknown): Readonly<Record<string, string>> | null {
  try {
    return Object.fromEntries(
      Object.entries(params ?? {}).map(([name, value]) => [name, decodeURIComponent(String(value))]),
    )
  } catch {
    return null
  }
}

/** Whose words a path that leads nowhere is answered in: whoever asks has a client that reads them. */
export function doorOf(path: string): Door {
  if (/^\/(?:v1\/)?(?:images|chat|responses|embeddings|audio)(?:\/|$)/.test(path)) return 'openai'
  if (/^\/(?:v1(?:beta1?)?\/)?(?:projects|publishers)\//.test(path)) return 'vertex'
  if (/^\/(?:v1|v1beta|v1beta1)\/interactions(?:\/|$)/.test(path)) return 'interactions'
  if (/^\/v1\/(?:edits|edit-batches)(?:\/|$)/.test(path)) return 'native'
  if (
    /^\/(?:upload\/|download\/)?(?:v1beta1?|v1)\//.test(path) ||
    /^\/(?:models|files|upload)(?:\/|$)/.test(path)
  )
    return 'gemini'
  return 'system'
}
