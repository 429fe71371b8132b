import { ERRORS, type ErrorCode, EXIT, type ExitCode, PlantainError } from '../contract/error.ts'
import type { Channel, Terminal } from './terminal.ts'
import { laidOut } from './wrapped.ts'

/** A mistake in how the command was called: one line, and where to read how it is called. */
export function usageError(message: string, command = 'edit'): PlantainError {
  return new PlantainError('invalid_request', `${message} See \`${`plantain ${command}`.trim()} --help\`.`)
}

/** Tells what went wrong in one line on stderr and gives the exit code for it. */
export function reportThrown(thrown: unknown, terminal: Terminal): ExitCode {
  const debug = isDebugging(terminal)
  if (PlantainError.is(thrown)) {
    writeProblem(terminal, thrown.message)
    if (debug && thrown.stack) terminal.stderr.write(`${thrown.stack}\n`)
    return exitOf(thrown.code)
  }
  const said = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  const more = debug ? '' : ' Set PLANTAIN_DEBUG=1 to see where, and please report it.'
  writeProblem(terminal, `Something is wrong in Plantain itself (${said}).${more}`)
  if (debug && thrown instanceof Error && thrown.stack) terminal.stderr.write(`${thrown.stack}\n`)
  return EXIT.internal
}

export function writeProblem({ stderr }: Terminal, message: string): void {
  stderr.write(`${problemText(stderr, message)}\n`)
}

/** The problem in the first line; what follows it in the message is a list to look things up in. */
export function problemText(stderr: Channel, message: string, advice: readonly string[] = []): string {
  const end = message.indexOf('\n')
  const problem = end < 0 ? message : message.slice(0, end)
  const list =
    end < 0 ? [] : [stderr.paint('dim', laidOut(message.slice(end + 1), Math.min(stderr.width, 100)))]
  return [`${stderr.paint('red', 'plantain:')} ${problem.trim()}`, ...list, ...advice].join('\n')
}

export function warningText(stderr: Channel, message: string): string {
  return `${stderr.paint('yellow', 'warning:')} ${message}`
}

export function exitOf(code: ErrorCode): ExitCode {
  return ERRORS[code].exit
}

function isDebugging({ env }: Terminal): boolean {
  return env['PLANTAIN_DEBUG'] === '1'
}
