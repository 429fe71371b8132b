import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Child, startNode } from './child.ts'
import { type Contender, NotHereError, type Setting, running } from './contender.ts'
import { FORM_BOUNDARY, MODEL, UPSTREAM_KEY } from './workload.ts'

const run = promisify(execFile)
const LAUNCHER = resolve(import.meta.dirname, '../../packages/gateway/bin/plantain.js')
const PATH = `/v1beta/models/${MODEL}:generateContent`

export interface OursOptions {
  /** How much of an answer is looked at before it is handed on. */
  readonly verify: 'headers' | 'pixels'
  /** Which of its doors is knocked at; Gemini's unless told. */
  readonly dialect?: 'gemini' | 'images'
  /** What bodies in flight may hold together, as `limits.inFlightBytes` spells it. */
  readonly inFlightBytes?: string
}

export const OURS = ours('ours', 'plantain', { verify: 'headers' })
export const OURS_PIXELS = ours('ours-pixels', 'plantain, pixels verified', { verify: 'pixels' })
export const OURS_IMAGES = ours('ours-images', 'plantain, a form to the OpenAI door', {
  verify: 'headers',
  dialect: 'images',
})

/** This gateway with its full work: key, scan, sniff, hash, what a retry needs, metrics, logs. */
export function ours(id: string, title: string, options: OursOptions): Contender {
  const { dialect = 'gemini' } = options
  return {
    id,
    title,
    dialect,
    async start(setting) {
      const { key, hash } = await gatewayKey()
      const file = join(setting.folder, 'plantain.yaml')
      // It holds a key: a file that others could read is refused.
      await writeFile(file, configOf(setting, hash, options), { mode: 0o600 })
      const child = startNode([LAUNCHER, 'serve', '--config', file])
      const port = await portOf(child)
      return dialect === 'gemini'
        ? running(child, port, PATH, { 'x-goog-api-key': key })
        : running(child, port, '/v1/images/edits', { authorization: `Bearer ${key}`, ...FORM })
    },
  }
}

const FORM = { 'content-type': `multipart/form-data; boundary=${FORM_BOUNDARY}` } as const

/** Above every body of the benchmark, and below every budget. */
const REQUEST_BYTES = '32MiB'

/** Every YAML document may be JSON. */
function configOf({ upstreamPort, folder }: Setting, hash: string, options: OursOptions): string {
  const { verify, inFlightBytes = '2GiB' } = options
  return JSON.stringify({
    listen: { port: 0 },
    // As much as anybody may have: what is measured is no throttle.
    keys: [{ id: 'bench', hash, limits: { concurrent: 100_000, requestsPerMinute: 6_000_000 } }],
    credentials: [{ id: 'upstream', apiKey: UPSTREAM_KEY }],
    targets: [{ provider: 'ai-studio', credential: 'upstream', baseUrl: `http://127.0.0.1:${upstreamPort}` }],
    limits: { requestBytes: REQUEST_BYTES, inFlightBytes, verify },
    store: { folder: join(folder, 'store') },
    observe: { metrics: true, logFile: join(folder, 'plantain.log') },
  })
}

async function portOf(child: Child): Promise<number> {
  try {
    const [, port] = await child.printed(/Plantain ready at http:\/\/127\.0\.0\.1:(\d+)/)
    return Number(port)
  } catch (error) {
    throw /unknown command/i.test(child.said()) ? new NotHereError(NO_SERVER) : error
  }
}

const NO_SERVER = 'this checkout has no `plantain serve`'

async function gatewayKey(): Promise<{ readonly key: string; readonly hash: string }> {
  try {
    const { stdout } = await run(process.execPath, [LAUNCHER, 'keys', 'new', '--json'])
    return JSON.parse(stdout)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    throw /unknown command/i.test(said) ? new NotHereError(NO_SERVER) : error
  }
}
