import type { Child } from './child.ts'
import type { Dialect } from './workload.ts'

/** Somebody that can stand in front of the upstream. */
export interface Contender {
  readonly id: string
  /** As the tables have it. */
  readonly title: string
  readonly dialect: Dialect
  /** Throws `NotHereError` where this machine has none. */
  start(setting: Setting): Promise<Running>
}

export interface Setting {
  readonly upstreamPort: number
  /** Of this start alone, for configuration and whatever it writes. */
  readonly folder: string
}

export interface Running extends Pick<Child, 'watchLoop' | 'loopDelay' | 'ended' | 'stop'> {
  readonly port: number
  /** `null`: there is no process, requests go straight to the upstream. */
  readonly pid: number | null
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** A contender that this machine does not have. It is left out, by name. */
export class NotHereError extends Error {
  override readonly name = 'NotHereError'
}

/** A contender that has a process. */
export function running(
  child: Child,
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Running {
  const { pid, watchLoop, loopDelay, ended, stop } = child
  const sent = { 'content-type': 'application/json', ...headers }
  return { port, pid, path, headers: sent, watchLoop, loopDelay, ended, stop }
}
