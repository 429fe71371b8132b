import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RunningEmulator } from '../src/emulator.ts'
import type { GatewayProcess } from './gateway-process.ts'
import { startGatewayProcess } from './gateway-process.ts'
import { admin, callsOf, edit, gatewayFor, google, keyNamed, studio, targetsOf } from './routing-scene.ts'

const IDS = ['old-1', 'old-2', 'new-1', 'new-2'] as const
type Id = (typeof IDS)[number]
const OLD = ['old-1', 'old-2'] as const
const NEW = ['new-1', 'new-2'] as const

const variableOf = (id: Id) => `KEY_${id.toUpperCase().replace('-', '_')}`
const ENV = Object.fromEntries(IDS.map((id) => [variableOf(id), keyNamed(id)]))

/** A configuration whose target is opened by keys of these ids. */
function yaml({ url }: RunningEmulator, ids: readonly Id[]): string {
  return [
    'observe: { logLevel: info }',
    'credentials:',
    ...ids.map((id) => `  - { id: ${id}, apiKey: '\${${variableOf(id)}}' }`),
    'targets:',
    `  - { name: studio, provider: ai-studio, baseUrl: '${url}', credentials: [${ids.join(', ')}] }`,
    '',
  ].join('\n')
}

/** Machines are shared, and a second may be short. */
const soon = <Value>(value: () => Value) => expect.poll(value, { timeout: 20_000, interval: 20 })

/** A folder of the test's own. */
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'plantain-reload-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

async function serving(config: string): Promise<GatewayProcess> {
  const gateway = await startGatewayProcess({ args: ['--config', config, '--port', '0'], env: ENV })
  onTestFinished(async () => void (await gateway.stop()))
  return gateway
}

/** Callers who ask for one edit after the other, on connections that stay, until they are stopped. */
function crowd(gateway: { readonly url: string }, size = 8) {
  const over = new AbortController()
  let made = 0
  const failed: unknown[] = []
  const underWay = new Set<Promise<void>>()
  const one = async () => {
    try {
      const told = await edit(gateway)
      if (told.status === 200) made += 1
      else failed.push([told.status, told.code, told.detail, told.attempts])
    } catch (error) {
      failed.push(error)
    }
  }
  const caller = async () => {
    while (!over.signal.aborted) {
      const asked = one()
      underWay.add(asked)
      await asked
      underWay.delete(asked)
    }
  }
  const callers = Array.from({ length: size }, caller)
  const stop = async () => {
    over.abort()
    await Promise.all(callers)
  }
  onTestFinished(stop)
  /** Until all edits have ended that are under way now. */
  const turnover = async () => void (await Promise.all(underWay))
  return { made: () => made, failed, stop, turnover }
}

async function keysOf(gateway: { readonly url: string }): Promise<readonly string[]> {
  const { targets } = await targetsOf(gateway)
  return targets.flatMap(({ keys }) => keys.map(({ name, state }) => `${name} ${state}`))
}

const all = (ids: readonly Id[], state: string) => ids.map((id) => `studio#${id} ${state}`)

/** Calls by keys of these ids. */
function callsBy(emulator: RunningEmulator, ids: readonly Id[]) {
  // To take a key away that nobody has tells its fingerprint as well.
  const prints = ids.map((id) => emulator.restore(keyNamed(id)))
  return callsOf(emulator).filter(({ credential }) => prints.includes(credential?.fingerprint ?? ''))
}

interface Rotation {
  readonly emulator: RunningEmulator
  readonly gateway: { readonly url: string }
  /** Makes the gateway take a configuration with keys of these ids. */
  readonly configure: (ids: readonly Id[]) => Promise<void>
}

/** New keys join, old ones are drained, refused by Google, and taken out, while a crowd asks for edits. */
async function rotate({ emulator, gateway, configure }: Rotation): Promise<void> {
  const { made, failed, stop, turnover } = crowd(gateway)
  await soon(() => callsBy(emulator, OLD).length).toBeGreaterThan(10)
  await configure(IDS)
  await soon(() => keysOf(gateway)).toEqual(all(IDS, 'serving'))
  await soon(() => callsBy(emulator, NEW).length).toBeGreaterThan(10)

  for (const id of OLD) {
    expect((await admin(gateway, `/v1/targets/studio%23${id}/drain`)).status).toBe(200)
  }
  expect(await keysOf(gateway)).toEqual([...all(OLD, 'draining'), ...all(NEW, 'serving')])
  // Edits under way may still go by them; those that begin now may not.
  await turnover()
  const byOld = callsBy(emulator, OLD).length
  for (const id of OLD) emulator.addPersonas('key-leaked', { credential: keyNamed(id) })
  await pause(500)
  await configure(NEW)
  await soon(() => keysOf(gateway)).toEqual(all(NEW, 'serving'))
  await pause(500)
  await stop()

  expect(failed).toEqual([])
  expect(made()).toBeGreaterThan(40)
  expect(callsBy(emulator, OLD)).toHaveLength(byOld)
  expect(new Set(callsOf(emulator).map(({ status }) => status))).toEqual(new Set([200]))
}

const SLOW = 'latency=10ms..60ms'

