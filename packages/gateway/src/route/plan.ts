import { type Fault, fault } from '../contract/error.ts'
import type { Provider, ProviderKind } from '../contract/provider.ts'
import { redactKeys } from '../contract/redact.ts'
import type { Notice } from '../contract/result.ts'
import { RECOMMENDED_MODEL, resolveModel } from '../models/registry.ts'
import type { Target } from './route.ts'

export const LOCAL_MODEL_ID = 'local'

export type Planned =
  | {
      readonly kind: 'planned'
      readonly targets: readonly [Target, ...Target[]]
      readonly notices: readonly Notice[]
    }
  | { readonly kind: 'fault'; readonly fault: Fault }

const NOT_ALLOWED =
  'The key may not use any of the targets that are configured here. Its entry in the configuration names its providers.'

const SET_UP =
  'GEMINI_API_KEY for ai-studio, GOOGLE_CLOUD_PROJECT for vertex. `plantain doctor` shows what is found.'

export interface PlanOptions {
  readonly nowMs: number
  /** Kinds the caller may use; missing: all. */
  readonly allowed?: readonly ProviderKind[] | undefined
  /**
   * Whether names are the target's to judge, as in a request that is forwarded in its own dialect: one that is not on
   * record may be of a model that came out yesterday.
   */
  readonly forward?: boolean
  /** Whether a model that answers text is to do that, in place of an image model. */
  readonly keepTextModels?: boolean
}

/** Which targets may make an edit, in the order they are to be tried. The local engine never stands in for Google. */
export function planTargets(
  configured: readonly Provider[],
  asked: string | undefined,
  options: PlanOptions,
): Planned {
  const { nowMs, allowed } = options
  const providers = configured.filter(({ kind }) => allowed?.includes(kind) ?? true)
  const [first] = providers
  if (!first && configured.length > 0) return { kind: 'fault', fault: fault('not_allowed', NOT_ALLOWED) }
  if (!first)
    return { kind: 'fault', fault: fault('credential_missing', `No target is configured. ${SET_UP}`) }
  if (asked === undefined) {
    return resolved([first], first.kind === 'local' ? LOCAL_MODEL_ID : RECOMMENDED_MODEL, options)
  }
  const resolution = resolveModel(asked, { nowMs })
  if (resolution.kind === 'unknown' && !options.forward) {
    const near =
      resolution.suggestions.length > 0 ? ` Did you mean ${resolution.suggestions.join(' or ')}?` : ''
    const message = `No model ${shown(asked)} is known.${near} \`plantain models\` lists them all.`
    return { kind: 'fault', fault: fault('unknown_model', message) }
  }
  const wantsLocal = resolution.kind === 'model' && resolution.model.family === 'local'
  const [able, ...alike] = providers.filter(({ kind }) => (kind === 'local') === wantsLocal)
  if (able) return resolved([able, ...alike], asked, options)
  return {
    kind: 'fault',
    fault: wantsLocal
      ? fault(
          'unsupported_option',
          `Model "local" needs the local engine, and the target is ${first.target}. Say --provider local.`,
        )
      : fault(
          'credential_missing',
          `Model ${asked} runs at Google, and edits go to the local engine here. Name the target and give it a credential: ${SET_UP}`,
        ),
  }
}

function resolved(
  [first, ...rest]: readonly [Provider, ...Provider[]],
  model: string,
  { nowMs, keepTextModels = false }: PlanOptions,
): Planned {
  const notices: Notice[] = []
  const targetOf = (provider: Provider): Target => {
    const resolution = resolveModel(model, { nowMs, ...surfaceOf(provider.kind) })
    if (resolution.kind === 'text-model') {
      if (keepTextModels) return { provider, model: resolution.id }
      notices.push(textModelNotice(resolution.id, resolution.instead.id))
      return { provider, model: resolution.instead.id }
    }
    if (resolution.kind === 'unknown') return { provider, model }
    notices.push(...resolution.notices)
    return { provider, model: resolution.model.id }
  }
  const targets = [targetOf(first), ...rest.map(targetOf)] as const
  return { kind: 'planned', targets, notices: distinct(notices) }
}

/** What is no name of a model may be anything: an instruction in the wrong place, a key. */
function shown(name: string): string {
  return /^[\w.@/-]{1,80}$/.test(name) ? `"${redactKeys(name)}"` : 'of that name'
}

function surfaceOf(kind: ProviderKind): { surface: Exclude<ProviderKind, 'local'> } | undefined {
  return kind === 'local' ? undefined : { surface: kind }
}

function textModelNotice(asked: string, instead: string): Notice {
  return {
    code: 'model_migrated',
    text: `${asked} answers text, not images; ${instead} is used for this edit.`,
  }
}

function distinct(notices: readonly Notice[]): readonly Notice[] {
  return [...new Map(notices.map((notice) => [notice.text, notice])).values()]
}
