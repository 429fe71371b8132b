import type { ResidencePlace } from '../contract/residency.ts'
import type { GatewayTarget } from './gateway-config.ts'

/** Where what is sent to a target is worked on. */
export function placeOf(target: GatewayTarget): ResidencePlace {
  return { kind: target.provider, location: target.provider === 'vertex' ? target.location : null }
}
