import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { type Seeded, seeded } from '../image/seeded.ts'
import { callerNamed } from './caller.fixture.ts'
import { hashOf, isGatewayKey, newGatewayKey } from './gateway-key.ts'
import { createGuard } from './guard.ts'

const MUTATIONS = Number(process.env['PLANTAIN_FUZZ_KEYS'] ?? 200_000)
const SEED = Number(process.env['PLANTAIN_FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ODD = ["' OR '1'='1", '\0', '%00', '../', '\u200b', ' ', '_', '=', 'pl_live_', 'Bearer ', ',', '\t']
/** Characters that look, or are folded, like those of a key. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  p: 'р',
  l: 'ⅼ',
  i: 'і',
  v: 'ѵ',
  e: 'е',
  _: '＿',
  o: 'ο',
  a: 'а',
  c: 'с',
  0: 'O',
  O: '0',
  1: 'l',
  I: 'l',
  K: 'K',
  S: 'ſ',
  A: 'Α',
  8: '８',
}

const MUTATORS: Readonly<Record<string, (key: string, random: Seeded) => string>> = {
  'a bit flipped': (key, random) => {
    const bytes = Buffer.from(key)
    const at = below(random, bytes.length)
    bytes[at]! ^= 1 << below(random, 8)
    return bytes.toString('latin1')
  },
  'cut off at the end': (key, random) => key.slice(0, below(random, key.length)),
  'cut off at the start': (key, random) => key.slice(1 + below(random, key.length)),
  'a character of another script': (key, random) =>
    replaced(key, random, (was) => LOOK_ALIKES[was] ?? `${was}\u0301`),
  'case changed': (key, random) =>
    replaced(key, random, (was) => (was === was.toLowerCase() ? was.toUpperCase() : was.toLowerCase())),
  'all in one case': (key, random) => (random() < 0.5 ? key.toUpperCase() : key.toLowerCase()),
  'another digit': (key, random) => replaced(key, random, () => digit(random)),
  'two characters swapped': (key, random) => {
    const at = below(random, key.length - 1)
    return key.slice(0, at) + key.charAt(at + 1) + key.charAt(at) + key.slice(at + 2)
  },
  'another checksum': (key, random) =>
    key.slice(0, -6) + Array.from({ length: 6 }, () => digit(random)).join(''),
  'another body with its right checksum': (key, random) =>
    withChecksum(replaced(key.slice(0, -7), random, () => digit(random))),
  'another environment with its right checksum': (key) =>
    withChecksum(key.slice(0, -7).replace('_live_', '_test_')),
  'something put in': (key, random) => {
    const at = below(random, key.length + 1)
    return key.slice(0, at) + ODD[below(random, ODD.length)] + key.slice(at)
  },
  doubled: (key, random) => key + (random() < 0.5 ? key : key.slice(below(random, key.length))),
  'the hash in place of the key': (key) => hashOf(key),
  'the bare hash in place of the key': (key) => hashOf(key).slice('sha256:'.length),
  'in base64': (key) => Buffer.from(key).toString('base64'),
}

test(
  `${MUTATIONS} mutated keys, and none is let in`,
  () => {
    console.log(`keys: ${MUTATIONS} mutations, PLANTAIN_FUZZ_SEED=${SEED}`)
    const random = seeded(SEED)
    const bytes = (count: number) => Uint8Array.from({ length: count }, () => below(random, 256))
    const keys = Array.from({ length: 50 }, () => newGatewayKey({ random: { bytes } }).reveal())
    const known = new Set(keys)
    const guard = createGuard({
      callers: keys.map((key, index) => ({ hash: hashOf(key), caller: callerNamed(`key-${index}`) })),
      keyless: callerNamed('loopback'),
      publicUrl: null,
      corsOrigins: [],
      tls: false,
    })
    const admit = (header: string, value: string) =>
      guard.admit({
        headers: { [header]: [value] },
        query: new URLSearchParams(),
        remoteAddress: '127.0.0.1',
      })
    for (const key of keys) expect(admit('plantain-key', key).kind).toBe('admitted')

    const mutators = Object.entries(MUTATORS)
    const tried = new Map<string, number>()
    let wellFormed = 0
    for (let number = 0; number < MUTATIONS;) {
      const [name, mutate] = mutators[number % mutators.length]!
      const mutated = mutate(keys[below(random, keys.length)]!, random)
      const header = ['plantain-key', 'x-goog-api-key'][number % 2]!
      // Space around a header's value is no part of it.
      if (known.has(mutated.trim())) continue
      number += 1
      tried.set(name, (tried.get(name) ?? 0) + 1)
      if (isGatewayKey(mutated)) wellFormed += 1
      const admission = admit(header, mutated)
      const code = admission.kind === 'fault' ? admission.fault.code : 'let in'
      if (code === 'let in' || (code === 'key_missing' && mutated.trim() !== '')) {
        throw new Error(`${code}: ${name}: ${JSON.stringify(mutated)}`)
      }
      // A piece of eight characters would be enough to search logs for.
      if (
        admission.kind === 'fault' &&
        mutated.length > 20 &&
        admission.fault.message.includes(mutated.slice(8, 16))
      ) {
        throw new Error(`repeats the key: ${name}: ${JSON.stringify(mutated)}`)
      }
    }
    expect(tried.size).toBe(mutators.length)
    // Those of the right checksum reach the look-up; a CRC lets one in four thousand million others through to it.
    expect(wellFormed).toBeGreaterThan(MUTATIONS / 20)
    expect(wellFormed).toBeLessThanOrEqual((MUTATIONS / mutators.length) * 2 + 2)
  },
  60_000 + MUTATIONS,
)

function below(random: Seeded, limit: number): number {
  return Math.floor(random() * limit)
}

function digit(random: Seeded): string {
  return DIGITS.charAt(below(random, DIGITS.length))
}

function replaced(key: string, random: Seeded, by: (was: string) => string): string {
  const at = below(random, key.length)
  return key.slice(0, at) + by(key.charAt(at)) + key.slice(at + 1)
}

/** As the gateway makes it, so that only the look-up can tell. */
function withChecksum(body: string): string {
  let text = ''
  for (let rest = crc32(body); text.length < 6; rest = Math.floor(rest / 62))
    text = DIGITS.charAt(rest % 62) + text
  return `${body}_${text}`
}
