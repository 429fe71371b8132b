import { loadGatewayConfig, type LoadedConfig } from '../config/load-gateway-config.ts'
import { type Mistake, mistakeLine } from '../config/mistake.ts'
import { EXIT, type ExitCode } from '../contract/error.ts'
import { realSystem } from '../system.ts'
import { configSummary } from './config-summary.ts'
import { reportThrown, warningText } from './fault-line.ts'
import type { Terminal } from './terminal.ts'
import { wrapped } from './wrapped.ts'

export interface ConfigCheckOptions {
  readonly path: string | null
  readonly json: boolean
}

/** `plantain config check`: whether the gateway would start, and as what. */
export async function configCheckCommand(
  { path, json }: ConfigCheckOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  try {
    const loaded = await loadGatewayConfig({
      path,
      env: terminal.env,
      folder: '.',
      nowMs: realSystem.clock.now(),
    })
    if (json) terminal.stdout.write(`${JSON.stringify(report(loaded))}\n`)
    else if (loaded.kind === 'mistakes') writeMistakes(loaded, terminal)
    else writeConfig(loaded, terminal)
    return loaded.kind === 'mistakes' ? EXIT.usage : EXIT.edited
  } catch (thrown) {
    return reportThrown(thrown, terminal)
  }
}

function report(loaded: LoadedConfig): object {
  const { file, warnings } = loaded
  const told = { file, warnings: warnings.map(flat) }
  return loaded.kind === 'mistakes'
    ? { ok: false, ...told, mistakes: loaded.mistakes.map(flat) }
    : { ok: true, ...told, mistakes: [], config: loaded.config, because: loaded.because }
}

/** `file`, `line` and `column`, or `variable`. */
function flat({ place, ...rest }: Mistake): object {
  if (place.kind === 'variable') return { variable: place.name, ...rest }
  const { file, line, column } = place
  return { file, line, column, ...rest }
}

function writeMistakes(
  { mistakes, warnings }: Extract<LoadedConfig, { kind: 'mistakes' }>,
  terminal: Terminal,
): void {
  const { stdout } = terminal
  const width = Math.min(stdout.width, 100)
  for (const { remedy, ...mistake } of mistakes) {
    // In one piece, however wide, so that editors and terminals find the place in it.
    stdout.write(`${mistakeLine({ ...mistake, remedy: '' }).trimEnd()}\n`)
    stdout.write(`${stdout.paint('cyan', wrapped(remedy, width, { first: '  → ', rest: '    ' }))}\n`)
  }
  writeWarnings(warnings, terminal)
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`
  stdout.write(`\n${stdout.paint('red', `${count}: the gateway would not start.`)}\n`)
}

function writeConfig(
  { file, config, because, warnings }: Extract<LoadedConfig, { kind: 'config' }>,
  terminal: Terminal,
): void {
  const { stdout } = terminal
  writeWarnings(warnings, terminal)
  const source = file === null ? 'There is no plantain.yaml, and none is needed.' : `${file} is good.`
  stdout.write(`${stdout.paint('green', source)} This would run:\n\n`)
  for (const { topic, lines } of configSummary(config, because)) {
    for (const [number, line] of lines.entries()) {
      stdout.write(`${stdout.paint('bold', (number === 0 ? topic : '').padEnd(TOPIC_COLUMNS))}${line}\n`)
    }
  }
}

const TOPIC_COLUMNS = 13

function writeWarnings(warnings: readonly Mistake[], { stderr }: Terminal): void {
  for (const warning of warnings) stderr.write(`${warningText(stderr, mistakeLine(warning))}\n`)
}
