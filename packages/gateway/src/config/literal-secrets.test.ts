import { expect, test } from 'vitest'
import { loaded, mistakesOf } from './config-folder.fixture.ts'
import { mistakeLine } from './mistake.ts'

const KEY = 'AIzaSyPlanted-0123456789_abcdefghijklmn'
const STUDIO = `credentials:\n  - { id: a, apiKey: ${KEY} }\ntargets: [{ provider: ai-studio, credential: a }]\n`

test('are warned of, wherever they stand', async () => {
  const load = await loaded(`${STUDIO}# was ${KEY}, now pl_live_${'0'.repeat(27)}_3KCUcm\n`)
  expect(load.kind).toBe('config')
  const lines = load.warnings.map(mistakeLine)
  expect(lines).toEqual([
    expect.stringMatching(/^plantain\.yaml:2:22: is a Google API key.*\$\{GEMINI_API_KEY\}/),
    expect.stringMatching(/^plantain\.yaml:4:7: is a Google API key/),
    expect.stringMatching(/^plantain\.yaml:4:\d+: is a gateway key/),
  ])
  expect(lines.join()).not.toContain('Planted')
})

test.each([
  [STUDIO, 0o644, /^plantain\.yaml:2:22: is a secret in a file that every user.*chmod 600 plantain\.yaml/],
  [STUDIO.replace(KEY, 'any'), 0o644, /^plantain\.yaml:2:22: credentials\[0\]\.apiKey: is a secret/],
  [STUDIO.replace(KEY, '"${NONE:-any}"'), 0o644, /is a secret/],
  [STUDIO.replace(KEY, '"x${KEY}"'), 0o604, /is a secret/],
  [`# ${KEY}\n`, 0o644, /is a secret/],
  [STUDIO, 0o640, null],
  [STUDIO, 0o600, null],
  [STUDIO.replace(KEY, '"${KEY}"'), 0o644, null],
  ['listen: {}', 0o644, null],
])('%j readable as %o', async (yaml, mode, expected) => {
  const lines = mistakesOf(await loaded(yaml, { mode, env: { KEY } }))
  expect(lines).toEqual(expected === null ? [] : [expect.stringMatching(expected)])
})
