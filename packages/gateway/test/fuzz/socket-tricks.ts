import { setTimeout as sleep } from 'node:timers/promises'
import { openRaw } from '../raw-socket.ts'
import type { Dice } from './dice.ts'
import { BAD_CHUNKS } from './odd.ts'
import type { Sent } from './spoil-request.ts'

/** Ways to write a request that no client library has. */
export const TRICKS = [
  'plain',
  'slow',
  'half-close',
  'chunked',
  'http-1.0',
  'pipelined',
  'bad-chunks',
  'early-close',
  'two-lengths',
  'length-and-chunks',
  'short-length',
  'long-length',
  'odd-length',
  'no-length',
  'bare-lf',
  'nul-in-header',
  'folded-header',
  'long-header',
  'many-headers',
  'no-host',
  'two-hosts',
  'absolute-form',
  'connect',
  'upgrade',
  'http2-preface',
  'garbage',
] as const
export type Trick = (typeof TRICKS)[number]

/**
 * Those after which the server has a whole request and owes an answer to it alone. Who closes his half of the
 * connection is taken to have left, as `node:http` does.
 */
export const OWED: ReadonlySet<Trick> = new Set(['plain', 'slow', 'chunked', 'http-1.0'])

/** Of a request that is whole, the answer is waited for; of others, a moment. */
const PATIENCE_MS = { owed: 6000, other: 40 } as const

/** Writes a request byte by byte as the trick has it, and takes what comes back. */
export async function overSocket(port: number, sent: Sent, trick: Trick, dice: Dice): Promise<Buffer> {
  const pieces = piecesOf(sent, trick, dice)
  const raw = await openRaw(port)
  for (const piece of pieces) {
    void raw.write(piece)
    if (pieces.length > 1) await sleep(2)
  }
  if (trick === 'half-close') raw.socket.end()
  if (trick === 'early-close') {
    await sleep(dice.int(4))
    if (dice.chance(0.5)) raw.socket.destroy()
    else raw.socket.end()
  }
  await (OWED.has(trick) ? raw.wait(1, PATIENCE_MS.owed) : raw.quiet(PATIENCE_MS.other))
  // Leaves no port behind that waits.
  raw.socket.resetAndDestroy()
  return raw.received()
}

function piecesOf(sent: Sent, trick: Trick, dice: Dice): readonly Buffer[] {
  const body = sent.body ?? Buffer.alloc(0)
  const length = ['content-length', String(body.length)] as const
  const chunked = ['transfer-encoding', 'chunked'] as const
  const plain = request(sent, [length], body)
  const broken = (headers: readonly (readonly [string, string])[]) => [request(sent, headers, body)]
  switch (trick) {
    case 'plain':
    case 'half-close':
      return [plain]
    case 'slow':
      return [plain.subarray(0, plain.length >> 1), plain.subarray(plain.length >> 1)]
    case 'early-close':
      return [plain.subarray(0, dice.int(plain.length))]
    case 'chunked':
      return [request(sent, [chunked], chunks(body, dice))]
    case 'bad-chunks':
      return [request(sent, [chunked], Buffer.concat([Buffer.from(dice.pick(BAD_CHUNKS)), body]))]
    case 'pipelined': {
      const first = request(sent, [length], body, { closes: false })
      return [Buffer.concat([first, plain])]
    }
    case 'http-1.0':
      return [request(sent, [length], body, { version: '1.0' })]
    case 'two-lengths':
      return broken([length, ['content-length', String(body.length + dice.int(3))]])
    case 'length-and-chunks':
      return [request(sent, [length, chunked], chunks(body, dice))]
    case 'short-length':
      return broken([['content-length', String(dice.int(body.length + 1))]])
    case 'long-length':
      return broken([['content-length', String(body.length + dice.pick([1, 1000, 99_000_000, 2 ** 40]))]])
    case 'odd-length':
      return broken([['content-length', dice.pick(['-1', '+5', '0x10', '5, 5', '1e3', '', '9'.repeat(30)])]])
    case 'no-length':
      return broken([])
    case 'bare-lf':
      return [Buffer.from(plain.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')]
    case 'nul-in-header':
      return broken([length, ['x-odd', dice.pick(['a\0b', 'a\rb', 'a\x7fb', 'a\x01'])]])
    case 'folded-header':
      return broken([length, ['x-odd', 'a\r\n b']])
    case 'long-header':
      return broken([length, ['x-odd', 'a'.repeat(dice.pick([20_000, 200_000]))]])
    case 'many-headers':
      return broken([length, ...Array.from({ length: 2500 }, (_, i) => [`x-${i}`, 'a'] as const)])
    case 'no-host':
      return [request(sent, [length], body, { hosts: [] })]
    case 'two-hosts':
      return [request(sent, [length], body, { hosts: ['a.example', 'b.example'] })]
    case 'absolute-form':
      return [request({ ...sent, path: `http://127.0.0.1${sent.path}` }, [length], body)]
    case 'connect':
      return [Buffer.from('CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n')]
    case 'upgrade':
      return broken([length, ['upgrade', dice.pick(['websocket', 'h2c', 'x'])], ['connection', 'upgrade']])
    case 'http2-preface':
      return [Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')]
    case 'garbage':
      return [Buffer.concat([dice.bytes(1 + dice.int(300)), Buffer.from(dice.pick(['', '\r\n\r\n']))])]
  }
}

interface Form {
  readonly version?: '1.1' | '1.0'
  readonly closes?: boolean
  readonly hosts?: readonly string[]
}

/** A request as bytes, with nothing made good that its headers say. */
export function request(
  { method, path, query, headers }: Sent,
  more: readonly (readonly [string, string])[],
  body: Buffer,
  { version = '1.1', closes = true, hosts = ['127.0.0.1'] }: Form = {},
): Buffer {
  const target = query === '' ? path : `${path}?${query}`
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...hosts.map((host) => `host: ${host}`),
    ...[...headers, ...more].map(([name, value]) => `${name}: ${value}`),
    ...(closes ? ['connection: close'] : []),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

function chunks(body: Buffer, dice: Dice): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length;) {
    const piece = body.subarray(at, at + 1 + dice.int(Math.max(1, body.length >> 1)))
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
    at += piece.length
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}
