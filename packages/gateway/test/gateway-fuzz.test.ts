import { expect, test } from 'vitest'
import { fuzzGateway, fuzzOpenAi } from './fuzz/gateway.fuzz.ts'

test('spoiled requests break nothing, and nobody gets the answer of another', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const { findings, statuses, upstream, echoes } = await fuzzGateway({ count: 3000, seed })
  expect(findings, `seed ${seed}`).toEqual([])
  // It got further than being refused, and what came back can be told apart.
  expect(statuses[200]).toBeGreaterThan(500)
  expect(upstream).toBeGreaterThan(500)
  expect(echoes).toBeGreaterThan(300)
})

test('spoiled forms and JSON of OpenAI’s clients are each answered in its dialect', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const { findings, statuses, upstream } = await fuzzOpenAi({ count: 1500, seed })
  expect(findings, `seed ${seed}`).toEqual([])
  expect(statuses[200]).toBeGreaterThan(150)
  expect(statuses[400]).toBeGreaterThan(150)
  expect(upstream).toBeGreaterThan(250)
})
