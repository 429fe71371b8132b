import { copyFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Where } from '../../src/emulator/faults/where.ts'
import { PERSONAS } from '../../src/emulator/faults/persona.ts'
import { startEmulator } from '../../src/emulator.ts'
import { KEY } from '../emulator-client.ts'
import { PHOTOS, type Run, runPlantain } from '../run-plantain.ts'
import { PROJECT } from './network.ts'
import { written } from './personas.ts'

/** Exit code and what the message says; a third where Vertex AI, which tells less, leads to other words. */
type Row = readonly [number, RegExp, RegExp?]

const EDITED: Row = [0, /a\.edited\.\w+ {2}1376x768/]
const FEWER = /fewer requests for a while/
const LATE: Row = [7, /not done before its deadline.*Whether Google charged for it is not known/]
const BROKEN: Row = [7, /broke off in the middle.*Whether Google charged for it is not known/]

/** What `plantain edit` makes of every persona, at AI Studio as at Vertex AI. */
const EDITS: Readonly<Record<string, Row>> = {
  'text-only': [8, /answered in words only/],
  'no-image': [8, /made no image.*NO_IMAGE/],
  'image-safety': [4, /safety filter.*IMAGE_SAFETY: “Unable to show/],
  finish: [4, /safety filter.*SAFETY/],
  blocked: [4, /usage policy.*PROHIBITED_CONTENT/],
  empty: [8, /made no image.*EMPTY/],
  unchanged: [8, /returned the photo as it was.*It was charged: \$0\.0/],
  smaller: [8, /returned 688x384 where .*It was charged/],
  'wrong-ratio': [8, /returned 1024x1024 where 16:9.*It was charged/],
  drift: EDITED,
  drafts: [0, /2 interim image\(s\) were left out/],
  'thought-drafts': [0, /2 interim image\(s\) were left out/],
  'thought-only': EDITED,
  duplicate: [0, /1 interim image\(s\) were left out/],
  'wrong-mime': [0, /The model called it image\/\w+; it is image\/\w+\./],
  undecodable: [7, /image is damaged, or none at all.*It was charged/],
  'truncated-base64': [7, /image is damaged, or none at all.*It was charged/],
  'no-usage': [0, /price not on record/],
  'no-signature': EDITED,
  '429-minute': [6, FEWER],
  '429-day': [6, /quota of the day is used up/, FEWER],
  '429-zero': [6, /quota for this model is zero/, FEWER],
  '429-bare': [6, FEWER],
  '429-prepay': [5, /no credit left/],
  '500': [7, /Google failed.*500 INTERNAL/],
  '503': [7, /overloaded.*503 UNAVAILABLE: “This model is currently/],
  '503-overloaded': [7, /overloaded.*503 UNAVAILABLE: “The model is overloaded/],
  '504': [7, /Google's own time limit ran out/],
  'bad-location': [7, /does not serve the API from where this machine is/],
  'api-disabled': [5, /API is not enabled in the project/],
  'iam-denied': [5, /lacks the permission aiplatform\.endpoints\.predict/],
  'key-leaked': [5, /has withdrawn the API key.*reported as leaked/],
  'model-gone': [
    7,
    /does not serve the model to this credential/,
    /does not serve the model to this project/,
  ],
  // Plantain asks for no stream.
  'stream-error': EDITED,
  'html-413': [3, /larger than Google takes/],
  'html-502': [7, /Google failed.*502/],
  latency: LATE,
  stall: LATE,
  reset: BROKEN,
  close: BROKEN,
  'half-open': LATE,
  drip: LATE,
  quota: [6, /quota of the day is used up/, FEWER],
}

const NAMES = PERSONAS.map(({ name }) => name)
const SILENT = /✗ google .*did not answer within 20 s/
const CUT = /✗ google .*broke off in the middle/
/** Errors and pages meet every call alike, and the doctor says of them what an edit says. */
const ALIKE = PERSONAS.filter(({ effect }) => {
  const stage = effect(undefined)?.stage
  return stage === 'error' || stage === 'page'
}).map(({ name }) => name)

/** What `plantain doctor` finds where a persona acts on every call. */
const PROBES: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(ALIKE.map((name) => [name, new RegExp(`✗ google .*${EDITS[name]?.[1].source}`)])),
  stall: SILENT,
  'half-open': SILENT,
  reset: CUT,
  close: CUT,
}
/** It asks for no picture and no stream: of what is wrong with them it learns nothing. */
const UNSEEN = NAMES.filter((name) => !(name in PROBES))

/** Too slow for who has two seconds. */
const SLOW: Readonly<Record<string, string>> = { latency: 'latency=1h', drip: 'drip=1000' }
const LATECOMERS: ReadonlySet<string> = new Set([...Object.keys(SLOW), 'stall', 'half-open'])

type Provider = 'ai-studio' | 'vertex'
const PROVIDERS: readonly Provider[] = ['ai-studio', 'vertex']

interface Ended extends Run {
  readonly crashes: number
  readonly unpaid: boolean
}

const edits = new Map<string, Ended>()
const probes = new Map<string, string>()

async function probing(name: string, personas = name): Promise<void> {
  probes.set(name, await probe(personas))
}

