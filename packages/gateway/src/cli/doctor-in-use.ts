import { cwd } from 'node:process'
import { configError } from '../config/mistake.ts'
import { loadGatewayConfig } from '../config/load-gateway-config.ts'
import { EXIT, type ExitCode } from '../contract/error.ts'
import { isDay } from '../emulator/day.ts'
import { DAY_MS, msOf } from '../models/lifecycle.ts'
import { realSystem } from '../system.ts'
import type { RawDoctorOptions } from './doctor.ts'
import { reportThrown, usageError } from './fault-line.ts'
import { type Ahead, findingOf, type InUse, isDue, modelsInUse } from './models-in-use.ts'
import type { Terminal } from './terminal.ts'
import { writeFinding } from './write-finding.ts'

/** As long as a change takes to be planned, made and rolled out. */
const WITHIN_DAYS = 30
const MOST_DAYS = 3650

/**
 * `plantain doctor --models`: whether the models in use live on, for pipelines. Nothing is dialed. Where one is over or
 * ends soon the exit code is that of a refusal: nothing is broken and Google would not fail, but what is asked for cannot
 * be had as it is asked. A date of third parties alone, by which nothing moves, fails no pipeline either.
 */
export async function doctorModelsCommand(raw: RawDoctorOptions, terminal: Terminal): Promise<ExitCode> {
  try {
    const ahead = aheadOf(raw)
    const loaded = await loadGatewayConfig({
      path: raw.config ?? null,
      env: terminal.env,
      folder: cwd(),
      nowMs: ahead.nowMs,
    })
    if (loaded.kind === 'mistakes') throw configError(loaded.mistakes)
    const uses = modelsInUse(loaded, ahead)
    const exit = uses.some(isDue) ? EXIT.refused : EXIT.edited
    const told = { file: loaded.file, ...ahead, exit }
    if (raw.json) terminal.stdout.write(`${JSON.stringify(report(uses, told))}\n`)
    else write(uses, told, terminal)
    return exit
  } catch (thrown) {
    return reportThrown(thrown, terminal)
  }
}

function aheadOf({ date, within, provider }: RawDoctorOptions): Ahead {
  if (provider !== undefined)
    throw wrong('--provider does not go with --models, which reads the configuration.')
  if (date !== undefined && !isDay(date)) throw wrong(`--date is a day such as 2026-12-31, not “${date}”.`)
  if (within !== undefined && !(/^\d{1,4}$/.test(within) && Number(within) <= MOST_DAYS)) {
    throw wrong(`--within is a whole number of days from 0 to ${MOST_DAYS}, not “${within}”.`)
  }
  return {
    nowMs: date === undefined ? realSystem.clock.now() : msOf(date),
    withinDays: within === undefined ? WITHIN_DAYS : Number(within),
  }
}

function wrong(message: string): Error {
  return usageError(message, 'doctor')
}

interface Told extends Ahead {
  readonly file: string | null
  readonly exit: ExitCode
}

function report(uses: readonly InUse[], { file, nowMs, withinDays, exit }: Told): object {
  const ok = exit === EXIT.edited
  return { ok, exit, file, date: dayOf(nowMs), withinDays, models: uses.map(entryOf) }
}

function entryOf(use: InUse): object {
  const { name, where, outlook } = use
  const told = { name, where, text: findingOf(use).text }
  if (outlook.kind === 'unknown') return { ...told, state: 'unknown', suggestions: outlook.suggestions }
  if (outlook.kind === 'text-model') return { ...told, state: 'text-model', becomes: outlook.instead.id }
  const { model, state, end, inDays, heir } = outlook
  return {
    ...told,
    state,
    model: model.id,
    end,
    inDays,
    becomes: heir?.model.id ?? null,
    differences: heir?.difference ?? null,
  }
}

function write(uses: readonly InUse[], { file, nowMs, withinDays, exit }: Told, terminal: Terminal): void {
  const { stdout } = terminal
  const source = file === null ? 'There is no plantain.yaml; the default model' : `Models in use by ${file}`
  stdout.write(`${source}, on ${dayOf(nowMs)} and ${withinDays} days ahead:\n\n`)
  const findings = uses.map(findingOf)
  const columns = Math.max(...findings.map(({ topic }) => topic.length))
  for (const finding of findings) writeFinding(terminal, finding, columns + 1)
  const due = uses.filter(isDue).length
  const count = due === 1 ? '1 model in use is over or ends' : `${due} models in use are over or end`
  const [style, verdict] =
    exit === EXIT.edited
      ? ([
          'green',
          `Nothing to do until ${until({ nowMs, withinDays })}, by the dates that can be relied on.`,
        ] as const)
      : (['red', `${count} by ${until({ nowMs, withinDays })} (exit code ${exit}).`] as const)
  stdout.write(`\n${stdout.paint(style, verdict)}\n`)
}

function until({ nowMs, withinDays }: Ahead): string {
  return dayOf(nowMs + withinDays * DAY_MS)
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
