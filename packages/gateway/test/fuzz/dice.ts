import { type Seeded, seeded } from '../../src/image/seeded.ts'

/** Choices that follow from a seed alone. */
export interface Dice {
  /** 0 to `below` - 1. */
  int(below: number): number
  chance(probability: number): boolean
  /** Throws where there are none. */
  pick<Item>(items: readonly Item[]): Item
  bytes(count: number): Buffer
}

/** The dice of one case: the same for the same seed and number, whatever was thrown before. */
export function diceFor(seed: number, number: number): Dice {
  const random: Seeded = seeded(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b))
  const int = (below: number) => Math.floor(random() * below)
  return {
    int,
    chance: (probability) => random() < probability,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('There is nothing to pick.')
      return items[int(items.length)]!
    },
    bytes: (count) => Buffer.from(Uint8Array.from({ length: count }, () => int(256))),
  }
}
