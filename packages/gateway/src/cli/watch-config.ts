import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import process from 'node:process'

/** A file that is written comes in several events, and is whole only after the last. */
const SETTLED_MS = 200

/**
 * Calls back when the configuration may have changed: on SIGHUP, and soon after something happened to its file. What is
 * watched is the folder, since editors and mounted volumes put another file in the place of the one that was there.
 */
export function watchConfig(file: string | null, changed: () => void): () => void {
  process.on('SIGHUP', changed)
  let timer: NodeJS.Timeout | undefined
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(changed, SETTLED_MS).unref()
  }
  const watcher = file === null ? null : watching(file, soon)
  return () => {
    process.off('SIGHUP', changed)
    clearTimeout(timer)
    watcher?.close()
  }
}

function watching(file: string, happened: () => void): FSWatcher | null {
  const name = basename(file)
  try {
    const watcher = watch(dirname(file), { persistent: false }, (_, touched) => {
      // A mounted volume changes the link behind the name, which has another (`..data`).
      if (touched === null || touched === name || touched.startsWith('..')) happened()
    })
    // A folder that is taken away is noticed by nobody who could do anything about it.
    return watcher.on('error', () => {})
  } catch {
    // Some file systems cannot be watched; SIGHUP and the administrative call remain.
    return null
  }
}
