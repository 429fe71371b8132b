import type { Answer } from './answer.ts'
import type { Dice } from './dice.ts'
import type { Body, Draft, Sample } from './draft.ts'
import { formBytes } from './form.ts'
import type { Sent } from './spoil-request.ts'

/** One of the samples, by its weight. */
export function drawn(samples: readonly Sample[], dice: Dice): Sample {
  const total = samples.reduce((sum, { weight }) => sum + weight, 0)
  let left = (dice.int(1_000_000) / 1_000_000) * total
  for (const sample of samples) {
    left -= sample.weight
    if (left < 0) return sample
  }
  throw new Error('There are no samples.')
}

/** One of the steps is spoiled, now and then all; those before it go as they should, those behind it often not at all. */
export function spoiledSteps(
  { steps }: Sample,
  dice: Dice,
  spoil: (draft: Draft, dice: Dice) => Sent,
): readonly Sent[] {
  const at = dice.int(steps.length)
  const all = dice.chance(0.1)
  const upTo = dice.chance(0.5) ? steps.length : at + 1
  return steps.slice(0, upTo).map((step, i) => (all || i === at ? spoil(step, dice) : asItIs(step)))
}

export function asItIs({ method, path, query, headers, body }: Draft): Sent {
  return { method, path, query, headers, body: body && bytesOf(body) }
}

function bytesOf(body: Body): Buffer {
  if ('bytes' in body) return body.bytes
  return 'parts' in body ? formBytes(body.parts) : Buffer.from(JSON.stringify(body.json))
}

/** Puts what earlier answers gave in its places. */
export function filled(sent: Sent, known: ReadonlyMap<string, string>): Sent {
  const fill = (text: string) =>
    text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => known.get(name) ?? 'unknown')
  const { path, query, headers, body } = sent
  const named = body?.includes('{{') === true && body.length < 300_000
  return {
    ...sent,
    path: fill(path),
    query: fill(query),
    headers: headers.map(([name, value]) => [name, fill(value)]),
    body: named ? Buffer.from(fill(body.toString('latin1')), 'latin1') : body,
  }
}

/** Keeps what an answer gives that later requests may name. */
export function learn(
  answer: Answer | null,
  patterns: Readonly<Record<string, RegExp>>,
  known: Map<string, string>,
): void {
  const upload = /upload_id=(\w+)/.exec(answer?.headers['x-goog-upload-url'] ?? '')?.[1]
  if (upload !== undefined) known.set('upload', upload)
  if (answer === null || answer.body.length > 5000) return
  for (const [name, pattern] of Object.entries(patterns)) {
    const value = pattern.exec(answer.body.toString())?.[1]
    if (value !== undefined) known.set(name, value)
  }
}
