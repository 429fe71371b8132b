import type { Ends, Span } from './dispatch.ts'
import { questionOf } from './late-results.ts'
import type { EditParts } from './parts.ts'
import type { Ending } from './settle.ts'
import type { Spec } from './spec.ts'

/** What came, or is still to come, too late for whoever asked the same before. */
export async function lateOf(
  spec: Spec,
  { signal, leaving }: Span,
  { late }: EditParts,
): Promise<Ending | null> {
  const question = late.isEmpty() ? null : questionOf(spec.request, spec)
  if (question === null) return null
  return late.take(question, leaving === undefined ? signal : AbortSignal.any([signal, leaving]))
}

/** Whoever leaves meanwhile and asks again waits for what is under way, and does not have it made twice. */
export async function expectedIfLeft(
  routing: Promise<Ending>,
  spec: Spec,
  ends: Ends,
  { late }: EditParts,
): Promise<Ending> {
  const forget = whenLeft(spec, ends, (question) => late.expect(question, routing))
  try {
    return await routing
  } finally {
    forget()
  }
}

/** What was made is billed, whether or not its caller waits until it has all of it; whoever has left is expected back. */
export function keptIfLeft(ending: Ending, spec: Spec, ends: Ends, { late }: EditParts): Ending {
  whenLeft(spec, ends, (question) => late.keep(question, ending))
  return ending
}

function whenLeft(spec: Spec, { leaving }: Ends, keep: (question: string) => void): () => void {
  const left = () => {
    const question = questionOf(spec.request, spec)
    if (question !== null) keep(question)
  }
  leaving?.addEventListener('abort', left, { once: true })
  return () => leaving?.removeEventListener('abort', left)
}
