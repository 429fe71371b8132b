import { enableCompileCache } from 'node:module'

/**
 * Loads what an offline edit runs on, so that a worker is ready when the first one comes.
 * `compiled` is where the process keeps compiled code; a worker has to be told by itself.
 */
export default async function localWarm(compiled: string | undefined): Promise<void> {
  if (compiled !== undefined) enableCompileCache(compiled)
  await import('./local-edit.task.ts')
}
