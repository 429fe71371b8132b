import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** One of the two streams a command writes to. */
export interface Channel {
  readonly stream: Writable
  readonly isTTY: boolean
  /** Whether lines may be drawn over: a terminal that understands escape codes. */
  readonly live: boolean
  /** Columns; a wide page where nobody watches. */
  readonly width: number
  write(data: string | Uint8Array): void
  paint(style: Style, text: string): string
}

/** The command's surroundings, read once in `main.ts` and passed on. */
export interface Terminal {
  readonly stdin: Readable
  readonly stdinIsTTY: boolean
  readonly stdout: Channel
  readonly stderr: Channel
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: string
  /** `24.21.0` */
  readonly nodeVersion: string
}

interface OutputStream extends Writable {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** What is taken of `process`. */
export interface Surroundings {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: string
  readonly versions: { readonly node: string }
}

const WIDTH_UNWATCHED = 100

export function createTerminal({ stdin, stdout, stderr, env, platform, versions }: Surroundings): Terminal {
  return {
    stdin,
    stdinIsTTY: stdin.isTTY === true,
    stdout: channel(stdout, env),
    stderr: channel(stderr, env),
    env,
    platform,
    nodeVersion: versions.node,
  }
}

function channel(stream: OutputStream, env: Terminal['env']): Channel {
  const isTTY = stream.isTTY === true
  const colours = wantsColours(isTTY, env)
  return {
    stream,
    isTTY,
    live: isTTY && env['TERM'] !== 'dumb',
    width: isTTY ? (stream.columns ?? 80) : WIDTH_UNWATCHED,
    write: (data) => void stream.write(data),
    paint: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
  }
}

/** The customs of no-color.org and force-color.org: set and not empty; NO_COLOR wins. */
function wantsColours(isTTY: boolean, env: Terminal['env']): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0'
  return isTTY && env['TERM'] !== 'dumb'
}
