import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A process that does one kind of job, one at a time. */
export interface JobProcess<Job, Result> {
  run(job: Job): Promise<Result>
  stop(): Promise<void>
}

/** @param script A file of this folder that answers every message with one. */
export function startJobProcess<Job extends object, Result extends object>(
  script: string,
): JobProcess<Job, Result> {
  const child = fork(join(import.meta.dirname, script))
  const gone = once(child, 'exit')
  return {
    async run(job) {
      child.send(job)
      const [result] = await Promise.race([once(child, 'message'), gone])
      if (typeof result !== 'object' || result === null) throw new Error(`${script} died.`)
      return result
    },
    async stop() {
      child.kill()
      await gone
    },
  }
}
