import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { type Canaries, CANARY_NAMES, type CanaryName, plantCanaries } from './canaries.ts'

const canaries = await plantCanaries(7)
const folder = mkdtempSync(join(tmpdir(), 'canaries-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** As each secret would come up in text: the parts of it that are nobody else's. */
const TEXTS: readonly (readonly [CanaryName, string])[] = [
  ['ai-studio-key', canaries.aiStudioKey],
  ['service-account-key', canaries.serviceAccountKey],
  ['oauth-token', canaries.oauthToken],
  ['gateway-key', canaries.gatewayKey],
  ['link-secret', canaries.linkSecret],
  ['query-key', canaries.queryKey],
  ['instruction', canaries.instruction],
]

const everyByte = (text: string, write: (code: number) => string) =>
  Array.from(Buffer.from(text), (code) => write(code)).join('')
const hex = (code: number) => code.toString(16).padStart(2, '0')
const base64At = (phase: number, text: string) => Buffer.from('x'.repeat(phase) + text).toString('base64')

/** A member with extra field, name, comment and checksum of the head. */
function withGzipHead(plain: Buffer): Buffer {
  const head = Buffer.from(plain.subarray(0, 10))
  head[3] = 0b1_1110
  const more = Buffer.from('\x03\0abcname.txt\0a comment\0hc', 'latin1')
  return Buffer.concat([head, more, plain.subarray(10)])
}

const WRITINGS: Readonly<Record<string, (text: string) => string | Buffer>> = {
  'as it is': (text) => text,
  'UTF-16': (text) => Buffer.from(text, 'utf16le'),
  'base64, phase 0': (text) => base64At(0, text),
  'base64, phase 1': (text) => base64At(1, text),
  'base64, phase 2': (text) => base64At(2, text),
  'base64 without padding, in lines': (text) => base64At(1, text).replaceAll(/=|(.{76})/g, '$1\r\n'),
  base64url: (text) => Buffer.from(`??>${text}`).toString('base64url'),
  'hex, small': (text) => Buffer.from(text).toString('hex'),
  'hex, capital': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'URL, where it must': (text) => encodeURIComponent(text),
  'URL, every byte': (text) => everyByte(text, (code) => `%${hex(code)}`),
  'URL, every byte, capital': (text) => everyByte(text, (code) => `%${hex(code).toUpperCase()}`),
  form: (text) => new URLSearchParams({ text }).toString(),
  'JSON, every character': (text) => everyByte(text, (code) => `\\u00${hex(code)}`),
  JSON: (text) => JSON.stringify({ text }),
  'JSON in JSON, slashes escaped': (text) =>
    JSON.stringify({ log: JSON.stringify({ text }).replaceAll('/', String.raw`\/`) }),
  'JSON in JSON, every character': (text) =>
    JSON.stringify({ log: everyByte(text, (code) => `\\u00${hex(code)}`) }),
  'base64 in a URL': (text) => encodeURIComponent(base64At(2, text)),
  gzip: (text) => gzipSync(text),
  'gzip with all that its head may have': (text) => withGzipHead(gzipSync(text)),
  'gzip behind a head, cut off': (text) =>
    Buffer.concat([
      Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
      gzipSync(`${text}${'\n'.repeat(9)}`).subarray(0, -4),
    ]),
  'JSON in gzip': (text) => gzipSync(everyByte(text, (code) => `\\u00${hex(code)}`)),
  'gzip in gzip': (text) => gzipSync(gzipSync(text)),
}

const secretsIn = (bytes: Buffer | string) =>
  new Set(canaries.scan({ name: 'somewhere', bytes }).map(({ secret }) => secret))

test.each(TEXTS.flatMap(([name, text]) => Object.keys(WRITINGS).map((writing) => ({ name, text, writing }))))(
  '$name, $writing',
  ({ name, text, writing }) => {
    const written = Buffer.from(WRITINGS[writing]!(text) as string)
    const inNoise = Buffer.concat([Buffer.from('{"level":"info","x":"'), written, Buffer.from('"}\n')])
    expect(secretsIn(inNoise)).toEqual(new Set([name]))
  },
)

test.each(TEXTS)('a piece of %s gives it away, wherever it is cut', (name, text) => {
  // The service account's is a page long; any of its lines does.
  const secret = text.trim().split('\n').at(-2) ?? text
  const pieces = [secret.slice(-26, -9), secret.slice(-20, -6), secret.slice(-14)]
  for (const piece of pieces) {
    const base64 = Buffer.from(piece).toString('base64')
    for (const bytes of [piece, base64]) {
      // A piece of base64 may be found as what it is and as what it stands for.
      expect(new Set(canaries.scan({ name: piece, bytes }).map((seen) => seen.secret))).toEqual(
        new Set([name]),
      )
    }
  }
  expect(canaries.scan({ name: 'too short', bytes: secret.slice(-8) })).toEqual([])
})

test('the private key is found as its bytes, and in a key file', () => {
  const der = Buffer.from(canaries.serviceAccountKey.replaceAll(/-----.*|\n/g, ''), 'base64')
  const file = canaries.serviceAccount('http://127.0.0.1:1/token')
  for (const bytes of [der, der.toString('hex'), file, file.replaceAll(String.raw`\n`, '')]) {
    expect(secretsIn(bytes)).toEqual(new Set(['service-account-key']))
  }
})

test('a real decoder sees the EXIF of the image, and what it writes on is found', async () => {
  const { exif, width } = await sharp(canaries.image).metadata()
  expect(width).toBe(320)
  expect(exif?.toString('latin1')).toContain('Owner ')
  expect(secretsIn(canaries.image)).toEqual(new Set(['exif']))
  expect(secretsIn(Buffer.from(canaries.image.toString('base64')))).toEqual(new Set(['exif']))
  expect(secretsIn(await sharp(canaries.image).keepExif().jpeg().toBuffer())).toEqual(new Set(['exif']))
  expect(secretsIn(await sharp(canaries.image).keepExif().webp().toBuffer())).toEqual(new Set(['exif']))
  expect(secretsIn(await sharp(canaries.image).jpeg().toBuffer())).toEqual(new Set())
  expect(secretsIn(await sharp(canaries.image).png().toBuffer())).toEqual(new Set())
})

test('the position is found by itself, in bytes of either order and in digits', async () => {
  const words = await gpsWords(canaries)
  const swapped = Buffer.from(words).swap32()
  const [degrees, minutes, seconds] = [0, 8, 16].map((i) => words.readUInt32LE(i) / words.readUInt32LE(i + 4))
  const latitude = degrees! + minutes! / 60 + seconds! / 3600
  for (const bytes of [words, swapped, `"lat":${latitude.toFixed(6)},`]) {
    expect(secretsIn(bytes)).toEqual(new Set(['exif']))
  }
})

/** The three rationals of GPSLatitude (tag 2, type 5, count 3). */
async function gpsWords({ image }: Canaries): Promise<Buffer> {
  const { exif } = await sharp(image).metadata()
  const tiff = exif!.subarray(6)
  const entry = tiff.indexOf(Buffer.from([2, 0, 5, 0, 3, 0, 0, 0]))
  const offset = tiff.readUInt32LE(entry + 8)
  return Buffer.from(tiff.subarray(offset, offset + 24))
}

test('folders are looked through, names of files too, and what may be there is passed over', async () => {
  const found = await plantCanaries(8)
  mkdirSync(join(folder, 'deep/er'), { recursive: true })
  writeFileSync(join(folder, 'deep/er/log.json.gz'), gzipSync(JSON.stringify({ key: found.aiStudioKey })))
  writeFileSync(join(folder, 'deep', found.linkSecret), found.instruction)
  writeFileSync(join(folder, 'clean'), 'nothing to see')
  const hits = found.scanFolder(folder, { except: ['instruction'] })
  expect(hits).toMatchObject([
    { secret: 'link-secret', where: `the name ${join('deep', found.linkSecret)}` },
    { secret: 'ai-studio-key', where: join('deep/er/log.json.gz'), through: ['gzip'], encoding: 'plain' },
  ])
  expect(found.hits).toEqual(hits)
  expect(found.scanned.count).toBe(6)
  expect(JSON.stringify(hits.filter(({ secret }) => secret !== 'link-secret'))).not.toContain(
    found.aiStudioKey,
  )
  expect(() => found.scanFolder(join(folder, 'missing'))).toThrow('ENOENT')
})

test('what may be there as a whole may not be there in part', () => {
  const whole = canaries.image.toString('base64')
  const bytes = `{"a":"${whole}","b":"${whole}"}`
  expect(canaries.scan({ name: 'twice', bytes, whole })).toEqual([])
  expect(canaries.scan({ name: 'cut', bytes: bytes.slice(0, -9), whole })).toMatchObject([{ secret: 'exif' }])
  const more = `${bytes}${canaries.aiStudioKey}`
  expect(canaries.scan({ name: 'more', bytes: more, whole })).toMatchObject([{ secret: 'ai-studio-key' }])
})

test('what a run mints is looked for once it is told', async () => {
  const run = await plantCanaries(10)
  const token = 'ya29.minted-by-an-endpoint-0123456789'
  expect(run.scan({ name: 'early', bytes: token })).toEqual([])
  run.add('oauth-token', token)
  expect(run.scan({ name: 'late', bytes: `Bearer ${token}` })).toMatchObject([{ secret: 'oauth-token' }])
})

test('the same seed plants the same secrets, another one others, and all eight are told apart', async () => {
  const [again, other] = await Promise.all([plantCanaries(7), plantCanaries(9)])
  for (const [name, text] of TEXTS) {
    if (name === 'service-account-key') continue
    expect(again.scan({ name, bytes: text })).toMatchObject([{ secret: name }])
    expect(other.scan({ name, bytes: text })).toEqual([])
  }
  expect(again.scan({ name: 'image', bytes: canaries.image })).toMatchObject([{ secret: 'exif' }])
  expect(other.scan({ name: 'image', bytes: canaries.image })).toEqual([])
  expect(new Set([...TEXTS.map(([name]) => name), 'exif'])).toEqual(new Set(CANARY_NAMES))
})

test('photos, sources and a lock file hold none', () => {
  const root = resolve(import.meta.dirname, '../../..')
  const files = [
    ...globSync('examples/**/*.{jpg,png,webp}', { cwd: root }),
    ...globSync('packages/gateway/{src,test}/**/*.ts', { cwd: root }),
    'package-lock.json',
    'packages/gateway/assets/u2netp.onnx',
  ]
  expect(files.length).toBeGreaterThan(100)
  for (const name of files) {
    expect(canaries.scan({ name, bytes: readFileSync(join(root, name)) })).toEqual([])
  }
})
