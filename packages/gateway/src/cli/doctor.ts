import { type Config, readConfig } from '../config/config.ts'
import { ERRORS, EXIT, type ExitCode, PlantainError } from '../contract/error.ts'
import { createPlantain } from '../main.ts'
import { RECOMMENDED_MODEL } from '../models/registry.ts'
import { realSystem } from '../system.ts'
import { placeOf } from './announce.ts'
import { credentialFindings } from './doctor-credentials.ts'
import { engineFindings } from './doctor-engine.ts'
import { gatewayFindings } from './doctor-keys.ts'
import { modelFindings } from './doctor-models.ts'
import type { CommandContext } from './edit-command.ts'
import { readProvider } from './edit-options.ts'
import { reportThrown, usageError } from './fault-line.ts'
import type { Finding } from './finding.ts'
import type { Terminal } from './terminal.ts'
import { writeFinding } from './write-finding.ts'

/** As long as a healthy Google ever takes for a small call, and some more. */
const PROBE_TIMEOUT_MS = 20_000

/** The options of `plantain doctor` as commander hands them over. */
export interface RawDoctorOptions {
  readonly provider?: string
  readonly config?: string
  /** Only whether the models in use live on. */
  readonly models?: boolean
  /** With `models`: as if it were that day. */
  readonly date?: string
  readonly within?: string
  readonly json?: boolean
}

/** `plantain doctor`: whether edits would work here, and what would mend it. Sends no photo and costs nothing. */
export async function doctorCommand(
  { provider, config: path, date, within, json }: RawDoctorOptions,
  { terminal, signal }: CommandContext,
): Promise<ExitCode> {
  try {
    for (const [name, value] of Object.entries({ date, within })) {
      if (value !== undefined) throw usageError(`--${name} goes with --models.`, 'doctor')
    }
    const config = readConfig(
      terminal.env,
      provider === undefined ? {} : { provider: readProvider(provider, 'doctor') },
    )
    const nowMs = realSystem.clock.now()
    const gateway = await gatewayFindings({ path: path ?? null, env: terminal.env, nowMs })
    const findings: Finding[] = []
    const tell = (found: readonly Finding[]) => {
      findings.push(...found)
      if (!json) for (const finding of found) writeFinding(terminal, finding)
    }
    tell([{ topic: 'node', mark: 'ok', text: `Node ${terminal.nodeVersion}.` }])
    tell(await credentialFindings(config, terminal.env))
    tell([routeFinding(config)])
    tell(await googleFindings(config, signal))
    tell(modelFindings(nowMs))
    tell(gateway)
    tell(await engineFindings(signal))
    const exit = verdict(config, findings)
    if (json) terminal.stdout.write(`${JSON.stringify({ ok: exit === EXIT.edited, exit, findings })}\n`)
    else writeVerdict(terminal, config, exit)
    return exit
  } catch (thrown) {
    return reportThrown(thrown, terminal)
  }
}

function routeFinding({ provider, ...config }: Config): Finding {
  const where =
    provider.kind === 'local' ? 'stay on this machine' : `go to ${placeOf({ provider, ...config })}`
  return { topic: 'route', mark: 'ok', text: `Edits ${where} because ${provider.because}.` }
}

async function googleFindings(config: Config, signal: AbortSignal): Promise<readonly Finding[]> {
  if (config.provider.kind === 'local') return []
  const topic = 'google'
  try {
    const plantain = await createPlantain(config)
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)])
      const report = await plantain.probe(RECOMMENDED_MODEL, within)
      // A probe that was cut off reports a cancellation; why is known here only.
      within.throwIfAborted()
      if (report === null) return []
      if (report.kind === 'fault')
        return [{ topic, mark: 'fail', text: report.fault.message, code: report.fault.code }]
      return [
        { topic, mark: 'ok', text: `${RECOMMENDED_MODEL} answers (${report.ms} ms). ${report.proves}` },
        { topic, mark: 'note', text: `Not known: ${lowerFirst(report.leavesOpen)}` },
      ]
    } finally {
      await plantain.close()
    }
  } catch (thrown) {
    if (signal.aborted) throw new PlantainError('cancelled', 'Cancelled.')
    if (PlantainError.is(thrown)) return [{ topic, mark: 'fail', text: thrown.message, code: thrown.code }]
    if (!isTimeout(thrown)) throw thrown
    const text = `${placeOf(config)} did not answer within ${PROBE_TIMEOUT_MS / 1000} s. Check the network, a firewall or a proxy.`
    return [{ topic, mark: 'fail', text, code: 'upstream_unreachable' }]
  }
}

/** Only what the configured way of editing needs decides. */
function verdict({ provider }: Config, findings: readonly Finding[]): ExitCode {
  const needed = provider.kind === 'local' ? 'local engine' : 'google'
  const failed = findings.find(({ topic, mark }) => mark === 'fail' && topic === needed)
  return failed ? ERRORS[failed.code ?? 'internal'].exit : EXIT.edited
}

function writeVerdict({ stdout }: Terminal, config: Config, exit: ExitCode): void {
  const where = config.provider.kind === 'local' ? 'on this machine' : `at ${placeOf(config)}`
  const text =
    exit === EXIT.edited ? `Ready: edits work ${where}.` : `Edits ${where} would fail (exit code ${exit}).`
  stdout.write(`\n${stdout.paint(exit === EXIT.edited ? 'green' : 'red', text)}\n`)
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'TimeoutError'
}
