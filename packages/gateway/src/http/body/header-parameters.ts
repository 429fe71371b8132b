/** A header value such as `form-data; name="a"`. */
export interface ParameterisedValue {
  /** In lower case. */
  readonly essence: string
  /** By their names in lower case; quotes and backslashes taken off. */
  readonly parameters: ReadonlyMap<string, string>
}

/** `null`: it is no such value, or has a parameter twice, of which two readers could take different ones. */
export function readParameters(value: string): ParameterisedValue | null {
  const essence = /^[^;]*/.exec(value)?.[0] ?? ''
  const parameters = new Map<string, string>()
  for (let at = essence.length; at < value.length;) {
    PARAMETER.lastIndex = at
    const found = PARAMETER.exec(value)
    if (found === null) return /^[;\s]*$/.test(value.slice(at)) ? result(essence, parameters) : null
    const [whole, name = '', quoted, plain = ''] = found
    const key = name.toLowerCase()
    if (parameters.has(key)) return null
    parameters.set(key, quoted === undefined ? plain : quoted.replaceAll(/\\(.)/g, '$1'))
    at += whole.length
  }
  return result(essence, parameters)
}

const PARAMETER = /\s*;\s*([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s";]*))(?=\s*(?:;|$))/y

function result(essence: string, parameters: ReadonlyMap<string, string>): ParameterisedValue {
  return { essence: essence.trim().toLowerCase(), parameters }
}
