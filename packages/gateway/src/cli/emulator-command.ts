import { once } from 'node:events'
import { EXIT, type ExitCode } from '../contract/error.ts'
import { isLoopback } from '../emulator/server/listen.ts'
import type { CommandContext } from './edit-command.ts'
import { type RawEmulatorOptions, readEmulatorOptions } from './emulator-options.ts'
import { emulatorWords } from './emulator-words.ts'
import { reportThrown, warningText } from './fault-line.ts'

/** `plantain emulator`: runs until it is told to stop. */
export async function emulatorCommand(
  raw: RawEmulatorOptions,
  { terminal, signal }: CommandContext,
): Promise<ExitCode> {
  const { stdout, stderr } = terminal
  try {
    if (raw.list) {
      stdout.write(emulatorWords(Math.min(stdout.width, 100)))
      return EXIT.edited
    }
    const options = readEmulatorOptions(raw)
    const { startEmulator } = await import('../emulator.ts')
    const emulator = await startEmulator(options)
    if (!isLoopback(options.host ?? '127.0.0.1')) {
      stderr.write(
        `${warningText(stderr, `the emulator can be reached from other machines, by anybody and without a password.`)}\n`,
      )
    }
    // One line, for people and for scripts that wait for it.
    stdout.write(`Google emulator ready at ${emulator.url}\n`)
    if (!signal.aborted) await once(signal, 'abort')
    await emulator.close()
    return EXIT.edited
  } catch (thrown) {
    return reportThrown(thrown, terminal)
  }
}
