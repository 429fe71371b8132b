import { createHash, generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { crc32 } from 'node:zlib'
import { canaryImage, exifSecrets } from './canary-image.ts'
import { createFinder, type Encoding, type Finder, needlesOf } from './canary-needles.ts'
import { type Layer, viewsOf } from './canary-views.ts'

/** The eight secrets of issue 4 that must be seen nowhere. */
export const CANARY_NAMES = [
  'ai-studio-key',
  'service-account-key',
  'oauth-token',
  'gateway-key',
  'link-secret',
  'query-key',
  'instruction',
  'exif',
] as const
export type CanaryName = (typeof CANARY_NAMES)[number]

/** A secret where it must not be. It is named and not shown: findings are printed. */
export interface CanaryHit {
  readonly secret: CanaryName
  /** File, answer or whatever was looked through. */
  readonly where: string
  readonly encoding: Encoding
  /** What covered it, outermost first. */
  readonly through: readonly Layer[]
  /** Offset in bytes, within what was under the cover. */
  readonly at: number
}

export interface Haystack {
  readonly name: string
  readonly bytes: Uint8Array | string
  /** Secrets that may be there, such as a private instruction on its way to the model. */
  readonly except?: readonly CanaryName[]
  /** What may be there as a whole, such as an image that its sender gets back; a piece of it may not. */
  readonly whole?: string
}

/** Secrets to configure a gateway with and to send to it, and who looks for them afterwards. */
export interface Canaries {
  readonly aiStudioKey: string
  /** PKCS #8 in PEM. A real one, new every time: RSA keys cannot be made from a seed. */
  readonly serviceAccountKey: string
  /** The key file of a service account with that key. */
  readonly serviceAccount: (tokenUri: string) => string
  /** For an endpoint that lets the caller choose what it mints; else see `add`. */
  readonly oauthToken: string
  readonly gatewayKey: string
  readonly linkSecret: string
  /** For `?key=`. */
  readonly queryKey: string
  /** What must not be seen of it is its second half; the first is any instruction. */
  readonly instruction: string
  /** A JPEG of 320 by 240 whose EXIF names its owner and the place. */
  readonly image: Buffer
  /** Another value of that kind that came up in the run, such as a token that was minted. */
  add(name: CanaryName, value: string | Uint8Array): void
  scan(haystack: Haystack): readonly CanaryHit[]
  /** Every file below, and the names of files. Gives what was found in them. */
  scanFolder(path: string, options?: Pick<Haystack, 'except' | 'whole'>): readonly CanaryHit[]
  /** All that was found since planting. */
  readonly hits: readonly CanaryHit[]
  /** So that it is seen when nothing was looked through. */
  readonly scanned: { readonly count: number; readonly bytes: number }
}

/** The same secrets for the same seed, but for the service account's. */
export async function plantCanaries(seed: number): Promise<Canaries> {
  const text = (name: string, length: number) => digits(`${seed}/${name}`, length)
  const serviceAccountKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  const body = `pl_test_${text('gateway', 27)}`
  const secretWords = [text('words', 9), text('more', 7), text('last', 8)].join(' ').toLowerCase()
  const exif = {
    owner: `Owner ${text('owner', 20)}`,
    latitude: 41 + fraction(`${seed}/latitude`) * 9,
    longitude: 11 + fraction(`${seed}/longitude`) * 9,
  }
  const planted = {
    aiStudioKey: `AIzaSy${text('studio', 33)}`,
    oauthToken: `ya29.c.${text('token', 120)}`,
    // As the gateway makes them, checksum and all.
    gatewayKey: `${body}_${checksum(body)}`,
    linkSecret: text('link', 43),
    queryKey: `AIzaSy${text('query', 33)}`,
  }
  const secrets: [CanaryName, Buffer][] = []
  const add = (name: CanaryName, value: string | Uint8Array) =>
    void secrets.push([name, typeof value === 'string' ? Buffer.from(value) : Buffer.from(value)])
  add('ai-studio-key', planted.aiStudioKey.slice('AIzaSy'.length))
  add('query-key', planted.queryKey.slice('AIzaSy'.length))
  add('oauth-token', planted.oauthToken.slice('ya29.c.'.length))
  add('gateway-key', planted.gatewayKey.slice('pl_test_'.length))
  add('link-secret', planted.linkSecret)
  add('instruction', secretWords)
  for (const value of exifSecrets(exif)) add('exif', value)
  for (const value of keyParts(serviceAccountKey)) add('service-account-key', value)
  // Made when it is needed: a run may add many.
  let made: Finder | undefined
  const finder = () => (made ??= createFinder(secrets.flatMap(([name, value]) => needlesOf(name, value))))
  const hits: CanaryHit[] = []
  const scanned = { count: 0, bytes: 0 }

  const scan = ({ name, bytes, except = [], whole }: Haystack) => {
    const all = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    scanned.count += 1
    scanned.bytes += all.byteLength
    const held = whole === undefined ? all : without(all, whole)
    const found = new Map<string, CanaryHit>()
    for (const { through, bytes: view } of viewsOf(held)) {
      for (const { needle, at } of finder().find(view)) {
        const secret = CANARY_NAMES.find((known) => known === needle.secret)
        if (!secret || except.includes(secret)) continue
        const key = `${secret} ${needle.encoding}`
        // What is in sight as it is need not be told again for each way of looking.
        if (!found.has(key)) found.set(key, { secret, where: name, encoding: needle.encoding, through, at })
      }
    }
    hits.push(...found.values())
    return [...found.values()]
  }

  return {
    ...planted,
    serviceAccountKey,
    serviceAccount: (tokenUri) => serviceAccountFile(serviceAccountKey, tokenUri),
    instruction: `Make the background blurry, for ${secretWords}`,
    image: await canaryImage(exif),
    add: (name, value) => {
      add(name, value)
      made = undefined
    },
    scan,
    scanFolder: (path, options = {}) =>
      readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .flatMap((entry) => {
          const file = join(entry.parentPath, entry.name)
          const name = relative(path, file)
          return [
            ...scan({ name: `the name ${name}`, bytes: name, ...options }),
            ...scan({ name, bytes: readFileSync(file), ...options }),
          ]
        }),
    hits,
    scanned,
  }
}

function without(bytes: Uint8Array, whole: string): Buffer {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kept: Buffer[] = []
  let from = 0
  for (let at = all.indexOf(whole); at !== -1; at = all.indexOf(whole, from)) {
    kept.push(all.subarray(from, at))
    from = at + Buffer.byteLength(whole)
  }
  return from === 0 ? all : Buffer.concat([...kept, all.subarray(from)])
}

/** The lines of a PEM, however they are joined, and the bytes they stand for; without the head, which all RSA keys share. */
function keyParts(pem: string): readonly (string | Buffer)[] {
  const lines = pem.trim().split('\n').slice(2, -1)
  return [...lines, Buffer.from(lines.join(''), 'base64')]
}

function serviceAccountFile(key: string, tokenUri: string): string {
  return JSON.stringify({
    type: 'service_account',
    project_id: 'canary-project',
    private_key_id: '0123456789abcdef0123456789abcdef01234567',
    private_key: key,
    client_email: 'robot@canary-project.iam.gserviceaccount.com',
    client_id: '100000000000000000000',
    token_uri: tokenUri,
  })
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function digits(seed: string, length: number): string {
  return Array.from({ length }, (_, i) => DIGITS[hash(`${seed}/${i}`).readUInt32BE(0) % DIGITS.length]).join(
    '',
  )
}

function fraction(seed: string): number {
  return hash(seed).readUInt32BE(0) / 2 ** 32
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function checksum(text: string): string {
  let rest = crc32(text)
  let shown = ''
  for (let i = 0; i < 6; i += 1) {
    shown = DIGITS[rest % DIGITS.length] + shown
    rest = Math.floor(rest / DIGITS.length)
  }
  return shown
}
