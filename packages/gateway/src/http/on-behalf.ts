import type { EditRequest } from '../contract/request.ts'
import type { Exchange } from './exchange.ts'

/** What an edit may do, and whose it is, by the key it was asked for with. */
export function onBehalfOf({
  caller,
  providerCredential,
}: Pick<Exchange, 'caller' | 'providerCredential'>): Pick<
  EditRequest,
  'owner' | 'providers' | 'environment' | 'regions' | 'maxCostMicroUsd' | 'credential'
> {
  const { keyId, providers, environment, regions, limits } = caller
  return {
    owner: keyId,
    ...(providers !== null && { providers }),
    ...(environment !== null && { environment }),
    ...(regions !== null && { regions }),
    ...(limits.costMicroUsdPerEdit !== null && { maxCostMicroUsd: limits.costMicroUsdPerEdit }),
    ...(providerCredential && { credential: providerCredential }),
  }
}
