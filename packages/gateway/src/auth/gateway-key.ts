import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Secret } from '../contract/secret.ts'
import type { Random } from '../contract/system.ts'

/** What a key is for, to be seen at a glance and by scanners of leaked secrets; the gateway treats both alike. */
export const KEY_ENVIRONMENTS = ['live', 'test'] as const
export type KeyEnvironment = (typeof KEY_ENVIRONMENTS)[number]

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE = BigInt(DIGITS.length)
/** 160 bits cannot be guessed, nor found behind their hash, so that a fast hash is enough to store. */
const RANDOM_BYTES = 20
/** Digits that 160 bits and 32 bits fill at most. */
const BODY_DIGITS = 27
const CHECK_DIGITS = 6

const SHAPE = new RegExp(
  `^(pl_(?:${KEY_ENVIRONMENTS.join('|')})_[0-9A-Za-z]{${BODY_DIGITS}})_([0-9A-Za-z]{${CHECK_DIGITS}})$`,
)

/** A new key, `pl_live_<random>_<checksum>`. Nobody can give it out a second time: keep its hash, hand over the key. */
export function newGatewayKey({
  env = 'live',
  random,
}: {
  readonly env?: KeyEnvironment
  readonly random: Random
}): Secret {
  const number = BigInt(`0x${Buffer.from(random.bytes(RANDOM_BYTES)).toString('hex')}`)
  const body = `pl_${env}_${inDigits(number, BODY_DIGITS)}`
  return new Secret(`${body}_${checksumOf(body)}`)
}

/**
 * Whether a text can be a gateway key at all: prefix, alphabet, length and checksum. Costs nothing, and keeps mistyped
 * keys, other services' keys and everything an attacker may think of away from whatever looks keys up.
 */
export function isGatewayKey(text: string): boolean {
  const [, body, checksum] = SHAPE.exec(text) ?? []
  return body !== undefined && checksum === checksumOf(body)
}

/** What the configuration holds in place of the key: `sha256:<64 hexadecimal digits>`. */
export function hashOf(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`
}

function checksumOf(body: string): string {
  return inDigits(BigInt(crc32(body)), CHECK_DIGITS)
}

function inDigits(number: bigint, count: number): string {
  let text = ''
  for (let rest = number; text.length < count; rest /= BASE) text = DIGITS.charAt(Number(rest % BASE)) + text
  return text
}
