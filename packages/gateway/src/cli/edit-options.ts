import { extname } from 'node:path'
import { PROVIDER_KINDS, type ProviderKind } from '../contract/provider.ts'
import {
  ASPECT_RATIOS,
  type AspectRatio,
  IMAGE_SIZES,
  type ImageSize,
  MAX_COUNT,
  OUTPUT_TYPES,
  type OutputOptions,
  type OutputType,
  type Preserve,
  PRESERVES,
} from '../contract/request.ts'
import { usageError } from './fault-line.ts'

/** The options of `plantain edit` as commander hands them over: text, or `true` for a flag. */
export interface RawEditOptions {
  readonly mask?: string
  readonly background?: string
  readonly model?: string
  readonly provider?: string
  readonly aspect?: string
  readonly size?: string
  readonly format?: string
  readonly quality?: string
  readonly preserve?: string
  readonly count?: string
  readonly seed?: string
  readonly accept?: string
  readonly output?: string
  readonly json?: boolean
  readonly yes?: boolean
  readonly open?: boolean
  readonly timeout?: string
}

export interface EditOptions {
  readonly mask?: string
  readonly background?: string
  readonly model?: string
  readonly provider?: ProviderKind
  readonly shape: OutputOptions
  readonly preserve?: Preserve
  /** Results a photo. */
  readonly count: number
  readonly seed?: number
  readonly acceptAny: boolean
  /** As given: a file, a directory, or `-`. */
  readonly output?: string
  readonly json: boolean
  readonly yes: boolean
  readonly open: boolean
  readonly timeoutMs?: number
}

const FORMATS: Readonly<Record<string, OutputType>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  webp: 'image/webp',
}
/** Endings that promise a format Plantain does not write; any other ending is just part of a name. */
const NOT_WRITTEN = /^\.(?:gif|tiff?|avif|hei[cf]|bmp|svg|pdf|psd|jxl|ico)$/i
const MAX_TIMEOUT_SECONDS = 86_400
/** Google reads the seed as a signed 32-bit number. */
const MAX_SEED = 2 ** 31 - 1

/** Checks every option. Throws `invalid_request` naming what may be said instead. */
export function readEditOptions(raw: RawEditOptions): EditOptions {
  const mimeType = outputType(raw)
  const aspectRatio = raw.aspect === undefined ? undefined : readAspect(raw.aspect)
  const imageSize = raw.size === undefined ? undefined : readSize(raw.size)
  if (raw.output === '') throw usageError('-o is empty: name a file or a directory.')
  if (raw.output === '-' && raw.json) {
    throw usageError('-o - and --json both want standard output: give -o a file, or leave one out.')
  }
  if (raw.open && (raw.output === '-' || (raw.json && raw.output === undefined))) {
    throw usageError('--open needs a file to open: name one with -o.')
  }
  return {
    ...(raw.mask !== undefined && { mask: raw.mask }),
    ...(raw.background !== undefined && { background: raw.background }),
    ...(raw.model !== undefined && { model: raw.model }),
    ...(raw.provider !== undefined && { provider: readProvider(raw.provider) }),
    ...(raw.seed !== undefined && { seed: readNumber('--seed', raw.seed, { max: MAX_SEED, whole: true }) }),
    ...(raw.timeout !== undefined && {
      timeoutMs: 1000 * readNumber('--timeout', raw.timeout, { min: 0.001, max: MAX_TIMEOUT_SECONDS }),
    }),
    ...(raw.output !== undefined && { output: raw.output }),
    ...(raw.preserve !== undefined && { preserve: readPreserve(raw.preserve) }),
    count:
      raw.count === undefined ? 1 : readNumber('--count', raw.count, { min: 1, max: MAX_COUNT, whole: true }),
    shape: {
      ...(aspectRatio && { aspectRatio }),
      ...(imageSize && { imageSize }),
      ...(mimeType && { mimeType }),
      ...(raw.quality !== undefined && {
        quality: readNumber('--quality', raw.quality, { min: 1, max: 100, whole: true }),
      }),
    },
    acceptAny: readAccept(raw.accept),
    json: raw.json === true,
    yes: raw.yes === true,
    open: raw.open === true,
  }
}

export function readProvider(said: string, command = 'edit'): ProviderKind {
  const found = PROVIDER_KINDS.find((kind) => kind === said.toLowerCase())
  if (found) return found
  if (/^(?:google|gemini)$/i.test(said)) {
    throw usageError(
      `--provider ${said} leaves open which way: ai-studio (with an API key) or vertex (with a Google Cloud project).`,
      command,
    )
  }
  throw usageError(`--provider ${said} is not known: it is local, ai-studio or vertex.`, command)
}

function readAspect(said: string): AspectRatio | 'match' {
  const wanted = said.toLowerCase().replace(/[x/]/, ':')
  if (wanted === 'match') return 'match'
  const found = ASPECT_RATIOS.find((ratio) => ratio === wanted)
  if (found) return found
  throw usageError(`--aspect ${said} is not offered: it is match or one of ${ASPECT_RATIOS.join(', ')}.`)
}

function readSize(said: string): ImageSize {
  const found = IMAGE_SIZES.find((size) => size === said.toUpperCase())
  if (found) return found
  throw usageError(`--size ${said} is not offered: it is ${IMAGE_SIZES.join(', ')}.`)
}

function readPreserve(said: string): Preserve {
  const found = PRESERVES.find((preserve) => preserve === said.toLowerCase())
  if (found) return found
  throw usageError(`--preserve ${said} is not known: it is ${PRESERVES.join(' or ')}.`)
}

function readAccept(said: string | undefined): boolean {
  if (said === undefined || said === 'edited') return false
  if (said === 'any') return true
  throw usageError(`--accept ${said} is not known: it is edited (what it is without it) or any.`)
}

function readNumber(
  option: string,
  said: string,
  { min = 0, max, whole = false }: { readonly min?: number; readonly max: number; readonly whole?: boolean },
): number {
  const value = said.trim() === '' ? NaN : Number(said)
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value
  const kind = whole ? 'a whole number' : 'a number of seconds'
  throw usageError(
    `${option} ${said} is not usable: it takes ${kind} ${min === 1 ? 'from 1 ' : ''}up to ${max}.`,
  )
}

/** `--format` decides, else the ending of `-o`; where they contradict each other nobody knows what is meant. */
function outputType({ format, output = '' }: RawEditOptions): OutputType | undefined {
  const asked = format === undefined ? undefined : FORMATS[format.toLowerCase()]
  if (format !== undefined && asked === undefined) {
    throw usageError(`--format ${format} cannot be written: it is png, jpeg or webp.`)
  }
  const ending = output.endsWith('/') ? '' : extname(output)
  if (NOT_WRITTEN.test(ending)) {
    throw usageError(
      `-o ${output}: results are written as PNG, JPEG or WebP, so let it end in .png, .jpg or .webp.`,
    )
  }
  const named = FORMATS[ending.slice(1).toLowerCase()]
  if (asked && named && asked !== named) {
    throw usageError(`-o ${output} and --format ${format} contradict each other: leave --format out.`)
  }
  return asked ?? named
}

/** The usual ending of a format, without the dot. */
export function endingOf(mimeType: string): string {
  const known = OUTPUT_TYPES.find((type) => type === mimeType)
  if (known === 'image/jpeg') return 'jpg'
  return mimeType.slice(mimeType.indexOf('/') + 1)
}
