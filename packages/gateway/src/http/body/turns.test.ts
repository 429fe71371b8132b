import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

const PIECE = Buffer.alloc(1000)

function pieces(count: number): Readable {
  return Readable.from(
    Array.from({ length: count }, () => PIECE),
    { objectMode: false, highWaterMark: 1 },
  )
}

test('streams that could fill a turn of the loop have it in common, and all are read to their end', async () => {
  const turns = createTurns({ turnBytes: 5000, streamsATurn: Infinity })
  const streams = [pieces(40), pieces(40), pieces(40)]
  let read = 0
  let most = 0
  let ended = 0
  for (const stream of streams) {
    stream.on('data', (piece: Buffer) => {
      read += piece.length
      turns.take(stream, piece.length)
    })
    stream.on('end', () => (ended += 1))
  }
  while (ended < streams.length) {
    const before = read
    await nextTurn()
    most = Math.max(most, read - before)
  }
  expect(read).toBe(120_000)
  // What each had begun is not taken back.
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThanOrEqual(5000 + 3 * PIECE.length)
})

test('of those that wait only so many flow with a turn, in the order they came', async () => {
  const turns = createTurns({ turnBytes: 1_000_000, streamsATurn: 2 })
  const streams = Array.from({ length: 5 }, () => new PassThrough())
  const flowing = () => streams.map(({ readableFlowing }) => readableFlowing === true)
  for (const stream of streams) turns.enter(stream)
  expect(flowing()).toEqual([false, false, false, false, false])
  await nextTurn()
  expect(flowing()).toEqual([true, true, false, false, false])
  await nextTurn()
  expect(flowing()).toEqual([true, true, true, true, false])
})

test('whoever leaves is not set flowing by a later turn', async () => {
  const turns = createTurns({ turnBytes: 1, streamsATurn: Infinity })
  const stream = pieces(3)
  stream.once('data', () => turns.take(stream, PIECE.length))
  await once(stream, 'pause')
  turns.leave(stream)
  await nextTurn()
  await nextTurn()
  expect(stream.isPaused()).toBe(true)
})
