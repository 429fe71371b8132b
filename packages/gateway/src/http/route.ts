import type { Scope } from '../contract/caller.ts'
import type { Handler } from './exchange.ts'

/** The dialect a path speaks, also in its errors. */
export type Door = 'native' | 'gemini' | 'vertex' | 'openai' | 'interactions' | 'system'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** One line of the table of everything the gateway answers. */
export interface Route {
  readonly method: Method
  /** As hono writes them: `/v1/edits/:id`. Each name is one segment, percent-decoded. */
  readonly path: string
  readonly door: Door
  /**
   * What a key needs for it. `open`: anybody may, without a key: health, documentation, and addresses that are a
   * credential themselves.
   */
  readonly access: Scope | 'open'
  readonly handler: Handler
}
