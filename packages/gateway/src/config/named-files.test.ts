import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { configOf, loaded, mistakesOf } from './config-folder.fixture.ts'
import { mistakeLine } from './mistake.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

let pems: Record<string, string> = {}
beforeAll(() => {
  if (!hasOpenssl) return
  const folder = mkdtempSync(join(tmpdir(), 'plantain-tls-'))
  for (const name of ['a', 'b']) {
    const out = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)]
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '1',
        '-subj',
        '/CN=localhost',
        ...out,
      ],
      { stdio: 'ignore' },
    )
  }
  pems = Object.fromEntries(
    ['a.key', 'a.pem', 'b.key'].map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
})

test.runIf(hasOpenssl)('a certificate and its key, named from where the file lies', async () => {
  const load = await loaded('listen: { tls: { cert: a.pem, key: a.key } }', { files: pems })
  expect(configOf(load).listen.tls).toEqual({
    cert: join(load.folder, 'a.pem'),
    key: join(load.folder, 'a.key'),
  })
  expect(load.warnings).toEqual([])
})

test.runIf(hasOpenssl)('a private key that everybody may read is warned of', async () => {
  const first = await loaded(null, { files: pems })
  chmodSync(join(first.folder, 'a.key'), 0o644)
  const tls = `listen: { tls: { cert: '${first.folder}/a.pem', key: '${first.folder}/a.key' } }`
  const { warnings } = await loaded(tls)
  expect(warnings.map(mistakeLine)).toEqual([
    expect.stringMatching(/listen\.tls\.key: is a file that every user.*chmod 600/),
  ])
})

test.each<[string, RegExp[]]>([
  [
    '{ cert: a.pem, key: b.key }',
    [/^plantain\.yaml:1:16: listen\.tls: is no certificate with its private key/],
  ],
  ['{ cert: a.key, key: a.key }', [/listen\.tls: is no certificate/]],
  [
    '{ cert: none.pem, key: . }',
    [/listen\.tls\.cert: names a file that is not there/, /listen\.tls\.key: names a file/],
  ],
  ['{ cert: a.pem }', [/listen\.tls\.key: is missing/]],
])('%s', async (tls, expected) => {
  const lines = mistakesOf(await loaded(`listen: { tls: ${tls} }`, { files: pems }))
  expect(lines).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
})
