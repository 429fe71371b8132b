import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { PlantainError } from '../contract/error.ts'
import type { Clock } from '../contract/system.ts'
import type { Terminal } from './terminal.ts'

export interface ConsentQuestion {
  /** What is agreed to: a target and, where it is not Google's own, the host behind it. */
  readonly target: string
  /** As people call it. */
  readonly place: string
  /** `--yes`, or the target named on this very command line. */
  readonly agreedNow: boolean
  /** What it costs, as a phrase: `about $0.04`. */
  readonly cost: string
}

/**
 * Returns once it is certain that somebody agreed to sending pictures there for money: now, earlier, or asked on the
 * terminal, which is then remembered. `announce` is called before anything can be agreed to or sent.
 * Throws `consent_required` where nobody agreed or somebody said no.
 */
export async function requireConsent(
  question: ConsentQuestion,
  announce: () => void,
  {
    terminal,
    clock,
    signal,
  }: { readonly terminal: Terminal; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const file = agreementsFile(terminal.env)
  const agreements = await readAgreements(file)
  const isAgreed = question.agreedNow || agreements.has(question.target)
  if (!isAgreed && !(terminal.stdinIsTTY && terminal.stderr.isTTY)) {
    throw new PlantainError(
      'consent_required',
      `Nothing was sent. It would go to ${question.place} and cost ${question.cost}, which nobody has agreed to yet: pass --yes to agree, or --provider local to stay on this machine.`,
    )
  }
  announce()
  if (isAgreed) return
  if (!(await ask(question, terminal, signal))) {
    throw new PlantainError(
      'consent_required',
      'Nothing was sent. --provider local edits on this machine, free of charge.',
    )
  }
  await remember(file, new Map([...agreements, [question.target, new Date(clock.now()).toISOString()]]))
}

/** Loaded only here: most edits never ask. */
async function ask(question: ConsentQuestion, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  const { confirm } = await import('@clack/prompts')
  const answer = await confirm({
    message: `Send it, for ${question.cost}? You are asked once for ${question.place}.`,
    // Enter alone must not spend.
    initialValue: false,
    input: terminal.stdin,
    output: terminal.stderr.stream,
    signal,
  })
  if (typeof answer === 'boolean') return answer
  throw new PlantainError('cancelled', 'Cancelled; nothing was sent.', { charged: 'no' })
}

function agreementsFile(env: Terminal['env']): string {
  const config = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config')
  return join(config, 'plantain', 'agreed.json')
}

/** Targets and when they were agreed to. A file that is missing or unreadable agrees to nothing. */
async function readAgreements(file: string): Promise<ReadonlyMap<string, string>> {
  try {
    const document: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof document !== 'object' || document === null) return new Map()
    return new Map(
      Object.entries(document).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch {
    return new Map()
  }
}

/** Not being able to remember only means being asked again. */
async function remember(file: string, agreements: ReadonlyMap<string, string>): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(file, `${JSON.stringify(Object.fromEntries(agreements), null, 2)}\n`, { mode: 0o600 })
  } catch {
    return
  }
}
