import { endsOf, msOf, standingOf } from '../models/lifecycle.ts'
import { SURFACE_NAMES } from '../models/model.ts'
import { allModels, RECOMMENDED_MODEL, REGISTRY_DATE, resolveModel } from '../models/registry.ts'
import type { Finding } from './finding.ts'

const TOPIC = 'models'
const DAY_MS = 86_400_000
/** Google announces a shutdown at least so long before. */
const OLD_AFTER_DAYS = 90

/** How the default model stands, the next ends, and how old the knowledge of them is. */
export function modelFindings(nowMs: number): readonly Finding[] {
  return [defaultFinding(nowMs), endFinding(nowMs), ageFinding(nowMs)]
}

function defaultFinding(nowMs: number): Finding {
  const resolution = resolveModel(RECOMMENDED_MODEL, { nowMs })
  const notices = resolution.kind === 'model' ? resolution.notices : []
  if (notices.length === 0)
    return {
      topic: TOPIC,
      mark: 'ok',
      text: `${RECOMMENDED_MODEL}, the default at Google, lives; no end is announced.`,
    }
  return { topic: TOPIC, mark: 'warn', text: notices.map(({ text }) => text).join(' ') }
}

function endFinding(nowMs: number): Finding {
  const coming = allModels()
    .filter((model) => model.family !== 'imagen' && standingOf(model, { nowMs }).kind !== 'ended')
    .flatMap((model) => endsOf(model).map((end) => ({ id: model.id, end })))
    .filter(({ end }) => msOf(end.on) > nowMs)
    .toSorted((a, b) => msOf(a.end.on) - msOf(b.end.on))
  const told = coming.slice(0, 3).map(({ id, end }) => `${id} ${end.on} (${SURFACE_NAMES[end.surface]})`)
  const text = told.length > 0 ? `Next to end: ${told.join(', ')}.` : 'No coming end of a model is on record.'
  return { topic: TOPIC, mark: 'note', text }
}

function ageFinding(nowMs: number): Finding {
  const days = Math.max(0, Math.floor((nowMs - msOf(REGISTRY_DATE)) / DAY_MS))
  const text = `Prices and dates are as of ${REGISTRY_DATE}, ${days === 1 ? '1 day' : `${days} days`} ago.`
  if (days <= OLD_AFTER_DAYS) return { topic: TOPIC, mark: 'ok', text }
  return {
    topic: TOPIC,
    mark: 'warn',
    text,
    remedy: 'Install a newer Plantain: npm install plantain@latest.',
  }
}
