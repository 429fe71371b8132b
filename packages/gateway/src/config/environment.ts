/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The process's environment; the one place that reads it. */
export function environment(): Environment {
  return process.env
}
