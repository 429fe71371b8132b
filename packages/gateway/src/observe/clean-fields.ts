import { PlantainError } from '../contract/error.ts'
import { Secret } from '../contract/secret.ts'
import { cleanText } from './clean-text.ts'

const MAX_DEPTH = 3
const MAX_MEMBERS = 20
const MAX_NAME_CHARS = 64
const MAX_STACK_CHARS = 2000

/** Values of any origin, made fit for a log: every text clean, bytes by their number, lists and depth bounded. */
export function cleanFields(fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .slice(0, MAX_MEMBERS)
      .map(([name, value]) => [cleanText(name, MAX_NAME_CHARS), cleanValue(value, depth)]),
  )
}

function cleanValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object') return undefined
  if (value instanceof Secret) return value.toJSON()
  if (value instanceof Error) return cleanError(value, depth)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (depth >= MAX_DEPTH) return '[…]'
  if (Array.isArray(value)) return value.slice(0, MAX_MEMBERS).map((item) => cleanValue(item, depth + 1))
  return cleanFields({ ...value }, depth + 1)
}

/** An error by its words. What else hangs on it may be a request with all its headers. */
function cleanError(error: Error, depth: number): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    name: cleanText(error.name),
    ...(typeof code === 'string' && { code: cleanText(code) }),
    message: cleanText(error.message),
    // Ours say all there is to know; where another one was thrown is what has to be found.
    ...(!PlantainError.is(error) &&
      error.stack && { stack: cleanText(frames(error.stack), MAX_STACK_CHARS) }),
    ...(error.cause !== undefined && depth < MAX_DEPTH && { cause: cleanValue(error.cause, depth + 1) }),
  }
}

/** Without the message, which stands before them and is there already. */
function frames(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((line) => line.trim())
    .join(' ')
}
