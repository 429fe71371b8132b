import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** `unavailable`: what it needs is not to be had on this machine or network, for the reason given. */
export type PythonEnvironment =
  | { readonly kind: 'ready'; readonly python: string; readonly made: boolean }
  | { readonly kind: 'unavailable'; readonly because: string }

export interface EnvironmentOptions {
  /** Of its own; what is in it is thrown away when the requirements or the Python change. */
  readonly folder: string
  /** A requirements file as pip reads it. */
  readonly requirements: string
}

/**
 * A virtual environment with these packages in it, made anew only where it has to be.
 * Rejects where the package index answers and the packages cannot be installed all the same.
 */
export async function pythonEnvironment({
  folder,
  requirements,
}: EnvironmentOptions): Promise<PythonEnvironment> {
  const found = await findPython()
  if (found.kind === 'unavailable') return found
  const python =
    process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')
  const stamp = join(folder, 'complete.txt')
  const wanted = `${found.about}\n${await readFile(requirements, 'utf8')}`
  // Written last: an installation that was interrupted has none.
  if ((await readFile(stamp, 'utf8').catch(() => null)) === wanted) {
    return { kind: 'ready', python, made: false }
  }
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const made = await run(found.command, ['-m', 'venv', folder])
  if (made.exit !== 0) return unavailable(`no virtual environment could be made: ${lastLine(made.output)}`)
  // Packages are large, and few of their files are imported: those are compiled when they are.
  const installed = await run(python, [...PIP_INSTALL, '--no-compile', '--requirement', requirements])
  if (installed.exit !== 0) {
    if (isUnreachable(installed.output))
      return unavailable(`the package index cannot be reached: ${lastLine(installed.output)}`)
    throw new Error(`pip could not install ${requirements}:\n${installed.output}`)
  }
  await writeFile(stamp, wanted)
  return { kind: 'ready', python, made: true }
}

const PIP_INSTALL = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']

/** What the pinned packages ask for. */
const OLDEST = [3, 11] as const

type FoundPython =
  | { readonly kind: 'found'; readonly command: string; readonly about: string }
  | Extract<PythonEnvironment, { kind: 'unavailable' }>

async function findPython(): Promise<FoundPython> {
  let because = 'there is no python3 on the PATH'
  for (const command of ['python3', 'python']) {
    const { exit, output } = await run(command, ['-c', ABOUT])
    if (exit === null) continue
    const [, major, minor] = /^(\d+)\.(\d+)\./.exec(output) ?? []
    if (exit !== 0) because = `${command} has no venv with pip (on Debian: apt install python3-venv)`
    else if (Number(major) !== OLDEST[0] || Number(minor) < OLDEST[1]) {
      because = `${command} is ${lastLine(output)}; Python ${OLDEST.join('.')} or newer is needed`
    } else return { kind: 'found', command, about: output.trim() }
  }
  return unavailable(because)
}

const ABOUT = 'import ensurepip, sys, venv; print(sys.version.split()[0], sys.executable)'

/** pip's own words: for a connection that fails, and for an index that knows of no version at all. */
function isUnreachable(output: string): boolean {
  return /Retrying \(Retry\(|from versions: none\)|Could not fetch URL/.test(output)
}

function unavailable(because: string): Extract<PythonEnvironment, { kind: 'unavailable' }> {
  return { kind: 'unavailable', because }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}

/** `exit` is `null` where there is no such program. */
function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly exit: number | null; readonly output: string }> {
  return new Promise((done) => {
    execFile(command, args, { maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      done({ exit: typeof code === 'number' ? code : null, output: stdout + stderr })
    })
  })
}
