import { isJsonObject } from '../../contract/json-object.ts'
import { PlantainError } from '../../contract/error.ts'
import { type Surface, SURFACES } from '../../models/model.ts'

export const CALL_KINDS = ['generation', 'models', 'files', 'tokens', 'other'] as const
export type CallKind = (typeof CALL_KINDS)[number]

/** Which calls a rule is for; what is missing matches any. */
export interface Where {
  readonly surface?: Surface
  readonly model?: string
  /** A Vertex location. */
  readonly location?: string
  /** The fingerprint of a credential, as `/emulator/state` shows it. */
  readonly credential?: string
  /** Missing: those the persona is about, which mostly are calls that ask a model for something. */
  readonly calls?: CallKind | 'any'
}

/** What a rule may tell calls apart by. */
export interface Facts {
  readonly kind: CallKind
  readonly surface: Surface
  /** Empty where the call names none. */
  readonly model: string
  readonly location: string
  readonly credential: string
}

/** The calls a persona is about where `where.calls` says nothing. */
export type Reach = 'generation' | 'of a model' | 'any with a key'

export function concerns({ surface, model, location, credential }: Where, facts: Facts): boolean {
  return (
    (surface ?? facts.surface) === facts.surface &&
    (model ?? facts.model) === facts.model &&
    (location ?? facts.location) === facts.location &&
    (credential ?? facts.credential) === facts.credential
  )
}

export function reaches(reach: Reach, { calls }: Where, { kind, model }: Facts): boolean {
  if (calls !== undefined) return calls === 'any' || calls === kind
  switch (reach) {
    case 'generation':
      return kind === 'generation'
    case 'of a model':
      return kind === 'generation' || (kind === 'models' && model !== '')
    case 'any with a key':
      return kind === 'generation' || kind === 'models' || kind === 'files'
  }
}

/** Throws `PlantainError` where it names what no call has: such a rule would act on every call, or on none. */
export function readWhere(where: unknown): Where {
  if (where === undefined) return {}
  if (!isJsonObject(where)) throw wrong('“where” is an object.')
  return Object.fromEntries(
    Object.entries(where).map(([name, value]) => {
      // Own names only: a stranger may write “constructor”.
      const known = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined
      if (known === undefined) throw wrong(`“where” has ${Object.keys(VALUES).join(', ')}, and no “${name}”.`)
      if (typeof value !== 'string' || (known !== null && !known.includes(value))) {
        throw wrong(`“where.${name}” is ${known === null ? 'a text' : `one of ${known.join(', ')}`}.`)
      }
      return [name, value]
    }),
  )
}

/** What may stand there; `null`: any text. */
const VALUES: Readonly<
  Record<keyof Where, readonly string[] | null> & Record<string, readonly string[] | null>
> = {
  surface: SURFACES,
  model: null,
  location: null,
  credential: null,
  calls: [...CALL_KINDS, 'any'],
}

function wrong(text: string): PlantainError {
  return new PlantainError('invalid_request', text)
}
