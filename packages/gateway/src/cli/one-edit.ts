import { docsAnchor, EXIT, type Fault, fault, PlantainError } from '../contract/error.ts'
import type { EditRequest } from '../contract/request.ts'
import type { EditResult, ResultImage } from '../contract/result.ts'
import type { Clock } from '../contract/system.ts'
import { adviceFor } from './advice.ts'
import type { Done } from './edit-many.ts'
import type { EditOptions } from './edit-options.ts'
import { type Extras, requestFor } from './extras.ts'
import { exitOf, problemText, warningText } from './fault-line.ts'
import { labelOf, type Source } from './inputs.ts'
import { type Destination, fileFor, writeOutput } from './output.ts'
import type { Progress } from './progress.ts'
import { billSentence, inOwnWords, resultLine } from './result-line.ts'
import type { Terminal } from './terminal.ts'
import { shown } from './words.ts'

/** What all edits of one command share. */
export interface EditRun {
  readonly options: EditOptions
  /** As it is sent. */
  readonly instruction: string
  readonly extras: Extras
  readonly destination: Destination
  readonly several: boolean
  readonly read: (source: Source) => Promise<Uint8Array>
  readonly edit: (request: EditRequest) => Promise<EditResult>
  /** The result of an edit that never began. */
  readonly failed: (why: Fault) => Promise<EditResult>
  readonly terminal: Terminal
  readonly progress: Progress
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Files written so far. */
  readonly taken: Set<string>
}

/** Edits one picture, writes the result and says how it went. Rejects only on a bug. */
export async function editOne(run: EditRun, source: Source): Promise<Done> {
  const { clock, progress } = run
  progress.begin(source.name)
  const begunMs = clock.monotonicMs()
  const done = await attempt(run, source)
  const ms = clock.monotonicMs() - begunMs
  progress.finish()
  const { result, problem } = done
  if (problem) {
    const { stderr, env } = run.terminal
    const message = problemMessage(run, source, { result, problem })
    progress.say(problemText(stderr, message, adviceFor(problem.code, result, env)))
    return { result, exit: exitOf(problem.code) }
  }
  progress.say([resultLine(result, { name: done.name, ms }), ...remarks(run.terminal, result)].join('\n'))
  return { result, exit: EXIT.edited }
}

type Attempted =
  | { readonly result: EditResult; readonly problem: Problem }
  | { readonly result: EditResult; readonly problem: null; readonly name: string }
type Problem = NonNullable<EditResult['error']>

async function attempt(run: EditRun, source: Source): Promise<Attempted> {
  const { options, instruction, extras, signal } = run
  const result = await caught(run, async () => {
    const photo = await run.read(source)
    return run.edit(requestFor(photo, extras, { instruction, options }))
  })
  if (signal.aborted)
    return { result, problem: problemOf(fault('cancelled', 'Cancelled; nothing was written.')) }
  const accepted = result.images.length > 0 && (result.outcome === 'edited' || options.acceptAny)
  if (!accepted)
    return {
      result,
      problem: result.error ?? problemOf(fault('internal', 'The edit ended without an image.')),
    }
  try {
    const names: string[] = []
    for (const [index, image] of result.images.entries()) {
      names.push(await deliver(run, source, { image, index }))
    }
    return { result, problem: null, name: [...new Set(names)].join(', ') }
  } catch (thrown) {
    if (!PlantainError.is(thrown)) throw thrown
    return { result, problem: problemOf(thrown.fault) }
  }
}

async function caught(run: EditRun, edit: () => Promise<EditResult>): Promise<EditResult> {
  try {
    return await edit()
  } catch (thrown) {
    if (!PlantainError.is(thrown)) throw thrown
    return run.failed(thrown.fault)
  }
}

/** Puts an image where it belongs; gives what to call it. */
async function deliver(
  { destination, terminal, taken, options: { count } }: EditRun,
  source: Source,
  { image, index }: { readonly image: ResultImage; readonly index: number },
): Promise<string> {
  switch (destination.kind) {
    case 'nowhere':
      return labelOf(source)
    case 'stdout':
      terminal.stdout.write(image.bytes)
      return 'standard output'
    case 'file':
    case 'directory': {
      const { mimeType, bytes } = image
      const { path, name } = fileFor(destination, source, { mimeType, taken, index, count })
      await writeOutput(path, bytes)
      taken.add(path)
      return shown(name)
    }
  }
}

function problemMessage(
  run: EditRun,
  source: Source,
  { result, problem }: { result: EditResult; problem: Problem },
): string {
  const { options, several } = run
  const photo = labelOf(source)
  const named = inOwnWords(problem, {
    photo,
    ...(options.background !== undefined && { background: shown(options.background) }),
    ...(options.mask !== undefined && { mask: shown(options.mask) }),
  })
  const message = several && !named.includes(photo) ? `${photo}: ${named}` : named
  const bill = problem.code === 'cancelled' && result.attempts.length === 0 ? '' : billSentence(result)
  return message.replace(/(?=\n|$)/, bill)
}

function remarks({ stderr }: Terminal, { notices, error, missing, images }: EditResult): readonly string[] {
  const [first] = missing
  const lacking =
    first === undefined
      ? []
      : [
          warningText(
            stderr,
            `${missing.length} of ${missing.length + images.length} results did not come: ${first.message}`,
          ),
        ]
  const flaw = error ? [warningText(stderr, error.message)] : []
  const told = notices.map(({ code, text }) =>
    stderr.paint(
      'dim',
      `  ${code === 'understood' ? 'understood: ' : ''}${text.replace(/^Image 1\b/, 'The photo')}`,
    ),
  )
  return [...flaw, ...lacking, ...told]
}

function problemOf({ code, message }: Fault): Problem {
  return { code, message, docs: docsAnchor(code) }
}
