import type { EditResult } from '../contract/result.ts'
import type { Observation } from '../observe/observation.ts'
import { modelNews } from './model-news.ts'

/** What logs, traces and metrics are told of an edit: pictures by size and hash only. */
export function tellOfEdit(watch: Observation, result: EditResult, requestBytes: number): void {
  watch.received({ requestBytes, images: result.sources })
  watch.edited(result)
  tellOfModels(watch, result)
}

/** The same of what was only passed on: it is no edit, and does not count as one. */
export function tellOfRelay(watch: Observation, result: EditResult, requestBytes: number): void {
  watch.received({ requestBytes, images: [] })
  for (const { target, ms } of result.attempts) watch.step(target, ms)
  if (result.error !== null) watch.refused(result.error.code)
  tellOfModels(watch, result)
}

function tellOfModels(watch: Observation, { notices }: EditResult): void {
  for (const notice of notices) {
    const news = modelNews(notice)
    if (news !== null) watch.news(news)
  }
}
