import type { Notice } from '../contract/result.ts'
import { suggest } from '../contract/suggest.ts'
import { PAST_GEMINI_MODELS } from './gemini-past.ts'
import { GEMINI_MODELS } from './gemini.ts'
import { IMAGEN_MODELS } from './imagen.ts'
import { differenceText } from './difference.ts'
import { calledModel, endText } from './end-text.ts'
import { msOf, standingOf, type When } from './lifecycle.ts'
import { LOCAL_MODEL } from './local.ts'
import type { IsoDate, Model } from './model.ts'
import { ALIASES, bareName, TEXT_MODELS } from './names.ts'
import { heirOf } from './succession.ts'

/** The day the facts were last gone through; a test holds that they agree with each other on it. */
export const REGISTRY_DATE: IsoDate = '2026-11-22'

/** What Google recommends for making and editing images, and what a request without a model gets. */
export const RECOMMENDED_MODEL = 'gemini-nano-banana-2.1'

/** No id comes near this length; a longer one is not worth comparing with every name. */
const LONGEST_NAME = 200

const MODELS: readonly Model[] = [...GEMINI_MODELS, ...PAST_GEMINI_MODELS, ...IMAGEN_MODELS, LOCAL_MODEL]
const BY_ID: ReadonlyMap<string, Model> = new Map(MODELS.map((model) => [model.id, model]))

export type Resolution =
  | {
      readonly kind: 'model'
      readonly model: Model
      /** As the caller wrote it. */
      readonly requested: string
      readonly notices: readonly Notice[]
    }
  /** A Gemini model that answers text; `instead` is the image model an edit would go to. */
  | { readonly kind: 'text-model'; readonly asked: string; readonly id: string; readonly instead: Model }
  | { readonly kind: 'unknown'; readonly asked: string; readonly suggestions: readonly string[] }

/** Every id on record, living and past, in the order a table should show them. */
export function allModels(): readonly Model[] {
  return MODELS
}

/** The entry of an id, spelled exactly, whether living or past; `null` where there is none. */
export function findModel(id: string): Model | null {
  return BY_ID.get(id) ?? null
}

/**
 * The living model a name stands for at a moment, and what the caller should be told about the way there.
 *
 * Names are read in any case, with or without their resource prefix, and by their market name. An alias means the model
 * it meant when it was coined; a model that is over is replaced by the nearest successor on which one may land, with a
 * `model_migrated` notice. What counts as over is decided date by date, by how sure the date is: one that Google wrote or
 * that somebody ran into counts, one that third parties merely state does not and only warns (`model_ending`, from 60 days
 * before). Imagen ids move at any date, because Plantain speaks no `:predict` to Google. Never throws.
 */
export function resolveModel(asked: string, when: When): Resolution {
  const name = nameIn(asked)
  const alias = ALIASES.get(name)
  const named = findModel(alias ?? name)
  if (named === null) return unresolved(asked, name, when)

  const { model, notices } = settle(named, when)
  const aliasNotice: readonly Notice[] =
    alias === undefined ? [] : [{ code: 'model_alias', text: `${name} is short for ${named.id}.` }]
  return { kind: 'model', model, requested: asked, notices: [...aliasNotice, ...notices] }
}

/** The entry a name stands for by itself, living or past, however it is written; `null` where there is none. */
export function namedModel(asked: string): Model | null {
  const name = nameIn(asked)
  return findModel(ALIASES.get(name) ?? name)
}

function nameIn(asked: string): string {
  return asked.length > LONGEST_NAME ? '' : bareName(asked)
}

function unresolved(asked: string, name: string, when: When): Resolution {
  if (TEXT_MODELS.has(name)) {
    const recommended = BY_ID.get(RECOMMENDED_MODEL) ?? LOCAL_MODEL
    return { kind: 'text-model', asked, id: name, instead: settle(recommended, when).model }
  }
  return { kind: 'unknown', asked, suggestions: suggest(name, [...ALIASES.keys(), ...BY_ID.keys()]) }
}

/** Where a request for this model really goes. */
function settle(named: Model, when: When): { model: Model; notices: readonly Notice[] } {
  const standing = standingOf(named, when)
  const over = named.family === 'imagen' || standing.kind === 'ended'
  const heir = over ? heirOf(named, when, findModel) : null
  if (heir === null) return { model: named, notices: endingNotices(named, when) }
  const why =
    standing.kind === 'ended'
      ? `${named.id} ended on ${endText(standing.end)}`
      : `${named.id} is an Imagen model, to which Plantain does not send`
  const text = `${why}; ${calledModel(heir)} is used instead. ${differenceText(named, heir)}`
  const news = { id: named.id, successor: heir.id, why }
  return {
    model: heir,
    notices: [{ code: 'model_migrated', text, model: news }, ...endingNotices(heir, when)],
  }
}

function endingNotices(model: Model, when: When): readonly Notice[] {
  const standing = standingOf(model, when)
  if (standing.kind === 'living') return []
  const { end } = standing
  const verb = msOf(end.on) <= when.nowMs ? 'ended' : 'ends'
  const why = `${model.id} ${verb} on ${endText(end)}`
  const doubt = standing.kind === 'doubtful' ? ' Google’s pages do not confirm it, so the model is kept.' : ''
  const heir = heirOf(model, when, findModel)
  const next = heir === null ? 'No successor is on record.' : `Its successor is ${calledModel(heir)}.`
  const news = { id: model.id, successor: heir?.id ?? null, why }
  return [{ code: 'model_ending', text: `${why}.${doubt} ${next}`, model: news }]
}
