import { spawn } from 'node:child_process'

/** The program that opens a file as a double click would. */
function openerOf(platform: string): string {
  if (platform === 'darwin') return 'open'
  return platform === 'win32' ? 'explorer.exe' : 'xdg-open'
}

/** Opens a file or directory, without a shell and without waiting for it. Resolves with why that failed, or `null`. */
export function openFile(path: string, platform: string): Promise<string | null> {
  const opener = openerOf(platform)
  return new Promise((resolve) => {
    const child = spawn(opener, [path], { detached: true, stdio: 'ignore' })
    child.once('error', () => resolve(`The result is written, but ${opener} is not there to open ${path}.`))
    child.once('spawn', () => {
      child.unref()
      resolve(null)
    })
  })
}
