import type { ModelView, TargetView } from '../contract/target-view.ts'
import type { Standing } from './health.ts'
import type { RouteState } from './state.ts'
import { accountOf, type RouteKey, type RouteTarget } from './target.ts'

export interface ViewOptions {
  readonly state: RouteState
  /** Monotonic milliseconds. */
  readonly nowMs: number
  readonly isDraining: (key: RouteKey) => boolean
}

export function viewOf(targets: readonly RouteTarget[], options: ViewOptions): readonly TargetView[] {
  const { state, nowMs } = options
  return targets.map(({ name, kind, location, keys }) => ({
    name,
    provider: kind,
    location,
    models: state.sitesOf(name).map(([model, { health, budget }]) => ({
      model,
      ...standingView(health.standing(nowMs), nowMs),
      retryTokens: budget.tokens(),
    })),
    keys: keys.map((key) => {
      const why = state.locks.why(accountOf(key))
      return {
        name: key.name,
        environment: key.environment,
        state: options.isDraining(key) ? 'draining' : why === null ? 'serving' : 'locked-out',
        reason: why && { code: why.code, message: why.message },
        holds: state
          .lanesOf(accountOf(key))
          .filter(([, lane]) => lane.holdUntilMs > nowMs)
          .map(([model, { holdUntilMs, holdFault }]) => ({
            model,
            waitMs: Math.ceil(holdUntilMs - nowMs),
            code: holdFault?.code ?? null,
          })),
        queues: state
          .lanesOf(accountOf(key))
          .map(([model, { pace }]) => ({
            model,
            waitMs: Math.ceil((pace?.readyAtMs(0, nowMs) ?? nowMs) - nowMs),
          }))
          .filter(({ waitMs }) => waitMs > 0),
      }
    }),
  }))
}

function standingView(
  standing: Standing,
  nowMs: number,
): Pick<ModelView, 'standing' | 'share' | 'ejectedForMs'> {
  const { kind } = standing
  switch (kind) {
    case 'healthy':
      return { standing: kind, share: 1, ejectedForMs: null }
    case 'ramping':
      return { standing: kind, share: standing.share, ejectedForMs: null }
    case 'on-probation':
      return { standing: kind, share: 0, ejectedForMs: null }
    case 'ejected':
      return { standing: kind, share: 0, ejectedForMs: Math.ceil(standing.untilMs - nowMs) }
  }
}
