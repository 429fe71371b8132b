import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Config, readConfig } from '../config/config.ts'
import { EXIT, type ExitCode, type Fault, fault, PlantainError } from '../contract/error.ts'
import type { EditResult } from '../contract/result.ts'
import { toDocument } from '../edit/document.ts'
import { refusedEdit } from '../edit/refused.ts'
import { DEFAULT_IMAGE_LIMITS } from '../image/limits.ts'
import { inspectPhoto } from '../image/photo.ts'
import { memoryLedger } from '../ledger/ledger.ts'
import { createPlantain, type Plantain } from '../main.ts'
import { planCandidates } from '../route/plan.ts'
import { soleTarget } from '../route/target.ts'
import { realSystem } from '../system.ts'
import { announce, consentTarget, placeOf } from './announce.ts'
import { requireConsent } from './consent.ts'
import { editMany, type Tally } from './edit-many.ts'
import { type EditOptions, type RawEditOptions, readEditOptions } from './edit-options.ts'
import { type Extras, readExtras, wholeInstruction } from './extras.ts'
import { reportThrown, warningText } from './fault-line.ts'
import { findSources, labelOf, readSource, type Source } from './inputs.ts'
import { editOne } from './one-edit.ts'
import { openFile } from './open-file.ts'
import { chooseDestination, type Destination } from './output.ts'
import { startProgress } from './progress.ts'
import { summaryLine } from './result-line.ts'
import { wrapped } from './wrapped.ts'
import type { Terminal } from './terminal.ts'
import { readWords } from './words.ts'

export interface CommandContext {
  readonly terminal: Terminal
  /** Aborts when the user wants to stop. */
  readonly signal: AbortSignal
}

/** All that is known before anything is begun. */
interface Order {
  readonly options: EditOptions
  readonly instruction: string
  readonly sources: readonly Source[]
  readonly destination: Destination
  readonly extras: Extras
  /** The one photo, read; of several, each is read when its turn comes. */
  readonly onlyPhoto: Uint8Array | null
  readonly config: Config
}

const { clock } = realSystem
const STDIN_PATIENCE_MS = 1000
/** Google works elsewhere, so some waiting can be shared; the local engine keeps every core busy with one. */
const AT_A_TIME = { local: 1, 'ai-studio': 4, vertex: 4 } as const

/** `plantain edit`: everything that can be wrong is found before anything is sent or written. */
export async function editCommand(
  words: readonly string[],
  raw: RawEditOptions,
  context: CommandContext,
): Promise<ExitCode> {
  try {
    const order = await takeOrder(words, raw, context)
    const plantain = await createPlantain(order.config)
    try {
      await agreeOn(order, plantain, context)
      if (context.signal.aborted)
        throw new PlantainError('cancelled', 'Cancelled; nothing was written.', { charged: 'no' })
      return await carryOut(order, plantain, context)
    } finally {
      await plantain.close()
    }
  } catch (thrown) {
    if (raw.json && PlantainError.is(thrown))
      writeDocument(context.terminal, await refusedDocument(thrown.fault))
    return reportThrown(thrown, context.terminal)
  }
}

async function takeOrder(
  words: readonly string[],
  raw: RawEditOptions,
  { terminal, signal }: CommandContext,
): Promise<Order> {
  const options = readEditOptions(raw)
  const { mask, background, output, json, provider } = options
  const said = readWords(words, {
    exists: existsSync,
    hasBackground: background !== undefined,
    stdinIsPiped: !terminal.stdinIsTTY,
  })
  const sources = findSources(said.images)
  const others = [mask, background].filter((path) => path !== undefined)
  const destination = await chooseDestination(sources, others, {
    ...(output !== undefined && { output }),
    json,
    count: options.count,
    stdoutIsTTY: terminal.stdout.isTTY,
  })
  const extras = await readExtras(options, DEFAULT_IMAGE_LIMITS)
  const config = readConfig(terminal.env, provider ? { provider } : {})
  const [only, another] = sources
  const onlyPhoto = only && !another ? await readPhoto(only, { terminal, signal }) : null
  if (only && onlyPhoto) await inspectPhoto(onlyPhoto, DEFAULT_IMAGE_LIMITS, labelOf(only))
  return {
    options,
    instruction: wholeInstruction(said.instruction, background),
    sources,
    destination,
    extras,
    onlyPhoto,
    config,
  }
}

