import type { Environment } from './environment.ts'

export interface Interpolated {
  readonly text: string
  /** Whether the file holds something of it itself, be it as a default, rather than the environment. */
  readonly isLiteral: boolean
  readonly mistakes: readonly { readonly problem: string; readonly remedy: string }[]
}

/** `$${`, `${NAME}`, `${NAME:-default}`, and whatever else begins like one. */
const REFERENCE = /\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})?/g

/**
 * Fills `${NAME}` and `${NAME:-default}` from the environment, once: what a variable holds is not looked through
 * again. `$${` stands for `${`. As in a shell's `:-`, a variable that is empty counts as not set.
 */
export function interpolated(text: string, env: Environment): Interpolated {
  if (!text.includes('${')) return { text, isLiteral: text !== '', mistakes: [] }
  const mistakes: { problem: string; remedy: string }[] = []
  let isLiteral = text.replaceAll(REFERENCE, '') !== ''
  const filled = text.replaceAll(
    REFERENCE,
    (whole, name: string | undefined, otherwise: string | undefined) => {
      if (whole === '$${') {
        isLiteral = true
        return '${'
      }
      if (name === undefined) {
        mistakes.push({
          problem: 'has a ${ that is no reference to a variable',
          remedy: 'Write ${NAME} or ${NAME:-default}, or $${ for the two characters themselves.',
        })
        return ''
      }
      if (otherwise) isLiteral = true
      const value = Object.hasOwn(env, name) ? env[name] : ''
      if (value) return value
      if (otherwise === undefined) {
        mistakes.push({
          problem: `names the variable ${name}, which is not set or empty`,
          remedy: `Set ${name}, or give a default: \${${name}:-…}.`,
        })
        return ''
      }
      return otherwise
    },
  )
  return { text: filled, isLiteral, mistakes }
}
