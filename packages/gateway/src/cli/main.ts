import { EXIT } from '../contract/error.ts'
import { runCli } from './program.ts'
import { createTerminal } from './terminal.ts'

/** The command line: reads `argv` (without node and script), sets the exit code, and lets the process end by itself. */
export async function main(argv: string[]): Promise<void> {
  const terminal = createTerminal(process)
  const interrupt = new AbortController()
  const onSignal = () => {
    if (interrupt.signal.aborted) {
      if (terminal.stderr.live) terminal.stderr.write('\x1b[?25h\n')
      process.exit(EXIT.interrupted)
    }
    interrupt.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  // Whoever read our output has seen enough (`plantain models | head -1`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(process.exitCode ?? EXIT.edited)
  })
  process.exitCode = await runCli(argv, terminal, interrupt.signal)
  process.off('SIGINT', onSignal)
  process.off('SIGTERM', onSignal)
}
