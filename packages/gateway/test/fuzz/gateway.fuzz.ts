import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { hashOf, newGatewayKey } from '../../src/auth/gateway-key.ts'
import { type Handlers, routesOf } from '../../src/http/routes.ts'
import { type GatewayProcess, startGatewayProcess } from '../gateway-process.ts'
import { attempt, type Attempt, LATE_MS } from './attempt.ts'
import { type Dice, diceFor } from './dice.ts'
import { type EchoUpstream, startEchoUpstream } from './echo-upstream.ts'
import { gatewayJudge } from './gateway-judge.ts'
import { type FuzzKeys, gatewaySamples } from './gateway-samples.ts'
import type { Judge } from './judge.ts'
import type { Sample } from './draft.ts'
import { openAiSamples } from './openai-samples.ts'
import { isOfSameCase, nonceFor, noncesIn } from './nonce.ts'
import { pipelined } from './pipeline.ts'
import { type FuzzOptions, type FuzzResult, type FuzzTarget, runFuzz } from './run.ts'
import { type Sent, spoiled } from './spoil-request.ts'
import { asItIs, drawn, filled, learn, spoiledSteps } from './steps.ts'

export interface GatewayFuzzResult extends FuzzResult {
  /** Requests that came through to the upstream, and answers in which their nonce came back. */
  readonly upstream: number
  readonly echoes: number
}

/** Bodies in flight may take 64 MB, pictures and the rest of the process as much again and more. */
const MOST_PEAK_MB = 700
const UPSTREAM_KEY = 'AIza-of-the-gateway-itself'

/** All that the gateway answers. */
const ROUTES = routesOf(
  new Proxy({} as Handlers, { get: () => async () => ({ status: 200, headers: {}, body: [] }) }),
  { withAdmin: true },
)

/**
 * Sends spoiled requests to one gateway, with a small upstream behind it that says what it was asked, and says what in
 * its answers should not be. Each carries a nonce that may come back to nobody else.
 */
export function fuzzGateway(options: FuzzOptions): Promise<GatewayFuzzResult> {
  return fuzzWith((keys) => gatewaySamples(ROUTES, keys), options)
}

/** The same with nothing but what OpenAI's clients send: forms and JSON. */
export function fuzzOpenAi(options: FuzzOptions): Promise<GatewayFuzzResult> {
  return fuzzWith(openAiSamples, options)
}

async function fuzzWith(
  samplesOf: (keys: FuzzKeys) => Promise<readonly Sample[]>,
  options: FuzzOptions,
): Promise<GatewayFuzzResult> {
  const { seed } = options
  const keys = { all: keyFor(seed, 1), narrow: keyFor(seed, 2), open: keyFor(seed, 3) }
  const secrets = Object.values(keys)
  const samples = await samplesOf(keys)
  const judge = gatewayJudge(ROUTES, [...secrets, UPSTREAM_KEY])
  const upstream = await startEchoUpstream(await pictureOf('#884422'), secrets)
  const server = await startGateway(upstream, keys)
  let echoes = 0

  const judged = (
    tried: Omit<Attempt, 'sample'>,
    { nonce, sample, alone }: { readonly nonce: string; readonly sample: string; readonly alone: boolean },
  ): Attempt => {
    const foreign = [...noncesIn(tried.received)].filter(
      (one) => one !== nonce && !(alone && isOfSameCase(one, nonce)),
    )
    const mixed = foreign.length > 0 ? `it holds ${foreign.join(', ')} of another request` : null
    if (tried.answer !== null && noncesIn(tried.answer.body).has(nonce)) echoes += 1
    return { ...tried, sample, fault: mixed ?? tried.fault ?? misnamed(tried, nonce) }
  }

  const runCase: FuzzTarget['runCase'] = async function* runCase(number, dice) {
    if (dice.chance(0.12)) {
      yield* inPipeline(number, dice)
      return
    }
    const sample = drawn(samples, dice)
    const known = new Map<string, string>()
    for (const [step, draft] of spoiledSteps(sample, dice, spoiled).entries()) {
      const nonce = nonceFor(seed, number, step)
      const sent = filled(draft, known.set('nonce', nonce))
      const tried = await attempt(sent, { port: server.port, agent: null, dice, judge, trickyShare: 0.35 })
      learn(tried.answer, LEARNT, known)
      // What one request of the case left another may fetch.
      yield judged(tried, { nonce, sample: sample.name, alone: true })
    }
  }

  async function* inPipeline(number: number, dice: Dice): AsyncGenerator<Attempt> {
    const wanted = Array.from({ length: 2 + dice.int(5) }, (_, step) => {
      const sample = drawn(samples, dice)
      const [first] = sample.steps
      const nonce = nonceFor(seed, number, step)
      // What is wrong with the head could be wrong with all that follow.
      const draft = dice.chance(0.5)
        ? asItIs(first)
        : { ...spoiled(first, dice), method: first.method, headers: first.headers }
      return { sample: sample.name, nonce, sent: filled(draft, new Map([['nonce', nonce]])) }
    })
    const { answers, closed, ms } = await pipelined(
      server.port,
      wanted.map(({ sent }) => sent),
      dice,
    )
    for (const [i, { sample, nonce, sent }] of wanted.entries()) {
      const answer = answers[i] ?? null
      const bytes =
        answer === null
          ? Buffer.alloc(0)
          : Buffer.concat([Buffer.from(JSON.stringify(answer.headers)), answer.body])
      const fault =
        answer === null ? (closed ? null : 'no answer in a pipeline') : pipelineFault(sent, answer, judge)
      const tried = {
        how: 'pipeline',
        sent,
        answer,
        received: bytes,
        ms,
        fault: ms > 8000 ? 'late' : fault,
      } as const
      yield judged(tried, { nonce, sample, alone: false })
      // The connection ends behind it.
      if (answer === null) break
    }
  }

  const betweenRounds = async () => [...(await leftIn(server, keys)), ...upstream.faults()]
  try {
    const result = await runFuzz(
      { name: 'gateway', server, mostPeakMb: MOST_PEAK_MB, runCase, betweenRounds },
      options,
    )
    return { ...result, upstream: upstream.asked(), echoes }
  } finally {
    await server.stop()
    await upstream.close()
  }
}

