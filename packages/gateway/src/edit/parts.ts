import type { Cache } from '../cache/cache.ts'
import type { AttemptTimeouts } from '../contract/attempt-bounds.ts'
import type { System } from '../contract/system.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { RouteParts } from '../route/route.ts'
import type { RouteRule } from '../contract/routing.ts'
import type { RouteTarget } from '../route/target.ts'
import type { LateResults } from './late-results.ts'
import type { Ending } from './settle.ts'
import type { Inspection } from './spec.ts'

/** What the pipeline stands on. */
export interface EditParts {
  readonly system: System
  readonly inspection: Inspection
  readonly ledger: Ledger
  readonly cache: Cache<Ending>
  readonly late: LateResults
  /** Where edits may go, as it is configured at this moment. */
  readonly fleet: () => Fleet
  readonly route: Omit<RouteParts, 'policy' | 'keysOf'>
}

export interface Fleet {
  /** In the order they are to be tried where no rule says otherwise. */
  readonly targets: readonly RouteTarget[]
  readonly rules: readonly RouteRule[]
  readonly policy: RouteParts['policy']
  /** The keys that open a target, which may have been planned with before its configuration changed. */
  readonly keysOf: RouteParts['keysOf']
  readonly timeouts: AttemptTimeouts
}
