import { once } from 'node:events'
import { cwd } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import type { GatewayConfig, GatewayTarget } from '../config/gateway-config.ts'
import { configPath } from '../config/config-file.ts'
import { type LoadedConfig, loadGatewayConfig } from '../config/load-gateway-config.ts'
import { configError, mistakeLine } from '../config/mistake.ts'
import { EXIT, type ExitCode } from '../contract/error.ts'
import type { CommandContext } from './edit-command.ts'
import { realSystem } from '../system.ts'
import { watchConfig } from './watch-config.ts'
import { reportThrown, usageError, warningText } from './fault-line.ts'
import type { Terminal } from './terminal.ts'

/** The options of `plantain serve` as commander hands them over. */
export interface RawServeOptions {
  readonly config?: string
  readonly port?: string
  readonly host?: string
}

/** `plantain serve`: runs the gateway until it is told to stop, then lets edits under way end. */
export async function serveCommand(
  raw: RawServeOptions,
  { terminal, signal, version }: CommandContext & { readonly version: string },
): Promise<ExitCode> {
  try {
    const from = { path: raw.config ?? null, env: withOptions(raw, terminal.env), folder: cwd() }
    const load = (path: string | null) => loadGatewayConfig({ ...from, path, nowMs: realSystem.clock.now() })
    const loaded = await load(from.path)
    for (const warning of loaded.warnings) {
      terminal.stderr.write(`${warningText(terminal.stderr, mistakeLine(warning))}\n`)
    }
    if (loaded.kind === 'mistakes') throw configError(loaded.mistakes)
    const file = loaded.file === null ? null : configPath(from)
    // By name: a file that is gone for a moment is a mistake then, and not a gateway without keys.
    const source = { load: () => load(file), file }
    await serve(loaded, { terminal, signal, version, source })
    return EXIT.edited
  } catch (thrown) {
    return reportThrown(thrown, terminal)
  }
}

/**
 * Buffers count against the room that V8 leaves the heap to grow, and bodies are buffers: with a heap as small as the
 * gateway's (27 MB) it looked through all of it for every ten bodies of 4 MB, a fifth of the work. Room for three times the
 * heap makes that rare; for more of it, hostile bodies would take more memory. `npm run bench -- gateway` tells what it brings.
 */
const ROOMY_HEAP = '--heap-growing-percent=200'

/** An option of the command line is the variable of the same setting, which wins over the file. */
function withOptions({ port, host }: RawServeOptions, env: Terminal['env']): Terminal['env'] {
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw usageError(`--port is a whole number from 0 to 65535, not “${port}”.`, 'serve')
  }
  return {
    ...env,
    ...(port !== undefined && { PLANTAIN_LISTEN_PORT: port }),
    ...(host !== undefined && { PLANTAIN_LISTEN_HOST: host }),
  }
}

async function serve(
  { config, because }: Extract<LoadedConfig, { kind: 'config' }>,
  {
    terminal,
    signal,
    version,
    source,
  }: CommandContext & { readonly version: string; readonly source: ConfigSource },
): Promise<void> {
  const { stdout, stderr } = terminal
  const untaken = (error: unknown) => log.error('The configuration could not be taken.', { error })
  setFlagsFromString(ROOMY_HEAP)
  const [{ startGateway }, { createLog }] = await Promise.all([
    import('../gateway.ts'),
    import('../observe/log.ts'),
  ])
  const { logLevel, logFile } = config.observe
  const log = createLog({
    clock: realSystem.clock,
    level: logLevel,
    // Standard output has the one line that scripts wait for.
    to: logFile === null ? { fd: STDERR } : { file: logFile },
    format: logFile === null && stderr.isTTY ? 'readable' : 'json',
  })
  const gateway = await startGateway(config, { log, version, load: source.load })
  const stopWatching = watchConfig(source.file, () => void gateway.reload?.().catch(untaken))
  stdout.write(`Plantain ready at ${gateway.url}\n`)
  if (stdout.isTTY) stdout.write(introduction(config, { url: gateway.url, because }))
  if (gateway.adminUrl !== null) log.info('Administration listens.', { url: gateway.adminUrl })
  if (!signal.aborted) await once(signal, 'abort')
  if (stderr.isTTY) stderr.write('Stopping: edits under way may end. Once more (Ctrl+C) stops at once.\n')
  stopWatching()
  const { cutConnections } = await gateway.close()
  if (cutConnections > 0) log.warn('Connections were cut at the end of limits.drainMs.', { cutConnections })
  await log.close()
}

interface ConfigSource {
  readonly load: () => Promise<LoadedConfig>
  /** `null`: the environment alone. */
  readonly file: string | null
}

const STDERR = 2

/** For whoever sits before it: where edits go, who may ask, and what to type first. */
function introduction(
  { keys, targets, routes }: GatewayConfig,
  { url, because }: { readonly url: string; readonly because: string | null },
): string {
  const names = targets.map(targetText)
  const where = routes.length === 0 ? `to ${names.join(', then ')}` : `by routes among ${names.join(', ')}`
  const who =
    keys.length === 0
      ? 'callers on this machine need no key'
      : `callers need one of ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`
  return [
    `  Edits go ${where}${because === null ? '' : ` because ${because}`}; ${who}.`,
    `  Documentation: ${url}/docs`,
    `  Try: curl ${url}/v1/edits -F instruction="make it black and white" -F image=@photo.jpg -H "accept: image/*" -o edited.png`,
    '',
  ].join('\n')
}

function targetText(target: GatewayTarget): string {
  return target.provider === 'local' ? 'the local engine (free)' : `${target.name} (Google bills each edit)`
}
