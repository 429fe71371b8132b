import { assert, constantFrom, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import type { Usage } from '../contract/result.ts'
import { costMicroUsd, estimateMicroUsd, formatUsd, priceUnknownNotice } from './price.ts'
import { allModels, findModel } from './registry.ts'

const NOTHING: Usage = {
  inputTextTokens: 0,
  inputImageTokens: 0,
  outputTextTokens: 0,
  outputImageTokens: 0,
  thoughtTokens: 0,
  totalTokens: 0,
}

function cost(id: string, usage: Partial<Usage>): number {
  return costMicroUsd(findModel(id)!, { ...NOTHING, ...usage })
}

test('a real Pro edit of two drafts costs what its modalities cost', () => {
  // (99 + 516) × $2 + 2,240 × $120 + (238 + 208) × $12, per million tokens.
  const usage = {
    inputTextTokens: 99,
    inputImageTokens: 516,
    outputTextTokens: 238,
    outputImageTokens: 2240,
    thoughtTokens: 208,
    totalTokens: 3301,
  }
  expect(cost('gemini-3-pro-image', usage)).toBe(275_382)
})

test.each([
  [
    'gemini-nano-banana-2.1',
    { inputTextTokens: 20, inputImageTokens: 1120, outputImageTokens: 1120 },
    35_310,
  ],
  [
    'gemini-3.1-flash-image',
    { inputImageTokens: 1120, outputImageTokens: 1680, thoughtTokens: 100 },
    101_660,
  ],
  ['gemini-3.1-flash-lite-image', { inputTextTokens: 10, outputImageTokens: 1120 }, 33_603],
  ['gemini-2.5-flash-image', { inputTextTokens: 5, outputTextTokens: 10, outputImageTokens: 1290 }, 38_727],
  ['local', { outputImageTokens: 1e6, thoughtTokens: 1e6 }, 0],
])('%s by hand', (id, usage, microUsd) => {
  expect(cost(id, usage)).toBe(microUsd)
})

test('halves round up, once, at the end', () => {
  expect(cost('gemini-3.1-flash-image', { inputTextTokens: 1 })).toBe(1)
  expect(cost('gemini-3.1-flash-image', { inputTextTokens: 1, inputImageTokens: 1 })).toBe(1)
  expect(cost('gemini-3.1-flash-lite-image', { inputTextTokens: 1 })).toBe(0)
  expect(cost('gemini-3.1-flash-lite-image', { inputTextTokens: 1, inputImageTokens: 1 })).toBe(1)
  expect(cost('gemini-2.5-flash-image', { inputTextTokens: 5 })).toBe(2)
  // 1.005 × 1,000 falls short of 1,005 in binary; 100 tokens at $1.005 are 100.5 on paper and must be a half here.
  const model = findModel('gemini-2.5-flash-image')!
  const perMillion = { inputText: 1.005, inputImage: 0, outputText: 0, outputImage: 0 }
  const priced = { ...model, prices: { ...model.prices!, perMillion } }
  expect(costMicroUsd(priced, { ...NOTHING, inputTextTokens: 100 })).toBe(101)
})

test('costs are whole, never negative, and never fall when tokens are added', () => {
  const tokens = integer({ min: 0, max: 10_000_000 })
  const models = constantFrom(...allModels())
  assert(
    property(models, tokens, tokens, tokens, (model, text, image, thoughts) => {
      const usage = { ...NOTHING, inputTextTokens: text, outputImageTokens: image }
      const before = costMicroUsd(model, usage)
      const after = costMicroUsd(model, { ...usage, thoughtTokens: thoughts })
      expect(Number.isSafeInteger(before) && before >= 0).toBe(true)
      expect(after).toBeGreaterThanOrEqual(before)
    }),
  )
})

test('a model without a price costs nothing and says that it is not known', () => {
  const imagen = findModel('imagen-3.0-capability-001')!
  expect(cost(imagen.id, { outputImageTokens: 1000 })).toBe(0)
  expect(priceUnknownNotice(imagen)).toMatchObject({ code: 'price_unknown' })
  expect(estimateMicroUsd(imagen, { inputImages: 1, instructionChars: 10 })).toEqual({
    microUsd: 0,
    basis: 'no price of imagen-3.0-capability-001 is on record',
  })
  expect(priceUnknownNotice(findModel('gemini-3-pro-image')!)).toBeNull()
  expect(priceUnknownNotice(findModel('local')!)).toBeNull()
})

test('an estimate is the listed price of the size and the input tokens', () => {
  const banana = findModel('gemini-nano-banana-2.1')!
  // $0.0504 + (1,120 + 10) × $1.50 per million; 37 characters are 10 tokens.
  expect(estimateMicroUsd(banana, { imageSize: '2K', inputImages: 1, instructionChars: 37 })).toEqual({
    microUsd: 52_095,
    basis:
      'one 2K image at $0.0504, 1 input image of 1,120 tokens and 10 tokens of instruction, at list price; ' +
      'text and thinking in the answer come on top',
  })
  expect(estimateMicroUsd(banana, { inputImages: 0, instructionChars: 0 }).microUsd).toBe(33_600)
  expect(estimateMicroUsd(banana, { imageSize: '4K', inputImages: 2, instructionChars: 0 }).microUsd).toBe(
    116_360,
  )
})

test('an estimate for a size the model lacks is for the size it would answer', () => {
  const lite = findModel('gemini-3.1-flash-lite-image')!
  const { microUsd, basis } = estimateMicroUsd(lite, { imageSize: '4K', inputImages: 0, instructionChars: 0 })
  expect(microUsd).toBe(33_600)
  expect(basis).toContain('one 1K image')
})

test('the local engine is free in so many words', () => {
  expect(estimateMicroUsd(findModel('local')!, { inputImages: 3, instructionChars: 100 })).toEqual({
    microUsd: 0,
    basis: 'made on this machine, free of charge',
  })
})

test.each([
  [0, '$0.00'],
  [1, '$0.000001'],
  [33_600, '$0.0336'],
  [39_000, '$0.039'],
  [240_000, '$0.24'],
  [1_500_000, '$1.50'],
  [10_000_000, '$10.00'],
  [-39_000, '-$0.039'],
])('%d micro-dollars are %s', (microUsd, text) => {
  expect(formatUsd(microUsd)).toBe(text)
})
