import type { Notice } from '../contract/result.ts'
import { differenceOf } from '../models/difference.ts'
import { findModel } from '../models/registry.ts'
import type { DailyNews } from '../observe/daily.ts'

/** What whoever runs the gateway should know of a model that callers go on asking for; `null`: the notice is of other things. */
export function modelNews({ code, model }: Notice): DailyNews | null {
  if (model === undefined) return null
  const { id, successor, why } = model
  const isOver = code === 'model_migrated'
  return {
    key: JSON.stringify([code, id, successor]),
    message: isOver
      ? 'Edits are made by another model than they ask for.'
      : 'Edits ask for a model that is to be left.',
    fields: {
      notice: code,
      asked: id,
      used: isOver ? successor : id,
      successor,
      why,
      differences: differences(id, successor),
    },
  }
}

function differences(id: string, successor: string | null) {
  const before = findModel(id)
  const after = successor === null ? null : findModel(successor)
  return before && after && differenceOf(before, after)
}
