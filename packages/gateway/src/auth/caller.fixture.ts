import type { Caller } from '../contract/caller.ts'

/** A caller who may do everything an ordinary key may. */
export function callerNamed(keyId: string, differences: Partial<Caller> = {}): Caller {
  return {
    keyId,
    scopes: ['edit', 'files', 'models'],
    models: null,
    providers: null,
    environment: null,
    regions: null,
    passThrough: false,
    limits: { concurrent: 4, requestsPerMinute: 60, costMicroUsdPerEdit: null },
    ...differences,
  }
}
