import { mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { destination, type LevelWithSilent, pino } from 'pino'
import { PlantainError } from '../contract/error.ts'
import type { Clock } from '../contract/system.ts'
import { cleanFields } from './clean-fields.ts'
import { cleanText } from './clean-text.ts'
import { readableLine } from './readable-line.ts'

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const satisfies LevelWithSilent[]
export type LogLevel = (typeof LOG_LEVELS)[number]
export type LineLevel = Exclude<LogLevel, 'silent'>

/** Texts, numbers, lists and objects of them; an `Error` says its name, code, message and cause. */
export type LogFields = Readonly<Record<string, unknown>>

/** What the process tells whoever runs it. No method throws or waits for a disk. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** As the others do, but for fields that hold nothing from outside that is not clean already. */
  write(level: LineLevel, message: string, fields: LogFields): void
  /** How many lines were dropped since the destination took none. */
  lost(): number
  /** Writes what waits, for as long as `timeoutMs`; what is logged later is dropped. */
  close(options?: { readonly timeoutMs?: number }): Promise<void>
}

export interface LogOptions {
  readonly clock: Clock
  readonly level: LogLevel
  /** A descriptor of the process's own, or a file to append to: rotate it by copying and truncating. */
  readonly to: { readonly fd: number } | { readonly file: string }
  /** `readable` is for a person at a terminal. */
  readonly format?: 'json' | 'readable'
  /** Lines that wait for a slow destination; beyond it they are dropped and counted. */
  readonly maxWaitingBytes?: number
}

/** Some 10,000 requests: a disk that is away for a few seconds loses nothing, one that is full costs no more than this. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024
const CLOSE_TIMEOUT_MS = 5000

/** Opens the log. Throws `PlantainError` `config_invalid` where the file cannot be written. */
export function createLog(options: LogOptions): Log {
  const { clock, level, to, format = 'json', maxWaitingBytes = MAX_WAITING_BYTES } = options
  const stream = destination({
    dest: 'fd' in to ? to.fd : openFile(to.file),
    sync: false,
    maxLength: maxWaitingBytes,
  })
  let lost = 0
  let open = true
  stream.on('drop', () => {
    lost += 1
  })
  // A full disk is tried again with the next line. A reader of standard output that is gone does not come back.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') open = false
  })
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => stream.write(format === 'json' ? line : readableLine(line)) },
  )
  const write: Log['write'] = (lineLevel, message, fields) => {
    if (!open) {
      lost += 1
      return
    }
    try {
      logger[lineLevel](fields, message)
    } catch {
      lost += 1
    }
  }
  const told = (lineLevel: LineLevel) => (message: string, fields?: LogFields) => {
    try {
      if (logger.isLevelEnabled(lineLevel)) write(lineLevel, cleanText(message), cleanFields(fields ?? {}))
    } catch {
      lost += 1
    }
  }
  return {
    debug: told('debug'),
    info: told('info'),
    warn: told('warn'),
    error: told('error'),
    write,
    lost: () => lost,
    close: async ({ timeoutMs = CLOSE_TIMEOUT_MS } = {}) => {
      if (!open) return
      open = false
      const { promise, resolve } = Promise.withResolvers<void>()
      stream.once('close', resolve)
      const timer = setTimeout(resolve, timeoutMs)
      stream.end()
      await promise
      clearTimeout(timer)
      // Whatever still waits would otherwise be written when the process exits, for as long as that takes.
      stream.destroy()
    },
  }
}

function openFile(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true })
    // Who asks and what it cost is nobody else's business on a shared machine.
    return openSync(file, 'a', 0o640)
  } catch (cause) {
    throw new PlantainError(
      'config_invalid',
      `The log file ${cleanText(file)} cannot be written. Name another one, or let this user write there.`,
      { cause },
    )
  }
}
