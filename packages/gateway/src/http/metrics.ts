import { PlantainError } from '../contract/error.ts'
import type { Observer } from '../observe/observer.ts'
import type { Handler } from './exchange.ts'

/** `GET /metrics`, as Prometheus reads it. */
export function createMetrics(observer: Observer): Handler {
  return async () => {
    const metrics = await observer.metrics()
    if (metrics === null) throw new PlantainError('not_found', 'No metrics are kept here (observe.metrics).')
    return {
      status: 200,
      headers: { 'content-type': metrics.contentType },
      body: [Buffer.from(metrics.text)],
    }
  }
}
