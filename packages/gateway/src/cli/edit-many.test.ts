import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type ErrorCode, ERRORS, fault } from '../contract/error.ts'
import type { EditResult } from '../contract/result.ts'
import { endingOf, settle } from '../edit/settle.ts'
import { memoryLedger } from '../ledger/ledger.ts'
import { realSystem } from '../system.ts'
import { type Batch, type Done, editMany } from './edit-many.ts'
import type { Source } from './inputs.ts'

const sources = Array.from({ length: 8 }, (_, i): Source => ({ kind: 'file', name: `${i}`, path: `/${i}` }))

async function failed(code: ErrorCode, message = code): Promise<EditResult> {
  return settle(await memoryLedger(realSystem).reserve(), { input: [] }, endingOf(fault(code, message)))
}

async function ended(name: string, code: ErrorCode | null): Promise<Done> {
  const result = { ...(await failed(code ?? 'internal')), id: name }
  if (code) return { result, exit: ERRORS[code].exit }
  return { result: { ...result, outcome: 'edited', error: null, costMicroUsd: 5 }, exit: 0 }
}

function batch(codes: Record<string, ErrorCode>, over: Partial<Batch> = {}) {
  const delivered: string[] = []
  const running = { now: 0, most: 0 }
  const made: Batch = {
    concurrency: 4,
    signal: new AbortController().signal,
    editOne: async ({ name }) => {
      running.now += 1
      running.most = Math.max(running.most, running.now)
      // The later ones are done first.
      await wait(40 - Number(name) * 4)
      running.now -= 1
      return ended(name, codes[name] ?? null)
    },
    skip: (why) => failed(why?.code ?? 'cancelled'),
    deliver: ({ id, error }) => delivered.push(error && error.code !== codes[id] ? `(${error.code})` : id),
    ...over,
  }
  return { made, delivered, running }
}

test('results are delivered in the order of the input, a bounded number at a time', async () => {
  const { made, delivered, running } = batch({})
  expect(await editMany(sources, made)).toEqual({
    edited: 8,
    failed: 0,
    notTried: 0,
    costMicroUsd: 40,
    exit: 0,
  })
  expect(delivered).toEqual(sources.map(({ name }) => name))
  expect(running.most).toBe(4)
})

test('a bad photo does not stop the others; the first one in order gives the exit code', async () => {
  const { made } = batch({ 2: 'image_corrupt', 6: 'image_blocked' })
  expect(await editMany(sources, made)).toMatchObject({ edited: 6, failed: 2, exit: 3 })
})

test('what would end all the others alike ends them', async () => {
  const { made, delivered } = batch({ 1: 'credential_invalid' }, { concurrency: 1 })
  expect(await editMany(sources, made)).toMatchObject({ edited: 1, failed: 1, notTried: 6, exit: 5 })
  expect(delivered).toEqual(['0', '1', ...Array.from({ length: 6 }, () => '(credential_invalid)')])
})

test('after an interruption nothing more is begun', async () => {
  const interrupt = new AbortController()
  const { made } = batch({}, { concurrency: 1, signal: interrupt.signal })
  const begun: string[] = []
  const tally = await editMany(sources, {
    ...made,
    editOne: async (source) => {
      begun.push(source.name)
      if (source.name === '1') interrupt.abort()
      return made.editOne(source)
    },
  })
  expect(begun).toEqual(['0', '1'])
  expect(tally).toMatchObject({ edited: 2, notTried: 6, exit: 130 })
})