const LEARNT = {
  file: /"name":"files\/([\w-]+)"/,
  edit: /"id":"(edit_[\w-]+)"/,
  link: /\/images\/0\?([^"\\]+)"/,
} as const

/** An answer that is not the one to this request is not only wrong but somebody else's. */
function misnamed({ answer, sent }: Pick<Attempt, 'answer' | 'sent'>, nonce: string): string | null {
  const named = sent.headers.filter(([name]) => name.toLowerCase() === 'x-request-id')
  const echoed = answer?.headers['x-request-id']
  const owed = named.length === 1 && named[0]?.[1] === nonce
  return owed && echoed !== undefined && echoed !== nonce ? `it is called ${echoed}, not ${nonce}` : null
}

function pipelineFault(sent: Sent, answer: NonNullable<Attempt['answer']>, judge: Judge): string | null {
  return sent.method === 'HEAD' ? null : judge.faultOf(sent, answer)
}

/** What is still held when nobody asks any more. */
async function leftIn({ url }: GatewayProcess, { all }: FuzzKeys): Promise<readonly string[]> {
  let left = ''
  for (let waitedMs = 0; waitedMs < LATE_MS; waitedMs += 50) {
    const response = await fetch(`${url}/metrics`, {
      headers: { 'plantain-key': all },
      signal: AbortSignal.timeout(LATE_MS),
    })
    const text = await response.text()
    const sum = (name: string) =>
      [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, 'gm'))].reduce(
        (total, [, value]) => total + Number(value),
        0,
      )
    // The request for them is one itself.
    const [requests, bytes] = [sum('plantain_requests_in_flight') - 1, sum('plantain_bytes_in_flight')]
    if (requests === 0 && bytes === 0) return []
    left = `${requests} requests and ${bytes} bytes are in flight with nobody asking`
    await sleep(50)
  }
  return [left]
}

function keyFor(seed: number, which: number): string {
  return newGatewayKey({
    env: 'test',
    random: { bytes: (count) => diceFor(seed, -which).bytes(count) },
  }).reveal()
}

async function startGateway(
  { origin }: EchoUpstream,
  { all, narrow, open }: FuzzKeys,
): Promise<GatewayProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'plantain-fuzz-'))
  const limits = { concurrent: 1000, requestsPerMinute: 1_000_000 }
  const config = {
    keys: [
      { id: 'all', hash: hashOf(all), scopes: ['edit', 'files', 'models', 'admin'], limits },
      { id: 'narrow', hash: hashOf(narrow), scopes: ['edit'], models: ['nano-banana-2.1'], limits },
      { id: 'open', hash: hashOf(open), passThrough: true, limits },
    ],
    credentials: [{ id: 'studio', apiKey: '${FUZZ_UPSTREAM_KEY}' }],
    targets: [{ provider: 'ai-studio', credential: 'studio', baseUrl: origin }],
    limits: {
      requestBytes: '2MB',
      inFlightBytes: '64MiB',
      headersTimeoutMs: '3s',
      bodyIdleMs: '2s',
      bodyTotalMs: '4s',
      lingerMs: '1s',
      drainMs: '2s',
      imagePixels: '1MP',
      // Nobody waits for what the upstream asks to wait with.
      editTimeoutMs: '1s',
    },
    cors: { origins: ['https://app.example'] },
    // Whatever is said then is a bug.
    observe: { logLevel: 'error', metrics: true },
  }
  const file = join(folder, 'plantain.yaml')
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config))
  const server = await startGatewayProcess({
    args: ['--config', file, '--port', '0'],
    env: { FUZZ_UPSTREAM_KEY: UPSTREAM_KEY },
  })
  const stop = async () => {
    const code = await server.stop()
    await rm(folder, { recursive: true, force: true })
    return code
  }
  return { ...server, stop }
}

function pictureOf(background: string): Promise<Buffer> {
  return sharp({ create: { width: 48, height: 32, channels: 3, background } })
    .png()
    .toBuffer()
}
