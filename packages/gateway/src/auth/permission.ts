import { type Caller, nameOf, type Scope } from '../contract/caller.ts'
import { type Fault, fault } from '../contract/error.ts'
import type { ProviderKind } from '../contract/provider.ts'
import { redactKeys } from '../contract/redact.ts'

/** What a request needs its caller to be allowed; what is left out is not needed. */
export interface Need {
  readonly scope?: Scope
  readonly provider?: ProviderKind
  readonly model?: AskedModel
}

export interface AskedModel {
  /** As the caller wrote it. */
  readonly asked: string
  /** The model it stands for; `null` where that is not known. */
  readonly resolved: string | null
  /** The model it is a name of, which may be over and another stand in for it; left out where that is not known. */
  readonly named?: string
}

/** Model ids end well before. */
const MOST_SHOWN_CHARS = 80

/** Why the caller may not, with what it may instead; `null` where it may. */
export function permissionFault(caller: Caller, { scope, provider, model }: Need): Fault | null {
  if (scope !== undefined && !caller.scopes.includes(scope)) {
    return refusal(caller, `is for ${listed(caller.scopes)}, not for “${scope}”`, 'its scopes')
  }
  if (provider !== undefined && caller.providers !== null && !caller.providers.includes(provider)) {
    return refusal(
      caller,
      `may send edits to ${listed(caller.providers)}, not to “${provider}”`,
      'its providers',
    )
  }
  if (model !== undefined && !mayUseModel(caller, model)) {
    return refusal(
      caller,
      `may use ${listed(caller.models ?? [])}, not “${shown(model.asked)}”`,
      'its models',
    )
  }
  return null
}

/**
 * Whether a model is open to the caller by the name it was asked for, by the one it stands for, or by the one it stood for
 * until that ended: who may use a model goes on with its successor, by whatever name.
 */
export function mayUseModel({ models }: Caller, { asked, resolved, named }: AskedModel): boolean {
  if (models === null) return true
  const names = [asked, resolved, named].filter((name) => typeof name === 'string').map(bare)
  return models.some((one) => names.includes(bare(one)))
}

/** `models/x` is how Google's clients write `x`. */
function bare(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^models\//, '')
}

function refusal(caller: Caller, may: string, what: string): Fault {
  return fault(
    'not_allowed',
    `${nameOf(caller)} ${may}. Ask for what it may do, or let the operator add to ${what} in plantain.yaml.`,
  )
}

function listed(values: readonly string[]): string {
  return values.length === 0 ? 'nothing' : values.join(', ')
}

function shown(name: string): string {
  return /^[\w.@/-]+$/.test(name) && name.length <= MOST_SHOWN_CHARS
    ? redactKeys(name)
    : 'a model of that name'
}
