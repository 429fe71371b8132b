import type { ProviderKind } from './provider-kind.ts'

/** Regions that stand for many locations, and how the names of these begin. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['eu', 'europe-'],
  ['europe', 'europe-'],
  ['us', 'us-'],
  ['asia', 'asia-'],
  ['northamerica', 'northamerica-'],
  ['southamerica', 'southamerica-'],
  ['me', 'me-'],
  ['africa', 'africa-'],
  ['australia', 'australia-'],
])
export const REGION_GROUPS: readonly string[] = [...PREFIXES.keys()]

/** What may be called a region: one of the groups, or a single location. */
export const REGION = new RegExp(`^(?:${REGION_GROUPS.join('|')}|[a-z]+-[a-z]+\\d+)$`)

export interface ResidencePlace {
  readonly kind: ProviderKind
  /** Where Vertex AI works; other kinds have none. */
  readonly location?: string | null
}

/**
 * Whether what is sent to a place stays within regions; `null`: there are none to stay in. The local engine is wherever
 * the gateway is. AI Studio and Vertex AI's `global` promise no place at all, so that they are in no region.
 */
export function isResident({ kind, location }: ResidencePlace, regions: readonly string[] | null): boolean {
  if (regions === null || kind === 'local') return true
  if (kind === 'ai-studio' || typeof location !== 'string' || location === 'global') return false
  return regions.some((region) => location === region || isWithin(location, region))
}

/** London and Zürich, which lie in Europe and not in the Union (cloud.google.com/about/locations). */
const OUTSIDE_EU: ReadonlySet<string> = new Set(['europe-west2', 'europe-west6'])

function isWithin(location: string, region: string): boolean {
  const prefix = PREFIXES.get(region)
  // The multi-region of the Union.
  if (region === 'europe' && location === 'eu') return true
  if (prefix === undefined || !location.startsWith(prefix)) return false
  return region !== 'eu' || !OUTSIDE_EU.has(location)
}
