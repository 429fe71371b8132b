import { expect, test } from 'vitest'
import type { ProviderKind } from './provider-kind.ts'
import { isResident, REGION, REGION_GROUPS } from './residency.ts'

const EVERYWHERE = [...REGION_GROUPS, 'europe-west4', 'us-central1']

test.each<[ProviderKind, string | null, readonly string[] | null, boolean]>([
  // Without regions there is nothing to stay in; with none of them, nowhere to be.
  ['vertex', 'global', null, true],
  ['ai-studio', null, null, true],
  ['local', null, null, true],
  ['vertex', 'europe-west4', [], false],
  // A location is itself, and nothing near.
  ['vertex', 'europe-west4', ['europe-west4'], true],
  ['vertex', 'europe-west4', ['us-central1', 'europe-west4'], true],
  ['vertex', 'europe-west4', ['europe-west1'], false],
  ['vertex', 'europe-west4', ['europe-west'], false],
  ['vertex', 'europe-west12', ['europe-west1'], false],
  // A group is itself and the locations that begin with its name.
  ['vertex', 'eu', ['eu'], true],
  ['vertex', 'europe-west4', ['eu'], true],
  ['vertex', 'europe-central2', ['us', 'eu'], true],
  // Europe is more than the Union.
  ['vertex', 'europe-west2', ['eu'], false],
  ['vertex', 'europe-west6', ['eu'], false],
  ['vertex', 'europe-west6', ['europe'], true],
  ['vertex', 'europe-west4', ['europe'], true],
  ['vertex', 'eu', ['europe'], true],
  ['vertex', 'us', ['us'], true],
  ['vertex', 'us-east5', ['us'], true],
  ['vertex', 'us-east5', ['eu'], false],
  ['vertex', 'us-east5', ['northamerica'], false],
  ['vertex', 'northamerica-northeast1', ['northamerica'], true],
  ['vertex', 'northamerica-northeast1', ['us'], false],
  ['vertex', 'southamerica-east1', ['southamerica'], true],
  ['vertex', 'asia-northeast1', ['asia'], true],
  ['vertex', 'australia-southeast1', ['australia'], true],
  ['vertex', 'australia-southeast1', ['asia'], false],
  ['vertex', 'me-west1', ['me'], true],
  ['vertex', 'africa-south1', ['africa'], true],
  // A location of many countries is in none of its single locations.
  ['vertex', 'eu', ['europe-west4'], false],
  ['vertex', 'us', ['us-central1'], false],
  ['vertex', 'eu', ['us'], false],
  ['vertex', 'eurasia-west1', ['eu'], false],
  ['vertex', 'europe', ['eu'], false],
  // What promises no place is in no region, whatever it is called.
  ['vertex', 'global', EVERYWHERE, false],
  ['vertex', 'global', ['global'], false],
  ['vertex', null, EVERYWHERE, false],
  ['ai-studio', null, EVERYWHERE, false],
  ['ai-studio', 'europe-west4', ['eu'], false],
  ['local', null, ['eu'], true],
  ['local', null, [], true],
])('%s %s within %j: %s', (kind, location, regions, expected) => {
  expect(isResident({ kind, location }, regions)).toBe(expected)
})

test('a place without a location', () => {
  expect(isResident({ kind: 'vertex' }, ['eu'])).toBe(false)
  expect(isResident({ kind: 'local' }, ['eu'])).toBe(true)
})

test.each([
  ...[...REGION_GROUPS, 'europe-west4', 'me-central1'].map((name) => [name, true] as const),
  ...['global', 'EU', 'europe-west', 'eu-', '', 'eu us', 'europe-west4-a'].map(
    (name) => [name, false] as const,
  ),
])('whether %s is a region: %s', (name, expected) => {
  expect(REGION.test(name)).toBe(expected)
})
