import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { fault } from '../contract/error.ts'
import { fanOut } from './fan-out.ts'
import { noImage } from './judge.ts'
import type { Ending } from './settle.ts'
import type { Spec } from './spec.ts'

const SPEC: Spec = {
  request: { input: [] },
  instruction: 'Make the sky pink',
  images: [],
  photo: null,
  source: null,
  mask: null,
  preserve: 'none',
  variant: 0,
}
const ENDING: Ending = {
  target: null,
  judgement: noImage(fault('no_image', 'None.')),
  usage: null,
  notices: [],
}

test('once one throws no more are begun, and all that were are through before it fails', async () => {
  const begun: number[] = []
  const going = new Map<number, PromiseWithResolvers<Ending>>()
  let isSettled = false
  const all = fanOut(SPEC, 10, ({ variant }) => {
    begun.push(variant)
    const one = Promise.withResolvers<Ending>()
    going.set(variant, one)
    return one.promise
  }).finally(() => (isSettled = true))
  const failure = expect(all).rejects.toThrow('a bug')
  going.get(1)?.reject(new Error('a bug'))
  await turn()
  for (const variant of [0, 2]) going.get(variant)?.resolve(ENDING)
  await turn()
  expect([begun, isSettled]).toEqual([[0, 1, 2, 3], false])
  going.get(3)?.resolve(ENDING)
  await failure
  expect(begun).toEqual([0, 1, 2, 3])
})
