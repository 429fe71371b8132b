import { describe, expect, test } from 'vitest'
import { ASPECT_RATIOS, IMAGE_SIZES } from '../contract/request.ts'
import { msOf, standingOf } from './lifecycle.ts'
import { FACTS, type Model, SURFACES } from './model.ts'
import { ALIASES, TEXT_MODELS } from './names.ts'
import { allModels, findModel, REGISTRY_DATE } from './registry.ts'
import { SOURCES } from './sources.ts'
import { successorsOf } from './succession.ts'

const TODAY = msOf(REGISTRY_DATE)

function disputed(one: Model, about: string): boolean {
  return one.disputes.some((dispute) => dispute.about === about)
}

describe('the data agree with each other', () => {
  const gemini = allModels().filter(({ family }) => family === 'gemini-image')
  const living = gemini.filter((one) => standingOf(one, { nowMs: TODAY }).kind !== 'ended')

  test('ids are unique and in the form in which names are looked up', () => {
    const ids = allModels().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toBe(id.toLowerCase().trim())
  })

  test('aliases point to models and shadow none', () => {
    for (const [alias, id] of ALIASES) {
      expect(findModel(id), alias).not.toBeNull()
      expect(findModel(alias), alias).toBeNull()
      expect(TEXT_MODELS.has(alias), alias).toBe(false)
    }
  })

  test('every successor exists, and every chain ends in a model that lives on the registry’s date', () => {
    for (const one of allModels()) {
      const chain = successorsOf(one, findModel)
      const last = chain.at(-1) ?? one
      expect(last.successor, one.id).toBeNull()
      expect(standingOf(last, { nowMs: TODAY }).kind, one.id).toBe('living')
      expect(last.family, one.id).not.toBe('imagen')
    }
  })

  test('nothing known was deprecated or released after the registry’s date, and every date is a day', () => {
    for (const one of allModels()) {
      for (const surface of SURFACES) {
        const status = one.surfaces[surface]
        for (const fact of [status?.released, status?.deprecated, status?.ends]) {
          if (fact === null || fact === undefined) continue
          expect(new Date(msOf(fact.on)).toISOString().slice(0, 10), one.id).toBe(fact.on)
          expect(SOURCES).toHaveProperty([fact.source])
        }
        for (const past of [status?.released, status?.deprecated]) {
          if (past) expect(msOf(past.on), one.id).toBeLessThanOrEqual(TODAY)
        }
        if (status?.released && status.ends) {
          expect(msOf(status.ends.on), one.id).toBeGreaterThan(msOf(status.released.on))
        }
      }
    }
  })

  test('every Gemini model is on both surfaces, so that a landing always has a place', () => {
    for (const one of gemini)
      expect(
        SURFACES.every((surface) => one.surfaces[surface] !== null),
        one.id,
      ).toBe(true)
  })

  test('every known fact has its evidence and no unknown one has', () => {
    for (const one of allModels()) {
      for (const fact of FACTS)
        expect(one.evidence[fact] !== undefined, `${one.id} ${fact}`).toBe(one[fact] !== null)
    }
  })

  test('ratios and sizes are words of the contract, each once', () => {
    for (const one of allModels()) {
      const ratios = one.aspectRatios ?? []
      expect(new Set(ratios).size, one.id).toBe(ratios.length)
      expect(ASPECT_RATIOS, one.id).toEqual(expect.arrayContaining([...ratios]))
      expect(IMAGE_SIZES, one.id).toEqual(expect.arrayContaining([...(one.imageSizes ?? [])]))
    }
  })

  test('every living Gemini model has prices for every size, limits and places', () => {
    expect(living.map(({ id }) => id)).toEqual([
      'gemini-nano-banana-2.1',
      'gemini-3-pro-image',
      'gemini-3.1-flash-image',
      'gemini-3.1-flash-lite-image',
    ])
    for (const one of living) {
      for (const size of one.imageSizes ?? [])
        expect(one.prices?.perImage[size], `${one.id} ${size}`).toBeGreaterThan(0)
      expect(one.prices?.batchFactor).toBe(0.5)
      expect(one.maxInputTokens, one.id).toBeGreaterThan(0)
      expect(one.vertexLocations, one.id).toEqual(['global'])
      expect(one.imageSizes, one.id).toContain(one.defaultImageSize)
    }
  })

  test('pixel tables have every ratio at every size, or the hole is disputed', () => {
    for (const one of gemini) {
      if (one.pixels === null || one.defaultImageSize === null) continue
      for (const ratio of one.aspectRatios ?? []) {
        for (const size of one.imageSizes?.length ? one.imageSizes : [one.defaultImageSize]) {
          const pixels = one.pixels[ratio]?.[size]
          expect(pixels, `${one.id} ${ratio} ${size}`).not.toBeUndefined()
          if (pixels === null) expect(disputed(one, 'pixels'), `${one.id} ${ratio} ${size}`).toBe(true)
        }
      }
    }
  })

  test('the listed price of an image is its tokens at the listed rate, or the tokens are disputed', () => {
    for (const one of gemini) {
      for (const size of IMAGE_SIZES) {
        const listed = one.prices?.perImage[size]
        if (listed === undefined) continue
        const tokens = one.tokensPerImage?.[size]
        if (tokens === undefined) {
          expect(disputed(one, 'tokensPerImage'), `${one.id} ${size}`).toBe(true)
          continue
        }
        const exact = (tokens * (one.prices?.perMillion.outputImage ?? 0)) / 1e6
        expect(Math.abs(exact - listed), `${one.id} ${size}`).toBeLessThanOrEqual(0.0005)
      }
    }
  })

  test('disagreements are on record where they are known', () => {
    expect(disputed(findModel('gemini-nano-banana-2.1')!, 'imageSizes')).toBe(true)
    expect(disputed(findModel('gemini-nano-banana-2.1')!, 'tokensPerImage')).toBe(true)
    expect(disputed(findModel('gemini-3.1-flash-image')!, 'ends')).toBe(true)
    expect(disputed(findModel('gemini-3-pro-image')!, 'tokensPerInputImage')).toBe(true)
    expect(disputed(findModel('gemini-2.5-flash-image')!, 'ends')).toBe(true)
    expect(disputed(findModel('imagen-4.0-generate-001')!, 'ends')).toBe(true)
    for (const one of allModels()) {
      for (const { text: said, sources } of one.disputes) {
        expect(said.length, one.id).toBeGreaterThan(20)
        expect(sources.length, one.id).toBeGreaterThan(0)
      }
    }
  })
})
