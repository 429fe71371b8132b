import { type Caller, servesCaller } from '../contract/caller.ts'
import { isResident } from '../contract/residency.ts'
import type { Findings } from './findings.ts'
import type { GatewayTarget, RouteRule } from './gateway-config.ts'
import type { Keys } from './key-entries.ts'
import type { Path } from './path.ts'
import { modelsLeft } from './regional-models.ts'
import { type Routed, routedTargets } from './routed-targets.ts'
import { placeOf } from './target-place.ts'

export interface ReachContext {
  readonly keys: Keys
  /** Under their numbers in the list `targets`. */
  readonly targets: readonly GatewayTarget[]
  /** `null`: some of them have mistakes. */
  readonly routes: readonly RouteRule[] | null
  readonly nowMs: number
  readonly findings: Findings
}

/** A caller, and where its entry stands; `null`: there is none. */
interface Placed {
  readonly caller: Caller
  readonly path: Path | null
}

/** Notes keys that no target may serve, and targets that may serve no key: by environment, and by region. */
export function checkReach({ keys, targets, routes, nowMs, findings }: ReachContext): void {
  // Whoever makes no edits needs no target.
  const callers = placed(keys).filter(({ caller }) => caller.scopes.includes('edit'))
  for (const { caller, path } of callers) {
    if (path === null) continue
    const routed = { targets, routes: routes ?? [], nowMs }
    const led = { ...routed, targets: routedTargets(caller, routed) }
    const resident = checkRegions(caller, path, { ...led, findings })
    if (resident.length > 0) checkEnvironment(caller, path, { targets: resident, findings })
  }
  for (const [at, target] of callers.length === 0 ? [] : targets.entries()) {
    checkServes(target, ['targets', at], { callers: callers.map(({ caller }) => caller), findings })
  }
}

function placed({ known, keyless, keylessAt }: Keys): readonly Placed[] {
  const holders = known.flatMap((key, at) => (key === null ? [] : [{ ...key, path: ['keys', at] }]))
  if (holders.length > 0) return holders
  return [{ caller: keyless, path: keylessAt === null ? null : ['keys', keylessAt] }]
}

type Among = Pick<ReachContext, 'targets' | 'findings'>

/** The targets that providers and regions of a caller leave. */
function checkRegions(
  caller: Caller,
  path: Path,
  { findings, ...routed }: Routed & Pick<ReachContext, 'findings'>,
): readonly GatewayTarget[] {
  const { providers, regions } = caller
  const open = routed.targets.filter(({ provider }) => providers?.includes(provider) ?? true)
  if (regions === null) return open
  const here: Path = [...path, 'regions']
  const resident = open.filter((target) => isResident(placeOf(target), regions))
  if (resident.length === 0) {
    findings.mistake(here, 'leaves no target that the key may use', whereTargetsLie(open))
    return []
  }
  const left = modelsLeft(caller, { ...routed, targets: resident })
  if (left.kind === 'none') {
    const rest = left.others.length === 0 ? 'No model remains' : `What remains is ${left.others.join(', ')}`
    findings.warning(
      here,
      'leaves only targets that serve none of Google’s models that the key may use',
      `${rest}; leave regions out where edits may go on at Google.`,
    )
  }
  return resident
}

function whereTargetsLie(targets: readonly GatewayTarget[]): string {
  const located = targets.flatMap((target) =>
    target.provider === 'vertex' && target.location !== 'global' ? [target.location] : [],
  )
  return located.length === 0
    ? 'Add a vertex target with a location there, or a local one; AI Studio and global lie in no region.'
    : `Name a region of ${[...new Set(located)].join(', ')}, where targets lie, or add a target.`
}

function checkEnvironment(caller: Caller, path: Path, { targets, findings }: Among): void {
  if (targets.some((target) => mayServe(target, caller))) return
  const { environment } = caller
  const [problem, remedy] =
    environment === null
      ? [
          'has no environment, and each credential it might use has one',
          'Give it theirs, or one of the credentials none.',
        ]
      : ['is an environment that no credential serves', 'Give a credential the same, or none.']
  findings.warning(environment === null ? path : [...path, 'environment'], problem, remedy)
}

/** Whether a target has something to prove itself with for a caller; one who brings a credential needs none of it. */
function mayServe(target: GatewayTarget, caller: Caller): boolean {
  if (target.provider === 'local' || caller.passThrough) return true
  return target.credentials.some((credential) => servesCaller(credential, caller))
}

function checkServes(
  target: GatewayTarget,
  path: Path,
  { callers, findings }: { readonly callers: readonly Caller[]; readonly findings: Findings },
): void {
  if (target.provider === 'local' || callers.some((caller) => mayServe(target, caller))) return
  const environments = new Set(target.credentials.flatMap(({ environment }) => environment ?? []))
  const words = [...environments].join(' and ')
  findings.mistake(
    path,
    `serves no key, as what it proves itself with is for ${words} only`,
    `Give a key the environment ${words}, or take environment out of a credential.`,
  )
}
