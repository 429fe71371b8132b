/** The process's environment; the one place that reads it. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env
}
