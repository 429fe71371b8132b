export const API_VERSIONS = ['v1', 'v1beta', 'v1beta1'] as const
/** What stands before the resource in the path; `''` where nothing does, which is served as well. */
export type ApiVersion = (typeof API_VERSIONS)[number] | ''

/** A place on Vertex AI; both are empty on the Developer API, the project is in express mode. */
export interface Place {
  readonly project: string
  readonly location: string
}

/** What stands between a path's slashes, percent-decoded once; `null`: the escapes are broken. */
export function segmentsOf(path: string): readonly string[] | null {
  try {
    return path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent)
  } catch {
    return null
  }
}

/** Of the one project there is, where a number is wanted. */
export const PROJECT_NUMBER = '123456789012'
