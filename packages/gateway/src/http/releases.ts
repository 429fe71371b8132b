import type { Log } from '../observe/log.ts'
import type { Exchange } from './exchange.ts'

/** What is given back at the end of an exchange. */
export interface Releases {
  readonly defer: Exchange['defer']
  /** Does all that was deferred, the last first. Never rejects. */
  release(): Promise<void>
}

export function createReleases(log: Log): Releases {
  const deferred: Parameters<Exchange['defer']>[0][] = []
  return {
    defer: (one) => void deferred.push(one),
    release: async () => {
      for (let one = deferred.pop(); one !== undefined; one = deferred.pop()) {
        try {
          await one()
        } catch (thrown) {
          // One that fails must not keep the others from giving back.
          log.error('Something could not be given back at the end of a request.', { error: thrown })
        }
      }
    },
  }
}
