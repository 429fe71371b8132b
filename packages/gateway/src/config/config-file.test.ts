import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configOf, loaded, mistakesOf } from './config-folder.fixture.ts'
import { loadGatewayConfig } from './load-gateway-config.ts'

test('named on the command line wins over PLANTAIN_CONFIG, and that over plantain.yaml', async () => {
  const files = { 'a.yaml': 'listen: { port: 1 }', 'b.yaml': 'listen: { port: 2 }' }
  const env = { PLANTAIN_CONFIG: 'b.yaml' }
  const port = async (written: object) =>
    configOf(await loaded('listen: { port: 3 }', { files, ...written })).listen.port
  expect(await port({ path: 'a.yaml', env })).toBe(1)
  expect(await port({ env })).toBe(2)
  expect(await port({ env: { PLANTAIN_CONFIG: '' } })).toBe(3)
})

test('has its paths from where it lies, variables from where one is', async () => {
  const { folder } = await loaded(null)
  mkdirSync(join(folder, 'etc'))
  writeFileSync(join(folder, 'etc/p.yaml'), 'store: { folder: kept }\nobserve: { logFile: ../log }')
  const env = { PLANTAIN_OBSERVE_LOG_FILE: 'here.log' }
  const paths = async (variables: Record<string, string>) => {
    const { store, observe } = configOf(
      await loadGatewayConfig({ path: 'etc/p.yaml', env: variables, folder, nowMs: 0 }),
    )
    return [store.folder, observe.logFile]
  }
  expect(await paths({})).toEqual([join(folder, 'etc/kept'), join(folder, 'log')])
  expect(await paths(env)).toEqual([join(folder, 'etc/kept'), join(folder, 'here.log')])
})

test.each<[object, RegExp]>([
  [{ path: 'none.yaml' }, /^none\.yaml:1:1: is not there\. Correct the path/],
  [{ env: { PLANTAIN_CONFIG: 'none.yaml' } }, /^none\.yaml:1:1: is not there\. Correct PLANTAIN_CONFIG/],
  [{ path: '/nowhere/plantain.yaml' }, /^\/nowhere\/plantain\.yaml:1:1: is not there/],
  [{ path: '.' }, /is a folder/],
  [{ path: 'large.yaml', files: { 'large.yaml': '#'.repeat(1_000_001) } }, /larger than 1 MB/],
])('%j', async (written, expected) => {
  expect(mistakesOf(await loaded(null, written))).toEqual([expect.stringMatching(expected)])
})

test('that is no UTF-8', async () => {
  const load = await loaded(null, {
    path: 'latin.yaml',
    files: { 'latin.yaml': Buffer.from([0x61, 0xff]) as never },
  })
  expect(mistakesOf(load)).toEqual([expect.stringMatching(/^latin\.yaml:1:1: is not text in UTF-8/)])
})

test('that is a folder called like one', async () => {
  const { folder } = await loaded(null)
  mkdirSync(join(folder, 'plantain.yaml'))
  const load = await loadGatewayConfig({ path: null, env: {}, folder, nowMs: 0 })
  expect(mistakesOf(load)).toEqual([expect.stringMatching(/^plantain\.yaml:1:1: is a folder/)])
})

test.each([
  ['just text', /plantain\.yaml:1:1: has to be a group of settings/],
  ['- a\n- b', /plantain\.yaml:1:1: has to be a group of settings/],
  ['listen:\n  port: [1', /plantain\.yaml:2:\d+: /],
])('%j', async (yaml, expected) => {
  expect(mistakesOf(await loaded(yaml))).toEqual([expect.stringMatching(expected)])
})
