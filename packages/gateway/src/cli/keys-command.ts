import { hashOf, KEY_ENVIRONMENTS, type KeyEnvironment, newGatewayKey } from '../auth/gateway-key.ts'
import { KEY_ID, KEYLESS_ID } from '../contract/caller.ts'
import { EXIT, type ExitCode } from '../contract/error.ts'
import { realSystem } from '../system.ts'
import { reportThrown, usageError } from './fault-line.ts'
import type { Terminal } from './terminal.ts'

/** The options of `plantain keys new` as commander hands them over. */
export interface RawKeyOptions {
  readonly id?: string
  readonly env?: string
  readonly json?: boolean
}

/** Of the hash, so that keys made one after the other have different names. */
const ID_DIGITS = 8

/** `plantain keys new`: the only time that a key is shown. */
export function keysNewCommand({ id, env = 'live', json }: RawKeyOptions, terminal: Terminal): ExitCode {
  const { stdout, stderr } = terminal
  try {
    const key = newGatewayKey({ env: environmentOf(env), random: realSystem.random }).reveal()
    const hash = hashOf(key)
    const name = id === undefined ? `key-${hash.slice(-ID_DIGITS)}` : idOf(id)
    if (json) {
      stdout.write(`${JSON.stringify({ key, id: name, hash })}\n`)
      return EXIT.edited
    }
    stdout.write(`${key}\n\nkeys:\n  - id: ${inYaml(name)}\n    hash: ${hash}\n`)
    const hint = 'The key is shown this once: give it to its caller. The entry goes into plantain.yaml.'
    stderr.write(`${stderr.paint('dim', hint)}\n`)
    return EXIT.edited
  } catch (thrown) {
    return reportThrown(thrown, terminal)
  }
}

function environmentOf(text: string): KeyEnvironment {
  const env = KEY_ENVIRONMENTS.find((one) => one === text)
  if (env !== undefined) return env
  throw usageError(`--env is ${KEY_ENVIRONMENTS.join(' or ')}, not “${text}”.`, 'keys new')
}

function idOf(text: string): string {
  if (text === KEYLESS_ID) {
    throw usageError(`--id cannot be ${KEYLESS_ID}, as callers without a key are called that.`, 'keys new')
  }
  if (KEY_ID.test(text)) return text
  throw usageError('--id is a name of letters, digits, dots, dashes and underscores, at most 64.', 'keys new')
}

/** A name that YAML would take for a number or another value goes in quotes. */
function inYaml(name: string): string {
  return /^[A-Za-z][\w.-]*$/.test(name) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(name)
    ? name
    : `"${name}"`
}
