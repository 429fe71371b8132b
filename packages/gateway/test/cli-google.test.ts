import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ResultDocument } from '../src/contract/result.ts'
import { type Run, runPlantain } from './run-plantain.ts'
import { type Play, type ScriptedServer, type Seen, startScriptedServer } from './scripted-server.ts'

const KEY = 'AQ.Ab8RN6Kcanary-key-that-nobody-may-see'

let photo: Buffer
let edited: Play
let cwd: string
let server: ScriptedServer | undefined

const picture = (background: string) =>
  sharp({ create: { width: 200, height: 150, channels: 3, background } })
    .jpeg()
    .toBuffer()
const tokens = (modality: string, tokenCount: number) => ({ modality, tokenCount })

beforeAll(async () => {
  photo = await picture('#4060a0')
  const answer = await picture('#d07020')
  edited = {
    json: {
      candidates: [
        {
          content: {
            role: 'model',
            parts: [{ inlineData: { mimeType: 'image/jpeg', data: answer.toString('base64') } }],
          },
          finishReason: 'STOP',
        },
      ],
      usageMetadata: {
        promptTokenCount: 1130,
        candidatesTokenCount: 1120,
        totalTokenCount: 2250,
        promptTokensDetails: [tokens('TEXT', 10), tokens('IMAGE', 1120)],
        candidatesTokensDetails: [tokens('IMAGE', 1120)],
      },
    },
  }
})

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'plantain-google-'))
  writeFileSync(join(cwd, 'a.jpg'), photo)
})

afterEach(async () => {
  await server?.close()
  server = undefined
})

interface Scene {
  readonly play: Play | ((seen: Seen, index: number) => Play | Promise<Play>)
  readonly meanwhile?: Parameters<typeof runPlantain>[1]['meanwhile']
}

async function run(args: readonly string[], { play, meanwhile }: Scene): Promise<Run> {
  server ??= await startScriptedServer((seen, index) =>
    typeof play === 'function' ? play(seen, index) : play,
  )
  const env = { GEMINI_API_KEY: KEY, GOOGLE_GEMINI_BASE_URL: server.origin }
  const ended = await runPlantain(args, { cwd, env, ...(meanwhile && { meanwhile }) })
  expect(`${ended.stdout.toString('latin1')}${ended.stderr}`).not.toContain('canary-key')
  return ended
}

const problems = ({ stderr }: Run) => stderr.split('\n').filter((line) => line.startsWith('plantain:'))
const pictures = () => readdirSync(cwd).filter((name) => name !== '.config')

function googleError(code: number, status: string, message: string, reason?: string): Play {
  const details = reason && [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' },
  ]
  return { status: code, json: { error: { code, message, status, ...(details && { details }) } } }
}