async function readPhoto(source: Source, { terminal, signal }: CommandContext): Promise<Uint8Array> {
  // A pipe that never ends looks like a hanging program.
  const waiting = () => terminal.stderr.write('Waiting for a photo on standard input.\n')
  const timer = source.kind === 'stdin' ? setTimeout(waiting, STDIN_PATIENCE_MS) : undefined
  try {
    return await readSource(source, {
      stdin: terminal.stdin,
      maxBytes: DEFAULT_IMAGE_LIMITS.maxBytes,
      signal,
    })
  } finally {
    clearTimeout(timer)
  }
}

/** Says where the edits go and what they cost, and makes sure that somebody wants it. */
async function agreeOn(
  order: Order,
  { provider }: Plantain,
  { terminal, signal }: CommandContext,
): Promise<void> {
  const { options, config, sources, instruction, extras } = order
  const planned = planCandidates([soleTarget(provider)], options.model, { nowMs: clock.now() })
  if (planned.kind === 'fault') throw new PlantainError(planned.fault)
  const [{ model }] = planned.candidates
  const { imageSize } = options.shape
  const { text, cost } = announce(config, {
    model,
    edits: sources.length,
    results: options.count,
    imagesPerEdit: extras.background ? 2 : 1,
    instructionChars: instruction.length,
    ...(imageSize && { imageSize }),
  })
  const { stderr } = terminal
  const tell = () => stderr.write(`${stderr.isTTY ? wrapped(text, stderr.width) : text}\n`)
  if (cost === null) return tell()
  const agreedNow = options.yes || options.provider !== undefined
  const question = { target: consentTarget(config), place: placeOf(config), agreedNow, cost }
  await requireConsent(question, tell, { terminal, clock, signal })
}

async function carryOut(order: Order, plantain: Plantain, context: CommandContext): Promise<ExitCode> {
  const { options, sources, onlyPhoto } = order
  const { terminal, signal } = context
  const begunMs = clock.monotonicMs()
  const progress = startProgress(terminal.stderr, sources.length, clock)
  const several = sources.length > 1
  const taken = new Set<string>()
  const run = {
    ...order,
    ...context,
    several,
    taken,
    clock,
    progress,
    read: async (source: Source) => onlyPhoto ?? readPhoto(source, context),
    edit: (request: Parameters<Plantain['edit']>[0]) => plantain.edit(request, signal),
    failed: refusedDocument,
  }
  let tally: Tally
  try {
    tally = await editMany(sources, {
      concurrency: AT_A_TIME[plantain.provider.kind],
      signal,
      editOne: (source) => editOne(run, source),
      skip: (why) => refusedDocument(why ? fault(why.code, why.message) : fault('cancelled', 'Cancelled.')),
      deliver: (result) => options.json && writeDocument(terminal, result),
    })
  } finally {
    progress.stop()
  }
  if (several) {
    const free = plantain.provider.kind === 'local'
    terminal.stderr.write(`${summaryLine(tally, { ms: clock.monotonicMs() - begunMs, free })}\n`)
  }
  if (options.open) await openResults([...taken], terminal)
  return signal.aborted ? EXIT.interrupted : tally.exit
}

/** One result is opened itself; of several, the directory they are in. */
async function openResults(paths: readonly string[], { platform, stderr }: Terminal): Promise<void> {
  const [first, second] = paths
  if (first === undefined) return
  const failure = await openFile(second === undefined ? first : dirname(resolve(first)), platform)
  if (failure) stderr.write(`${warningText(stderr, failure)}\n`)
}

/** For an edit that ended before the pipeline saw it. */
function refusedDocument(why: Fault): Promise<EditResult> {
  return refusedEdit(memoryLedger(realSystem), { ...why, charged: 'no' })
}

/** One JSON document a line. */
function writeDocument({ stdout }: Terminal, result: EditResult): void {
  stdout.write(`${JSON.stringify(toDocument(result))}\n`)
}
