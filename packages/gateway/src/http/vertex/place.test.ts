import { expect, test } from 'vitest'
import { placeFor } from './place.ts'

const NOW = Date.UTC(2026, 10, 26)

test.each([
  ['europe-west4', ['europe-west4', 'global'], null, { kind: 'bound', region: 'europe-west4' }],
  ['eu', ['europe-west4', 'global'], null, { kind: 'bound', region: 'eu' }],
  ['europe-west4', ['europe-west4'], ['eu'], { kind: 'bound', region: 'europe-west4' }],
  ['us-central1', ['europe-west4'], null, { kind: 'elsewhere' }],
  ['us-central1', ['us-central1'], ['eu'], { kind: 'elsewhere' }],
  ['us-central1', [], null, { kind: 'elsewhere' }],
  ['no place at all!', ['global'], null, { kind: 'elsewhere' }],
  ['global', ['europe-west4'], null, { kind: 'anywhere' }],
  [null, ['europe-west4'], null, { kind: 'anywhere' }],
] as const)('%s, with targets in %j, by a key for %j', (location, locations, allowed, place) => {
  const wish = { location, model: 'gemini-2.5-flash-image-of-tomorrow' }
  expect(placeFor(wish, { locations, allowed, nowMs: NOW })).toEqual(place)
})

test('a model that is not served there is asked for elsewhere', () => {
  const wish = { location: 'europe-west4', model: 'imagegeneration@002' }
  const here = { locations: ['europe-west4', 'global'], allowed: null, nowMs: NOW }
  expect(placeFor(wish, here)).toEqual({ kind: 'elsewhere' })
})