const NOT_VALID = googleError(
  400,
  'INVALID_ARGUMENT',
  'API key not valid. Please pass a valid API key.',
  'API_KEY_INVALID',
)
const NOT_A_KEY = googleError(401, 'UNAUTHENTICATED', 'Invalid credentials.', 'ACCESS_TOKEN_TYPE_UNSUPPORTED')
const DENIED = googleError(
  403,
  'PERMISSION_DENIED',
  'Requests from this IP are blocked.',
  'API_KEY_IP_ADDRESS_BLOCKED',
)
const NO_FREE_TIER = googleError(
  429,
  'RESOURCE_EXHAUSTED',
  'Quota exceeded, limit: 0, model: gemini-nano-banana-2.1',
)
const TOO_FAST = googleError(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for requests per minute.')
const SAFETY: Play = { json: { candidates: [{ finishReason: 'IMAGE_SAFETY', finishMessage: 'Unsafe.' }] } }

test('several results are announced with their price, numbered, and what is missing is told', async () => {
  let asked = 0
  const play = () => ((asked += 1) === 2 ? SAFETY : edited)
  const args = ['edit', 'a.jpg', 'make it orange', '--yes', '--count', '3', '-o', 'out.jpg']
  const ended = await run(args, { play })
  expect(ended.stderr).toMatch(/about \$0\.0\d+ an image, about \$0\.1\d* in all/)
  expect(ended.stderr).toContain('out-1.jpg, out-2.jpg')
  expect(ended.stderr).toMatch(/1 of 3 results did not come: .*IMAGE_SAFETY/)
  expect([ended.exit, pictures()]).toEqual([0, ['a.jpg', 'out-1.jpg', 'out-2.jpg']])
})

test.each([
  [['--count', '0'], /--count 0/],
  [['--count', '11'], /--count 11.*from 1 up to 10/],
  [['--count', '1.5'], /--count 1\.5/],
  [['--quality', '101', '--format', 'jpeg'], /--quality 101/],
  [['--preserve', 'subject'], /--preserve subject.*none or unmasked/],
])('%s is a mistake of usage', async (options, message) => {
  const ended = await run(['edit', 'a.jpg', 'make it orange', '--yes', ...options], { play: edited })
  expect([ended.exit, problems(ended)]).toEqual([2, [expect.stringMatching(message)]])
})

describe('what Google says no to has one line and its exit code', () => {
  test.each<[string, () => Play, number, RegExp]>([
    ['a wrong key, told as 400', () => NOT_VALID, 5, /does not know the API key/],
    ['a wrong key, told as 401', () => NOT_A_KEY, 5, /does not accept the key/],
    ['a permission that is missing', () => DENIED, 5, /restricted/],
    ['a quota of zero', () => NO_FREE_TIER, 6, /no free tier/],
    ['too many requests', () => TOO_FAST, 6, /per minute/],
    ['a refusal for safety', () => SAFETY, 4, /IMAGE_SAFETY|safety/],
    ['a photo that comes back unchanged', () => returning(photo), 8, /as it was.*--accept any.*charged/],
    ['a connection that breaks', () => ({ end: 'reset' }), 7, /connection/],
  ])('%s', async (_, play, exit, message) => {
    const ended = await run(['edit', 'a.jpg', 'make it orange', '--yes'], { play: play() })
    expect(problems(ended)).toEqual([expect.stringMatching(message)])
    expect(ended.exit).toBe(exit)
    expect(pictures()).toEqual(['a.jpg'])
  })

  test('what was paid for can be had although a check failed', async () => {
    const ended = await run(['edit', 'a.jpg', 'make it orange', '--yes', '--accept', 'any'], {
      play: returning(photo),
    })
    expect(ended.stderr).toMatch(/warning: .*as it was/)
    expect(ended.exit).toBe(0)
    expect(pictures()).toEqual(['a.edited.jpg', 'a.jpg'])
  })
})

function returning(bytes: Buffer): Play {
  const parts = [{ inlineData: { mimeType: 'image/jpeg', data: bytes.toString('base64') } }]
  return { json: { candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }] } }
}

