import { z } from 'zod'
import { mayCarryCredential } from '../contract/loopback.ts'
import { bytesOf, durationMsOf, durationText, pixelsOf, pixelsText, sizeText } from './quantity.ts'

/** Both ends included. */
interface Range {
  readonly from: number
  readonly to: number
}

/** The message of a rule: what is wrong with the value, and what to do about it. */
export function says(problem: string, remedy: string): string {
  return `${problem}\n${remedy}`
}

/** The two halves of a rule's message. */
export function heard(message: string): { readonly problem: string; readonly remedy: string } {
  const [problem = '', remedy = 'Correct it.'] = message.split('\n')
  return { problem, remedy }
}

/** Values may come from the environment, where everything is text: each rule also takes its value spelled out. */
function amount(read: (text: string) => number | null, { from, to }: Range, message: string) {
  return z.union([z.number(), z.string()], { error: message }).transform((value, context) => {
    const number = typeof value === 'number' ? value : read(value)
    if (number !== null && Number.isSafeInteger(number) && number >= from && number <= to) return number
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}

export function whole({ from, to }: Range) {
  const message = says(`has to be a whole number from ${from} to ${to}`, 'Write it in digits.')
  return amount((text) => (/^\d{1,15}$/.test(text.trim()) ? Number(text) : null), { from, to }, message).meta(
    {
      title: 'number',
    },
  )
}

/** Any number above 0, in decimals too. */
export function positive({ to }: Pick<Range, 'to'>) {
  const message = says(`has to be a number above 0, at most ${to}`, 'Write it in digits, such as 3 or 0.5.')
  return z
    .union([z.number(), z.string()], { error: message })
    .transform((value, context) => {
      const isPlain = typeof value === 'number' || /^\d{1,15}(?:\.\d{1,6})?$/.test(value.trim())
      const number = isPlain ? Number(value) : 0
      if (number > 0 && number <= to) return number
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
    .meta({ title: 'number' })
}

export function size({ from, to }: Range) {
  const message = says(
    `has to be a size from ${sizeText(from)} to ${sizeText(to)}`,
    'Write bytes, or a number with a unit, such as 100MB or 1GiB.',
  )
  return amount(bytesOf, { from, to }, message).meta({ title: 'size' })
}

export function pixels({ from, to }: Range) {
  const message = says(
    `has to be a number of pixels from ${pixelsText(from)} to ${pixelsText(to)}`,
    'Write pixels, or megapixels such as 50MP.',
  )
  return amount(pixelsOf, { from, to }, message).meta({ title: 'pixels' })
}

/** In milliseconds. */
export function duration({ from, to }: Range) {
  return amount(durationMsOf, { from, to }, durationMessage(from, to)).meta({ title: 'duration' })
}

/** As `duration`, in whole seconds; a number without a unit means seconds. */
export function seconds({ from, to }: Range) {
  return amount(secondsOf, { from, to }, durationMessage(from * 1000, to * 1000)).meta({ title: 'seconds' })
}

function secondsOf(text: string): number | null {
  const ms = durationMsOf(/^[\d. ]+$/.test(text) ? `${text.trim()}s` : text)
  return ms === null ? null : ms / 1000
}

function durationMessage(fromMs: number, toMs: number): string {
  const remedy = 'Write a number with a unit: ms, s, m, h or d, such as 15s.'
  return says(`has to be a duration from ${durationText(fromMs)} to ${durationText(toMs)}`, remedy)
}

export function flag() {
  const message = says('has to be true or false', 'Write one of the two.')
  return z
    .union([z.boolean(), z.string()], { error: message })
    .transform((value, context) => {
      if (typeof value === 'boolean') return value
      const word = value.trim().toLowerCase()
      if (word === 'true' || word === 'false') return word === 'true'
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
    .meta({ title: 'true or false' })
}

export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  const error = says(`has to be ${inWords(words)}`, 'Write one of these words.')
  return z.enum(words, { error }).meta({ title: inWords(words) })
}

/** Text of a form; `what` completes “has to be”. */
export function matching(pattern: RegExp, what: string, remedy: string) {
  const message = says(`has to be ${what}`, remedy)
  return z.string({ error: message }).trim().regex(pattern, message).meta({ title: 'text' })
}

/** A file or folder. Made absolute later, when it is known where it was written. */
export function path() {
  const message = says(
    'has to be the path of a file or folder',
    'Write it from the root, or from the folder of the configuration file.',
  )
  const home = says('begins with ~, which only a shell understands', 'Write ${HOME}/… in its place.')
  return z
    .string({ error: message })
    .min(1, message)
    .max(4096, message)
    .refine((value) => !value.includes('\0'), message)
    .refine((value) => !/^~(?:[/\\]|$)/.test(value), home)
    .meta({ title: 'path' })
}

/** An origin as browsers write it: scheme, host and perhaps a port, without a slash at the end; perhaps `*` for any. */
export function origin({ orAny = false } = {}) {
  const message = says(
    'has to be an origin: scheme, host and perhaps a port',
    'Write it without a path, such as https://app.example.com.',
  )
  return z
    .string({ error: message })
    .transform((value, context) => {
      const text = value.trim()
      if (orAny && text === '*') return text
      const url = /^https?:\/\/[^/?#@\s]+\/?$/i.test(text) ? URL.parse(text) : null
      if (url !== null) return url.origin
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
    .meta({ title: 'origin' })
}

/** Where a credential is sent. */
export function credentialUrl() {
  const message = says(
    'has to be an https address without user, query or fragment (http only on this machine), as a credential is sent there',
    'Write it as https://host/path.',
  )
  return z
    .string({ error: message })
    .trim()
    .refine((value) => {
      const url = URL.parse(value)
      return url !== null && mayCarryCredential(url)
    }, message)
    .meta({ title: 'URL' })
}

/** `a, b or c` */
export function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** A group of settings. A name it does not have is a mistake, whose message are the names it has. */
export function group<const Shape extends z.ZodRawShape>(shape: Shape) {
  const message = says(
    'has to be a group of settings',
    'Write each on a line of its own below it, indented, as name: value.',
  )
  const names = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? names : code === 'invalid_type' ? message : undefined,
  })
}

export function list<Item extends z.ZodType>(
  item: Item,
  { least = 1, most }: { readonly least?: 0 | 1; readonly most: number },
) {
  const message = says('has to be a list', 'Write each item on a line of its own, after a dash.')
  const many = says(`has more than ${most} items`, 'Take some out.')
  const none = says('is an empty list', 'Name at least one, or leave the setting out.')
  return z.array(item, { error: message }).min(least, none).max(most, many)
}

/** A setting that may be left out. */
export function optional<Inner extends z.ZodType>(inner: Inner) {
  return inner.nullish().transform((value) => value ?? null)
}
