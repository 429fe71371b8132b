/** A request before it is spoiled. `{{upload}}` and the like stand for what earlier answers of the same case gave. */
export interface Draft {
  readonly method: string
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly headers: readonly Header[]
  readonly body: Body | null
}
export type Header = readonly [name: string, value: string]
export type Body =
  | { readonly json: unknown }
  | { readonly bytes: Buffer }
  /** A form, whose boundary is `BOUNDARY`. */
  | { readonly parts: readonly FormPart[] }

export interface FormPart {
  readonly name: string
  /** A text, or a file. */
  readonly value: string | Buffer
}

/** Requests that belong together, good as they are. */
export interface Sample {
  readonly name: string
  readonly steps: readonly [Draft, ...Draft[]]
  /** How often it is drawn. */
  readonly weight: number
}

/** In every credential that is sent, so that it is seen wherever it comes out again. */
export const SECRET = 'Zq7fuzzSecret'