describe('consent', () => {
  test('without a terminal nothing is sent before somebody agreed, and the line says what it costs', async () => {
    const refused = await run(['edit', 'a.jpg', 'make it orange'], { play: edited })
    expect(refused.exit).toBe(2)
    expect(refused.stderr).toMatch(/^plantain: Nothing was sent\. .*about \$0\.0353.*--yes.*\n$/)
    expect(server?.seen).toHaveLength(0)
    expect(pictures()).toEqual(['a.jpg'])
  })

  test.each([['--yes'], ['--provider', 'ai-studio']])('%s agrees for this run', async (...agreed) => {
    const ended = await run(['edit', 'a.jpg', 'make it orange', ...agreed], { play: edited })
    expect(ended.exit).toBe(0)
    expect(ended.stderr).toMatch(
      /^Sending to Google AI Studio through 127\.0\.0\.1:\d+, model gemini-nano-banana-2\.1, /,
    )
    expect(ended.stderr).toMatch(
      /because (?:GEMINI_API_KEY is set|you named it): about \$0\.0353 an image \(one 1K/,
    )
    expect(ended.stderr).toMatch(/^a\.edited\.jpg {2}200x150 jpeg \d+ KB {2}\d+\.\d s {2}\$0\.0353$/m)
    expect((await run(['edit', 'a.jpg', 'make it orange'], { play: edited })).exit).toBe(2)
    expect(server?.seen).toHaveLength(1)
  })

  test('what was agreed to earlier holds for that target, not for another host', async () => {
    const refused = await run(['edit', 'a.jpg', 'make it orange'], { play: edited })
    expect(refused.exit).toBe(2)
    mkdirSync(join(cwd, '.config/plantain'), { recursive: true })
    const agreed = join(cwd, '.config/plantain/agreed.json')
    writeFileSync(agreed, JSON.stringify({ 'ai-studio': '2026-11-22T00:00:00.000Z' }))
    expect((await run(['edit', 'a.jpg', 'make it orange'], { play: edited })).exit).toBe(2)
    const host = new URL(server?.origin ?? '').host
    writeFileSync(agreed, JSON.stringify({ [`ai-studio through ${host}`]: '2026-11-22T00:00:00.000Z' }))
    expect((await run(['edit', 'a.jpg', 'make it orange'], { play: edited })).exit).toBe(0)
  })

  test('--provider local stays here although a key is set', async () => {
    const ended = await run(['edit', 'a.jpg', 'brighter', '--provider', 'local'], { play: edited })
    expect(ended.stderr).toMatch(/on this machine .* because you named it/)
    expect(ended.exit).toBe(0)
    expect(server?.seen).toHaveLength(0)
  })

  test('a key that is set never falls back to the local engine', async () => {
    const ended = await run(['edit', 'a.jpg', 'brighter', '--yes'], { play: NOT_VALID })
    expect(ended.exit).toBe(5)
    expect(pictures()).toEqual(['a.jpg'])
  })
})

describe('several photos', () => {
  beforeEach(() => {
    for (const name of ['b', 'c', 'd', 'e', 'f']) writeFileSync(join(cwd, `${name}.jpg`), photo)
  })

  test('go four at a time, and their cost is told beforehand and at the end', async () => {
    let now = 0
    let most = 0
    const play = async () => {
      most = Math.max(most, (now += 1))
      await new Promise((done) => setTimeout(done, 300))
      now -= 1
      return edited
    }
    const ended = await run(['edit', '*.jpg', 'make it orange', '--yes', '-o', 'out/'], { play })
    expect(ended.stderr).toMatch(/^Sending 6 photos .* an image, about \$0\.211\d* in all/)
    expect(ended.stderr).toMatch(/^6 edited {2}\d+\.\d s {2}\$0\.21\d*$/m)
    expect(most).toBe(4)
    expect(readdirSync(join(cwd, 'out'))).toHaveLength(6)
  })

  test('a key that is wrong is not tried on every photo', async () => {
    const ended = await run(['edit', '*.jpg', 'make it orange', '--yes', '--json'], { play: NOT_VALID })
    expect(ended.exit).toBe(5)
    expect(server?.seen.length).toBeLessThanOrEqual(4)
    const lines = ended.stdout.toString().trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as ResultDocument).error?.code)).toEqual(
      Array.from({ length: 6 }, () => 'credential_invalid'),
    )
  })
})

test('an interruption in flight says that the bill is open', async () => {
  const ended = await run(['edit', 'a.jpg', 'make it orange', '--yes'], {
    play: { end: 'hold' },
    meanwhile: (child) => {
      const seen = setInterval(() => {
        if (!server?.seen.length) return
        clearInterval(seen)
        child.kill('SIGINT')
      }, 50)
    },
  })
  expect(ended.exit).toBe(130)
  expect(problems(ended)).toEqual([
    expect.stringMatching(/Cancelled; nothing was written\. Whether Google charged/),
  ])
  expect(pictures()).toEqual(['a.jpg'])
})

describe('doctor', () => {
  test('asks Google without cost, and is content when it answers', async () => {
    const play: Play = { json: { name: 'models/x', supportedGenerationMethods: ['generateContent'] } }
    const ended = await run(['doctor'], { play })
    const text = ended.stdout.toString()
    expect(text).toMatch(/✓ credentials +GEMINI_API_KEY is set: an auth key \(AQ\.…\)/)
    expect(text).toMatch(/✓ google +gemini-nano-banana-2\.1 answers/)
    expect(ended.exit).toBe(0)
    expect(server?.seen.map(({ method }) => method)).toEqual(['GET'])
  }, 120_000)

  test('names what is wrong and ends as an edit would', async () => {
    const ended = await run(['doctor', '--json'], { play: NOT_A_KEY })
    const report = JSON.parse(ended.stdout.toString()) as {
      ok: boolean
      findings: { topic: string; code?: string }[]
    }
    expect(report.ok).toBe(false)
    expect(report.findings.find(({ topic }) => topic === 'google')?.code).toBe('credential_invalid')
    expect(ended.exit).toBe(5)
  }, 120_000)
})
