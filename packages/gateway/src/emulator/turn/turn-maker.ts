import { hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { costMicroUsd } from '../../models/price.ts'
import type { Seeded } from '../../image/seeded.ts'
import { ApiError, invalidArgument } from '../../wire/api-error.ts'
import type { Asked, AskedImage, Turn, TurnMaker, TurnPart } from '../asked.ts'
import type { Call } from '../call.ts'
import { drawnBytes } from '../drawn-bytes.ts'
import type { AnswerChange, ErrorContext, Refusal } from '../faults/effect.ts'
import { errorContext, exhausted } from '../faults/errors.ts'
import type { FaultPlan } from '../faults/plan.ts'
import type { QuotaMeter } from '../faults/quota.ts'
import type { Change, SeenImage } from '../record.ts'
import { carried, spoiled } from './answer-change.ts'
import { commented } from './comment.ts'
import type { MixName } from '../pictures/drift.ts'
import type { MadePicture, Studio, KeptTruth } from './picture-source.ts'
import { refusedTurn, spoken } from './refusal-turn.ts'
import type { Signatures } from './signatures.ts'
import { inputUsageOf, usageOf } from './usage.ts'

export interface TurnMakerParts {
  readonly meter: QuotaMeter
  readonly pictures: Studio
  readonly signatures: Signatures
  readonly note: (number: number, change: Change) => void
  readonly keepTruth: (callId: string, truth: KeptTruth) => void
  /** Whom quotas are counted for. */
  readonly credentialOf: (call: Call) => string
}

/** What a model does when it is asked, and what Google charges for it. */
export function createTurnMaker(parts: TurnMakerParts): TurnMaker {
  return async (asked, call) => {
    parts.note(call.number, { images: asked.images.map(listed) })
    call.reach(asked.model?.id ?? asked.modelId)
    mustFit(asked)
    count(asked, call, parts)
    try {
      await fail(call, errorContext(asked, call))
      const turn = await answer(asked, call, parts)
      bill(asked, call, parts, turn)
      return turn
    } catch (thrown) {
      // Whoever hangs up while the model works pays all the same, as users report.
      const works = call.signal.aborted && !(thrown instanceof ApiError) && call.faults.error === null
      if (works) bill(asked, call, parts, abandoned(asked, call))
      throw thrown
    }
  }
}

function listed({ bytes, mimeType }: AskedImage): SeenImage {
  return { sha256: hash('sha256', bytes), bytes: bytes.length, mimeType }
}

/** Waits as told, then fails as told: what comes before any model works. */
export async function fail(call: Call, context: ErrorContext): Promise<void> {
  await delay(call)
  if (call.faults.error) throw call.faults.error(context)
}

export async function delay({ faults, signal }: Call): Promise<void> {
  if (faults.delayMs > 0) await sleep(faults.delayMs, undefined, { signal })
}

/** Chats outgrow a model: every turn sends all pictures again. */
function mustFit(asked: Asked): void {
  const most = asked.model?.maxInputTokens ?? Infinity
  const { totalTokens } = inputUsageOf(asked)
  if (totalTokens <= most) return
  throw invalidArgument(
    `The input token count (${totalTokens}) exceeds the maximum number of tokens allowed (${most}).`,
  )
}

function count(asked: Asked, call: Call, { meter, credentialOf }: TurnMakerParts): void {
  // A project's quota is one for all its tokens, of which every process has its own.
  const owner = `${call.place.project || credentialOf(call)}/${asked.modelId}`
  const { inputTextTokens, inputImageTokens } = inputUsageOf(asked)
  for (const quota of call.faults.quotas) {
    const waitMs = meter.take(quota, { owner, tokens: inputTextTokens + inputImageTokens })
    if (waitMs === null) continue
    const span = quota.per === 'day' ? 'PerDay' : 'PerMinute'
    const [metric, counted] =
      quota.of === 'tokens' ? ['input_token_count', 'InputTokensPerModel'] : ['requests', 'Requests']
    throw exhausted(errorContext(asked, call), {
      quotaId: `Generate${counted}${span}PerProjectPerModel`,
      metric: `generativelanguage.googleapis.com/generate_content_paid_tier_${metric}`,
      limit: quota.amount,
      waitMs,
    })
  }
}

async function answer(asked: Asked, call: Call, parts: TurnMakerParts): Promise<Turn> {
  const { faults, random } = call
  const responseId = drawnBytes(random, 16).toString('base64url')
  if (asked.model === null) {
    const said = [spoken(describe(asked))]
    return { parts: said, finishReason: 'STOP', responseId, usage: used(asked, said, random) }
  }
  const refusal = refusalOf(asked, faults)
  if (refusal) {
    const refused = refusedTurn(refusal)
    const usage = refusal.kind === 'blocked' ? inputUsageOf(asked) : used(asked, refused.parts, random)
    return { ...refused, responseId, usage }
  }
  const images = await paint(asked, call, parts)
  const said = asked.wantsText ? [spoken(SAID)] : []
  const thought = asked.thoughts ? [spoken(THOUGHT, true)] : []
  const all = [...thought, ...(random() < 0.5 ? [...said, ...images] : [...images, ...said])]
  const turn: Turn = { parts: all, finishReason: 'STOP', responseId, usage: used(asked, all, random) }
  return spoiled(turn, faults.changes, random)
}

/** The images of an answer: drafts first, the final one last, Imagen's several all final. */
async function paint(asked: Asked, call: Call, parts: TurnMakerParts): Promise<readonly TurnPart[]> {
  const { faults, random, signal } = call
  const mimeType = asked.mimeType ?? outputTypeOf(asked)
  const first = asked.seed ?? Math.floor(random() * 2 ** 31)
  const paintOne = (seed: number, drift?: MixName) => {
    const wish = { ...faults.picture, ...(drift !== undefined && { drift }) }
    return parts.pictures.make({ asked, wish, seed, mimeType }, signal)
  }
  const painted: TurnPart[] = []
  const hang = (made: MadePicture, thought: boolean) =>
    painted.push(part(made, { thought, asked, random, parts }))
  for (const { drafts, marked } of faults.changes.filter(isDrafting)) {
    for (let i = 1; i <= drafts; i++) {
      const draft = await paintOne(first + 1000 * i, 'strong')
      hang({ ...draft, bytes: commented(draft.bytes, `draft ${i}`) }, marked)
    }
  }
  for (let i = 0; i < asked.count; i++) {
    const made = await paintOne(first + i)
    if (made.truth && i === 0) parts.keepTruth(call.id, { ...made.truth, understood: made.understood ?? [] })
    if (faults.changes.includes('duplicate')) hang({ ...made, bytes: commented(made.bytes, 'copy') }, false)
    hang(made, false)
  }
  return painted
}

function isDrafting(change: AnswerChange): change is Exclude<AnswerChange, string> {
  return typeof change !== 'string'
}

function part(
  { bytes, mimeType }: MadePicture,
  {
    thought,
    asked,
    random,
    parts,
  }: { thought: boolean; asked: Asked; random: Seeded; parts: TurnMakerParts },
): TurnPart {
  const content = carried(bytes)
  const signs = asked.model?.enforcesThoughtSignatures === true
  const signature = signs ? parts.signatures.sign(content.sha256, random) : null
  return { kind: 'image', ...content, mimeType, thought, signature }
}

function outputTypeOf({ model, surface }: Asked): 'image/png' | 'image/jpeg' {
  // Not on record for 2.5 Flash Image on AI Studio and for Imagen: both are reported to answer PNG.
  return model?.outputTypes?.[surface][0] === 'image/jpeg' ? 'image/jpeg' : 'image/png'
}

function bill(asked: Asked, { number }: Call, { note }: TurnMakerParts, turn: Turn): void {
  const images = turn.parts.filter((made) => made.kind === 'image')
  note(number, {
    finishReason: turn.blockReason ?? turn.finishReason,
    usage: turn.usage,
    imagesBilled: images.length,
    costMicroUsd: asked.model === null ? 0 : costMicroUsd(asked.model, turn.usage),
    answerImages: images.map(({ sha256, byteLength, mimeType }) => ({ sha256, bytes: byteLength, mimeType })),
  })
}

/** What would have been answered, as far as the bill knows it. */
function abandoned(asked: Asked, { faults, random }: Call): Turn {
  const images = asked.model === null || refusalOf(asked, faults) ? 0 : imagesOf(asked, faults)
  const base = { kind: 'image', ...carried(NO_BYTES), mimeType: '', thought: false, signature: null } as const
  const usage = usageOf(asked, { images, textChars: 0, thought: thinks(asked) }, random)
  return { parts: Array.from({ length: images }, () => base), finishReason: null, responseId: '', usage }
}

const NO_BYTES = new Uint8Array()

function imagesOf({ count: finals }: Asked, { changes }: FaultPlan): number {
  const drafts = changes.filter(isDrafting).reduce((sum, change) => sum + change.drafts, 0)
  return drafts + finals * (changes.includes('duplicate') ? 2 : 1)
}

/** Whoever wants no image gets words. */
function refusalOf({ wantsImage }: Asked, { refusal }: FaultPlan): Refusal | null {
  return refusal ?? (wantsImage ? null : { kind: 'text' })
}

function used(asked: Asked, produced: readonly TurnPart[], random: Seeded) {
  const textChars = produced.reduce((sum, made) => sum + (made.kind === 'text' ? made.text.length : 0), 0)
  const images = produced.filter((made) => made.kind === 'image').length
  return usageOf(asked, { images, textChars, thought: thinks(asked) }, random)
}

/** Flash models at their lowest level report no thoughts; Pro always thinks. */
function thinks({ model, thoughts }: Asked): boolean {
  if (model?.thinking === undefined || model.thinking === null) return false
  if (model.thinking.kind === 'always') return true
  return model.thinking.kind === 'levels' && (thoughts || model.thinking.default === 'medium')
}

function describe({ images, instruction }: Asked): string {
  const seen =
    images.length === 0 ? 'no image' : images.length === 1 ? 'one image' : `${images.length} images`
  return `You sent ${seen} and ${instruction.length} characters of text. I can describe pictures in words; I cannot make them.`
}

const SAID = 'Here is the edited image.'
const THOUGHT = 'The user wants the photo changed; what is not mentioned should stay as it is.'
