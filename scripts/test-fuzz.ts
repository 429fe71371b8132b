import { parseArgs } from 'node:util'
import { fuzzEmulator } from '../packages/gateway/test/fuzz/emulator.fuzz.ts'
import { fuzzGateway, fuzzOpenAi } from '../packages/gateway/test/fuzz/gateway.fuzz.ts'

const TARGETS = { emulator: fuzzEmulator, gateway: fuzzGateway, openai: fuzzOpenAi }

/**
 * `npm run test:fuzz -- [--target emulator|gateway|openai] [--count N] [--seed S] [--only N]`: spoiled requests to a server in a
 * process of its own.
 */
const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'emulator' },
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    only: { type: 'string' },
  },
})
const [count, seed, only] = [values.count, values.seed, values.only ?? '0'].map(Number)
const fuzz = Object.entries(TARGETS).find(([name]) => name === values.target)?.[1]
if (fuzz === undefined) {
  console.error(`--target is ${Object.keys(TARGETS).join(' or ')}.`)
  process.exit(2)
}
if (![count, seed, only].every((number) => Number.isSafeInteger(number) && Number(number) >= 0)) {
  console.error('--count, --seed and --only are whole numbers.')
  process.exit(2)
}

console.log(`Seed ${seed}`)
const result = await fuzz({
  count: count ?? 0,
  seed: seed ?? 0,
  ...(values.only !== undefined && { only: only ?? 0 }),
  report: (finding) => console.log(`\n${finding}\n`),
  progress: (done) => {
    if (done % 10_000 === 0) console.log(`${done} cases`)
  },
})
if (values.only !== undefined) console.dir(result.attempts, { depth: 4, maxStringLength: 20_000 })
const { findings, statuses, ...figures } = result
console.log({ ...figures, attempts: undefined, statuses: JSON.stringify(statuses) })
console.log(findings.length === 0 ? 'Nothing found.' : `${findings.length} found.`)
process.exit(findings.length === 0 ? 0 : 1)
