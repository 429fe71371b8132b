import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { LISTS, Step } from '../src/config/entry-schema.ts'
import { loadGatewayConfig } from '../src/config/load-gateway-config.ts'
import { REGISTRY_DATE } from '../src/models/registry.ts'
import { allSettings, settingsIn } from '../src/config/setting.ts'

const EXAMPLE = resolve(import.meta.dirname, '../../../examples/plantain.yaml')
const NOW_MS = Date.parse(REGISTRY_DATE)
const text = readFileSync(EXAMPLE, 'utf8')
/** What stands behind a # without a space, or with more than one as it is further in, is there to be used. */
const everything = text.replaceAll(/^(\s*)#(?! \S)(?=.)/gm, '$1')

/** Members of any are steps. */
function inSteps(path: string): readonly string[] {
  return [path.replace('.any[]', ''), path.replace(/\.any\[\].*/, '.any')]
}

function load(path: string, env = {}) {
  return loadGatewayConfig({ path, env, folder: import.meta.dirname, nowMs: NOW_MS })
}

test('examples/plantain.yaml as it stands is what runs without it', async () => {
  const [withFile, without] = await Promise.all([
    load(EXAMPLE),
    loadGatewayConfig({
      path: null,
      env: {},
      folder: mkdtempSync(join(tmpdir(), 'plantain-example-')),
      nowMs: NOW_MS,
    }),
  ])
  expect(withFile).toMatchObject({ kind: 'config', warnings: [] })
  expect(without.kind).toBe('config')
  expect(withFile.kind === 'config' && withFile.config).toEqual(without.kind === 'config' && without.config)
})

test('it has every setting there is, with its default where there is one', () => {
  const names = (value: unknown, path: string): string[] =>
    Array.isArray(value)
      ? value.flatMap((item) => (typeof item === 'object' ? names(item, `${path}[]`) : [path]))
      : typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, inner]) =>
            names(inner, path === '' ? name : `${path}.${name}`),
          )
        : [path]
  const written = new Set([...names(parse(everything), '').flatMap(inSteps), 'cors.origins'])
  const lists = Object.entries({ ...LISTS, 'routes[].steps': Step }).flatMap(([list, item]) =>
    settingsIn(item, []).map(({ path }) => `${list}[].${path.join('.')}`),
  )
  const known = [...allSettings().map(({ path }) => path.join('.')), ...lists]
  // It goes in place of id and hash, and is explained in a comment.
  expect(known.filter((path) => !written.has(path))).toEqual(['keys[].keyless'])
  expect(text).toContain('keyless: true')
  const plain = new Set(names(parse(text), ''))
  const withDefault = allSettings().filter(
    ({ fallback, path }) => fallback !== undefined && path[0] !== 'admin',
  )
  const missing = withDefault.map(({ path }) => path.join('.')).filter((path) => !plain.has(path))
  expect(missing).toEqual(['cors.origins', 'store.folder'])
})

test('with everything in it that it offers, nothing is wrong but files that are not on this machine', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plantain-example-'))
  writeFileSync(join(folder, 'plantain.yaml'), everything)
  const loaded = await load(join(folder, 'plantain.yaml'), {
    GEMINI_API_KEY: 'key',
    GEMINI_API_KEY_LIVE: 'other',
  })
  const paths =
    loaded.kind === 'mistakes' ? loaded.mistakes.map(({ path, problem }) => `${path} ${problem}`) : []
  expect(paths).toEqual(
    ['listen.tls.cert', 'listen.tls.key', 'credentials[3].serviceAccountFile'].map(
      (path) => `${path} names a file that is not there or may not be read`,
    ),
  )
  expect(loaded.warnings).toEqual([])
})