describe('all keys are rotated under load, and no edit fails', () => {
  test('by a file that is written anew', async () => {
    const emulator = await google(SLOW)
    const file = join(await folder(), 'plantain.yaml')
    await writeFile(file, yaml(emulator, OLD))
    const gateway = await serving(file)
    await rotate({ emulator, gateway, configure: (ids) => writeFile(file, yaml(emulator, ids)) })
    expect(gateway.ended()).toBe(null)
    for (const id of IDS) expect(gateway.said()).not.toContain(keyNamed(id))
  })

  test('by SIGHUP, where nobody sees that the file has changed', async () => {
    const emulator = await google(SLOW)
    const [elsewhere, here] = [join(await folder(), 'real.yaml'), join(await folder(), 'plantain.yaml')]
    await writeFile(elsewhere, yaml(emulator, OLD))
    await symlink(elsewhere, here)
    const gateway = await serving(here)
    const configure = async (ids: readonly Id[]) => {
      const before = await keysOf(gateway)
      await writeFile(elsewhere, yaml(emulator, ids))
      await pause(400)
      expect(await keysOf(gateway)).toEqual(before)
      process.kill(gateway.pid, 'SIGHUP')
    }
    await rotate({ emulator, gateway, configure })
    expect(gateway.ended()).toBe(null)
  })

  test('by a call, where Google refuses the old keys before anybody has drained them', async () => {
    const emulator = await google(SLOW)
    let ids: readonly Id[] = OLD
    const gateway = await gatewayFor(
      { targets: [studio(emulator, { keys: OLD })] },
      { again: () => ({ targets: [studio(emulator, { keys: ids })] }) },
    )
    const { made, failed, stop, turnover } = crowd(gateway)
    await soon(made).toBeGreaterThan(10)
    ids = IDS
    expect((await admin(gateway, '/v1/reload')).status).toBe(200)
    // Edits under way end as they began, by the old keys.
    await turnover()
    for (const id of OLD) emulator.addPersonas('key-leaked', { credential: keyNamed(id) })
    await soon(() => keysOf(gateway)).toEqual([...all(OLD, 'locked-out'), ...all(NEW, 'serving')])
    ids = NEW
    expect((await admin(gateway, '/v1/reload')).status).toBe(200)
    const before = made()
    await soon(made).toBeGreaterThan(before + 10)
    await stop()
    expect(failed).toEqual([])
    expect(new Set(gateway.lines.map(({ fields }) => fields?.['key']))).toEqual(
      new Set(['studio#old-1', 'studio#old-2']),
    )
  })
})

test('a file with mistakes is not taken: the log and a call say where they are, and edits go on', async () => {
  const emulator = await google(SLOW)
  const file = join(await folder(), 'plantain.yaml')
  await writeFile(file, yaml(emulator, OLD))
  const gateway = await serving(file)
  const { made, failed, stop } = crowd(gateway)
  const wrong = yaml(emulator, OLD).replace('provider: ai-studio', 'provider: ai-stdio')
  const line = wrong.split('\n').findIndex((text) => text.includes('ai-stdio'))
  const column = (wrong.split('\n')[line] ?? '').indexOf('ai-stdio')
  const place = `plantain.yaml:${line + 1}:${column + 1}: targets[0].provider`
  await writeFile(file, wrong)
  await soon(() => gateway.complaints()).toContain(place)
  expect(gateway.complaints()).toContain('What was before still holds.')
  expect(await keysOf(gateway)).toEqual(all(OLD, 'serving'))
  const before = made()
  await soon(made).toBeGreaterThan(before + 10)
  const refused = await admin(gateway, '/v1/reload')
  expect(refused.status).toBe(500)
  expect(refused.text).toContain('config_invalid')
  expect(refused.text).toContain(place)

  await writeFile(file, yaml(emulator, IDS))
  await soon(() => keysOf(gateway)).toEqual(all(IDS, 'serving'))
  await stop()
  expect(failed).toEqual([])
})

test('a sole key that is spent is replaced by another, and edits are made at once', async () => {
  const emulator = await google()
  emulator.addPersonas('429-day', { credential: keyNamed('spent') })
  const gateway = await gatewayFor(
    { targets: [studio(emulator, { keys: ['spent'] })] },
    { again: () => ({ targets: [studio(emulator, { keys: ['fresh'] })] }) },
  )
  expect(await edit(gateway)).toMatchObject({ status: 429, code: 'quota_exhausted' })
  expect((await admin(gateway, '/v1/reload')).status).toBe(200)
  expect(await edit(gateway)).toMatchObject({ status: 200 })
})

test('a sole key that has to wait does so too where another joins it', async () => {
  const emulator = await google()
  emulator.addPersonas('429-minute', { credential: keyNamed('throttled') })
  const gateway = await gatewayFor(
    { targets: [studio(emulator, { keys: ['throttled'] })] },
    { again: () => ({ targets: [studio(emulator, { keys: ['throttled', 'fresh'] })] }) },
  )
  expect(await edit(gateway, { timeoutMs: 20_000 })).toMatchObject({ status: 429 })
  expect((await admin(gateway, '/v1/reload')).status).toBe(200)
  for (let times = 0; times < 8; times += 1) expect(await edit(gateway)).toMatchObject({ status: 200 })
  expect(callsOf(emulator).filter(({ status }) => status === 429)).toHaveLength(1)
})

test('a sole key that is drained stays so where another joins it, and what takes its place is not', async () => {
  const emulator = await google()
  let keys = ['old']
  const gateway = await gatewayFor(
    { targets: [studio(emulator, { keys })] },
    { again: () => ({ targets: [studio(emulator, { keys })] }) },
  )
  expect((await admin(gateway, '/v1/targets/studio/drain')).status).toBe(200)
  keys = ['old', 'new']
  expect((await admin(gateway, '/v1/reload')).status).toBe(200)
  expect(await keysOf(gateway)).toEqual(['studio#old draining', 'studio#new serving'])
  keys = ['new']
  expect((await admin(gateway, '/v1/reload')).status).toBe(200)
  expect((await admin(gateway, '/v1/targets/studio/drain')).status).toBe(200)
  keys = ['newest']
  expect((await admin(gateway, '/v1/reload')).status).toBe(200)
  expect(await keysOf(gateway)).toEqual(['studio serving'])
  expect(await edit(gateway)).toMatchObject({ status: 200 })
})
