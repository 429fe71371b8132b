import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { System } from '../../src/contract/system.ts'

export interface TestSystem extends System {
  advance(ms: number): void
}

/** A clock that goes only when told. It starts now, as files have their times from the real one. */
export function testSystem(): TestSystem {
  let nowMs = Date.now()
  return {
    clock: { now: () => nowMs, monotonicMs: () => nowMs },
    random: { bytes: (count) => randomBytes(count) },
    advance: (ms) => {
      nowMs += ms
    },
  }
}

const made: string[] = []
afterEach(() => Promise.all(made.splice(0).map((path) => rm(path, { recursive: true, force: true }))))

/** A directory of its own until the test ends. */
export async function emptyDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'plantain-store-'))
  made.push(path)
  return path
}

export function bytesOf(length: number, seed = 0): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, i) => (i * 7 + (i >> 8) + seed) % 251)
}

export async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(pieces))
}
