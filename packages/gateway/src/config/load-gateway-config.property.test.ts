import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Seeded, seeded } from '../image/seeded.ts'
import { REGISTRY_DATE } from '../models/registry.ts'
import { loadGatewayConfig } from './load-gateway-config.ts'
import { mistakeLine } from './mistake.ts'

const FILES = Number(process.env['PLANTAIN_FUZZ_CONFIGS'] ?? 500)
const SEED = Number(process.env['PLANTAIN_FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const NOW_MS = Date.parse(REGISTRY_DATE)
const SECRET = 'planted-secret-0123456789'
const WORDS =
  '${ ${KEY} ${NONE} ${KEY:- } { [ ] : # " \' | > % @ null ~ .inf -1 1e99 true 0.0.0.0 \u0000 \ufeff \u2028 __proto__'
const PIECES = [
  ...WORDS.split(' '),
  ': ',
  '- ',
  '\n',
  '\n  ',
  '\t',
  '&a ',
  '*a',
  '!x ',
  '---\n',
  '? ',
  'listen:\n',
  'routes:\n',
  '- local',
  '{ any: [] }',
  '{ route: careful }',
  'eu',
  'test',
  SECRET,
]

test(
  `${FILES} spoiled files: each is a configuration or mistakes with their places, and none repeats what stands in it`,
  async () => {
    console.log(`configurations: ${FILES} files, PLANTAIN_FUZZ_SEED=${SEED}`)
    const random = seeded(SEED)
    const folder = mkdtempSync(join(tmpdir(), 'plantain-config-fuzz-'))
    const example = readFileSync(new URL('../../../../examples/plantain.yaml', import.meta.url), 'utf8')
    const everything = example.replaceAll(/^(\s*)#(?! \S)(?=.)/gm, '$1')
    const seen = { config: 0, mistakes: 0 }
    for (let number = 0; number < FILES; number += 1) {
      const yaml = spoiled(number % 2 === 0 ? example : everything, random)
      writeFileSync(join(folder, 'plantain.yaml'), yaml, { mode: 0o600 })
      // One after the other, as all have the same file.
      // oxlint-disable-next-line no-await-in-loop
      const loaded = await loadGatewayConfig({
        path: null,
        env: { KEY: SECRET, GEMINI_API_KEY: SECRET, GEMINI_API_KEY_LIVE: SECRET },
        folder,
        nowMs: NOW_MS,
      }).catch((cause: unknown) => {
        throw new Error(`file ${number}: ${JSON.stringify(yaml)}`, { cause })
      })
      seen[loaded.kind] += 1
      if (loaded.kind === 'config') continue
      expect(loaded.mistakes.length).toBeGreaterThan(0)
      for (const mistake of loaded.mistakes) {
        const { place, problem, remedy } = mistake
        const line = mistakeLine(mistake)
        // Names are shown, of settings, variables and what the file gives a name; values are not.
        const isOdd =
          line.replaceAll(mistake.path, '').includes(SECRET) &&
          !/variable|Did you mean|(?:Credentials|Targets|Routes with a name) are|in a circle/.test(line)
        const isPlaced = place.kind === 'file' && place.line >= 1 && place.column >= 1
        if (isOdd || !isPlaced || problem === '' || remedy === '')
          throw new Error(`${line}\n${JSON.stringify(yaml)}`)
      }
    }
    console.log('configurations:', seen)
    expect(Math.min(seen.config, seen.mistakes)).toBeGreaterThan(FILES / 100)
  },
  60_000 + FILES * 100,
)

/** One to four places of the file taken out, doubled, or with something else put in. */
function spoiled(yaml: string, random: Seeded): string {
  let text = yaml
  for (let times = 1 + below(random, 4); times > 0; times -= 1) {
    const at = below(random, text.length)
    const length = below(random, random() < 0.5 ? 3 : 80)
    const cut = text.slice(at, at + length)
    const piece = PIECES[below(random, PIECES.length)] ?? ''
    const [inPlace = ''] = [[piece], [''], [cut + cut], [cut + piece]][below(random, 4)] ?? []
    text = text.slice(0, at) + inPlace + text.slice(at + length)
  }
  return text
}

function below(random: Seeded, limit: number): number {
  return Math.floor(random() * limit)
}