beforeAll(async () => {
  const patient = Object.keys(PROBES).filter((name) => PROBES[name] === SILENT)
  const quick = Object.keys(PROBES).filter((name) => PROBES[name] !== SILENT)
  const editing = PROVIDERS.flatMap((provider) =>
    NAMES.map((name) => async () => edits.set(`${provider} ${name}`, await edit(provider, name))),
  )
  await Promise.all([
    // These cost the doctor's patience and nothing else.
    ...patient.map((name) => probing(name)),
    twoAtATime([
      () => probing('others', UNSEEN.map(written).join()),
      ...quick.map((name) => () => probing(name)),
      ...editing,
    ]),
  ])
}, 600_000)

test('the table speaks of every persona, and of nothing else', () => {
  expect(Object.keys(EDITS).toSorted()).toEqual(PERSONAS.map(({ name }) => name).toSorted())
})

describe.each(PROVIDERS)('plantain edit --provider %s', (provider) => {
  test.each(Object.keys(EDITS))('%s', (name) => {
    const [exit, words, vertexWords = words] = EDITS[name] ?? []
    const run = edits.get(`${provider} ${name}`)
    const said = run?.stderr.replaceAll('\n', ' ')
    expect(said).toMatch((provider === 'vertex' ? vertexWords : words) ?? /^$/)
    expect(run?.exit).toBe(exit)
    expect(run?.crashes).toBe(0)
    expect(said).not.toContain(KEY)
    // Who says that a picture was paid for, or is not sure, has not been charged for nothing.
    if (run?.unpaid) expect(said).not.toMatch(/It was charged/)
  })
})

describe('plantain doctor', () => {
  test.each(Object.keys(PROBES))('%s', (name) => {
    expect(probes.get(name)).toMatch(PROBES[name] ?? /^$/)
  })

  test('of what is wrong with pictures it sees nothing', () => {
    expect(UNSEEN.length).toBeGreaterThan(20)
    expect(probes.get('others')).toMatch(/✓ google gemini-nano-banana-2\.1 answers/)
  })

  test('ends as an edit would', async () => {
    const where: Where = { calls: 'models' }
    const emulator = await startEmulator({ personas: [{ personas: 'iam-denied', where }] })
    try {
      const env = surroundings('vertex', emulator)
      const run = await runPlantain(['doctor', '--provider', 'vertex'], { cwd: workplace(), env })
      expect(run.stdout.toString()).toMatch(/Edits at Google Vertex AI .* would fail \(exit code 5\)/)
      expect(run.exit).toBe(5)
    } finally {
      await emulator.close()
    }
  })
})

async function edit(provider: Provider, name: string): Promise<Ended> {
  const emulator = await startEmulator({
    personas: SLOW[name] ?? written(name),
    // Only the engine can return the photo; where that drifts far, it may pass for an edit.
    ...(name === 'unchanged' ? { drift: 'faithful' } : { pictures: 'canned', cannedBytes: 30_000 }),
  })
  try {
    const shape = name === 'unchanged' ? [] : ['--aspect', '16:9', '--size', '1K']
    const patience = LATECOMERS.has(name) ? ['--timeout', '2'] : []
    const args = ['edit', 'a.jpg', 'make it brighter', '--provider', provider, '--yes', ...shape, ...patience]
    const options = { cwd: workplace(), env: surroundings(provider, emulator) }
    if (name === 'quota') await runPlantain(args, { ...options, cwd: workplace() })
    const run = await runPlantain(args, options)
    const { crashes, totals } = emulator.state()
    return { ...run, crashes, unpaid: totals.imagesBilled === 0 }
  } finally {
    await emulator.close()
  }
}

function workplace(): string {
  const cwd = mkdtempSync(join(tmpdir(), 'plantain-emulated-'))
  copyFileSync(join(PHOTOS, 'rocket.jpg'), join(cwd, 'a.jpg'))
  return cwd
}

function surroundings(
  provider: Provider,
  { url, port }: { readonly url: string; readonly port: number },
): Readonly<Record<string, string>> {
  if (provider === 'ai-studio') return { GEMINI_API_KEY: KEY, GOOGLE_GEMINI_BASE_URL: url }
  return {
    GOOGLE_CLOUD_PROJECT: PROJECT,
    GOOGLE_VERTEX_BASE_URL: url,
    GCE_METADATA_HOST: `127.0.0.1:${port}`,
  }
}

/** The doctor's finding on Google. */
async function probe(personas: string): Promise<string> {
  const where: Where = { calls: 'any' }
  const emulator = await startEmulator({ pictures: 'canned', personas: [{ personas, where }] })
  try {
    let said = ''
    await runPlantain(['doctor'], {
      cwd: workplace(),
      env: surroundings('ai-studio', emulator),
      meanwhile: (child) =>
        child.stdout.on('data', (chunk: Buffer) => {
          said += chunk.toString()
          // What follows are tries of the local engine, which take seconds and tell nothing of Google.
          if (said.includes(' models ')) child.kill('SIGINT')
        }),
    })
    return said.replaceAll(/\s+/g, ' ')
  } finally {
    await emulator.close()
  }
}

async function twoAtATime(jobs: (() => Promise<unknown>)[]): Promise<void> {
  const lane = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job()
  }
  await Promise.all([lane(), lane()])
}
