import { type Agent, request } from 'node:http'
import { type Answer, answersIn } from './answer.ts'
import type { Dice } from './dice.ts'
import type { Judge } from './judge.ts'
import { OWED, overSocket, type Trick, TRICKS } from './socket-tricks.ts'
import type { Sent } from './spoil-request.ts'

/** One request that was sent, and what was wrong with what came back. */
export interface Attempt {
  /** Of what it was made. */
  readonly sample: string
  readonly how: 'agent' | 'pipeline' | Trick
  readonly sent: Sent
  /** The last one; `null`: none came. */
  readonly answer: Answer | null
  /** All that came, where it came by socket. */
  readonly received: Buffer
  readonly ms: number
  readonly fault: string | null
}

/** No answer may take longer. */
export const LATE_MS = 5000

export interface AttemptOptions {
  readonly port: number
  /** `null`: always by a socket. */
  readonly agent: Agent | null
  readonly dice: Dice
  readonly judge: Judge
  /** How many go as no client library would send them, 0 to 1. */
  readonly trickyShare: number
}

/** Through a pool of connections that are kept, or byte by byte where no client library would. */
export async function attempt(sent: Sent, options: AttemptOptions): Promise<Omit<Attempt, 'sample'>> {
  const { agent, dice, trickyShare } = options
  const tricky = dice.chance(trickyShare)
  const how = tricky ? dice.pick(TRICKS) : agent !== null && isSendable(sent) ? 'agent' : 'plain'
  const begun = performance.now()
  const { answer, fault, received } =
    how === 'agent' && agent !== null
      ? await byAgent(sent, { ...options, agent })
      : await bySocket(sent, { ...options, trick: how === 'agent' ? 'plain' : how })
  const ms = performance.now() - begun
  return { how, sent, answer, received, ms, fault: fault ?? (ms > LATE_MS ? 'late' : null) }
}

type Outcome = Pick<Attempt, 'answer' | 'fault' | 'received'>

const NOTHING = Buffer.alloc(0)

/** What `node:http` refuses to write goes by socket. */
function isSendable({ path, query, headers }: Sent): boolean {
  return (
    /^[\x21-\xff]*$/.test(`${path}?${query}`) &&
    headers.every(([name, value]) => /^[\w-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value))
  )
}

async function byAgent(
  sent: Sent,
  { port, agent, judge }: AttemptOptions & { readonly agent: Agent },
): Promise<Outcome> {
  try {
    // A connection that will be broken is nobody else's.
    const answer = await answerOf(sent, port, judge.mayBreak(sent) ? false : agent)
    return { answer, received: NOTHING, fault: judge.faultOf(sent, answer) }
  } catch (thrown) {
    if (judge.mayBreak(sent)) return { answer: null, received: NOTHING, fault: null }
    return {
      answer: null,
      received: NOTHING,
      fault: `no answer: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    }
  }
}

function answerOf(
  { method, path, query, headers, body }: Sent,
  port: number,
  agent: Agent | false,
): Promise<Answer> {
  const target = query === '' ? path : `${path}?${query}`
  // Pairs, so that what is there twice is sent twice.
  const list = [['host', `127.0.0.1:${port}`], ...headers, ...lengthOf(body)].flat()
  return new Promise((resolve, reject) => {
    const asking = request({ port, host: '127.0.0.1', method, path: target, headers: list, agent })
    const timer = setTimeout(() => asking.destroy(new Error(`none in ${LATE_MS} ms`)), LATE_MS)
    asking.once('error', reject)
    asking.once('close', () => clearTimeout(timer))
    asking.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => {})
      response.once('close', () => {
        const { statusCode: status = 0, headers: told, complete: whole } = response
        const texts = Object.entries(told).map(([name, value]) => [name, String(value)])
        resolve({ status, headers: Object.fromEntries(texts), body: Buffer.concat(chunks), whole })
      })
    })
    asking.end(body ?? undefined)
  })
}

function lengthOf(body: Buffer | null): readonly (readonly [string, string])[] {
  return body === null ? [] : [['content-length', String(body.length)]]
}

async function bySocket(
  sent: Sent,
  { port, trick, dice, judge }: AttemptOptions & { readonly trick: Trick },
): Promise<Outcome> {
  // Whether an answer has a body follows from the request line, and there may be none that anybody can read.
  const asked = sent.method === 'HEAD' ? { ...sent, method: 'GET' } : sent
  const received = await overSocket(port, asked, trick, dice)
  const answers = answersIn(received)
  if (answers === null)
    return { answer: null, received, fault: `no HTTP: ${received.toString('latin1').slice(0, 200)}` }
  const answer = answers.at(-1) ?? null
  if (!OWED.has(trick)) {
    return {
      answer,
      received,
      fault: answers.map((one) => judge.looseFaultOf(one)).find((fault) => fault !== null) ?? null,
    }
  }
  if (answer === null) return { answer, received, fault: judge.mayBreak(sent) ? null : 'no answer' }
  return { answer, received, fault: judge.faultOf(asked, answer) }
}
