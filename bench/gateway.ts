import { availableParallelism, cpus, loadavg } from 'node:os'
import { type BenchHouse, openBenchHouse } from './gateway/bench-house.ts'
import { CONTENDERS } from './gateway/contenders.ts'
import { type GatewayBenchOptions, readOptions } from './gateway/options.ts'
import { pressure } from './gateway/pressure.ts'
import { processTree } from './gateway/process-tree.ts'
import { measureRounds } from './gateway/rounds.ts'
import { failureLines, megabytes, precise, ratioTable, resultsOf, sizeTable } from './gateway/tables.ts'
import { verdictTable } from './gateway/verdicts.ts'

/** What an image request costs in front of one upstream: this gateway, others, and none. Linux only: it reads /proc. */
export async function bench(): Promise<void> {
  const options = readOptions(process.argv.slice(3))
  const begun = performance.now()
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.versions.node}, ` +
      `load ${loadavg()[0]?.toFixed(1)} at the start\n`,
  )
  const house = await openBenchHouse()
  try {
    console.log(`${await upstreamAlone(house, options)}\n`)
    const leftOut = new Map<string, string>()
    const results = resultsOf(await measureRounds(house, options, leftOut), CONTENDERS, options)
    for (const bytes of options.sizes) console.log(`${sizeTable(results, bytes)}\n`)
    for (const base of ['nginx', 'portkey', 'node']) {
      const table = ratioTable(results, base)
      if (table !== null) console.log(`${table}\n`)
    }
    const pressed = options.pressure ? await pressure(house, options, leftOut) : null
    if (pressed !== null) console.log(`${pressed.text}\n`)
    console.log(`${verdictTable(results, pressed)}\n`)
    const failed = failureLines(results)
    console.log(`${CAVEATS}\n`)
    console.log(failed.length === 0 ? 'Nothing failed.' : `Failed:\n${failed.join('\n')}`)
    for (const [title, reason] of leftOut) console.log(`Left out: ${title}, since ${reason}.`)
    const asked = CONTENDERS.filter(({ id }) => !options.contenders.includes(id)).map(({ title }) => title)
    if (asked.length > 0) console.log(`Not asked for: ${asked.join('; ')}.`)
  } finally {
    await house.close()
  }
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1)
  console.log(
    `\nLoad ${loadavg()[0]?.toFixed(1)} at the end, this benchmark's own included; ${minutes} minutes.`,
  )
}

/** What nobody can be faster than. */
async function upstreamAlone(house: BenchHouse, { sizes, seconds }: GatewayBenchOptions): Promise<string> {
  const direct = CONTENDERS.find(({ id }) => id === 'direct')
  if (direct === undefined) throw new Error('no upstream')
  const running = await house.start(direct)
  const tree = processTree(house.upstreamPid)
  const figures: string[] = []
  for (const bytes of sizes) {
    const load = { dialect: direct.dialect, bytes, connections: 16, requests: null }
    await house.load(running, { ...load, seconds: seconds / 2 })
    const before = tree.cpuMs()
    const { ms, wallMs } = await house.load(running, { ...load, seconds })
    const cpuMs = (tree.cpuMs() - before) / ms.length
    figures.push(`${megabytes(bytes)}: ${precise(cpuMs)} ms, ${precise((ms.length * 1000) / wallMs)}/s`)
  }
  return `The upstream alone, 16 at once, its CPU ms a request and requests/s: ${figures.join('; ')}.`
}

/** What one has to know to read the tables. */
const CAVEATS = `Every contender is a process of its own between one load generator and one upstream, which share the machine's cores with it;
every answer has 1.5 MB, and its status and length are checked. CPU is user and system time of all its processes and threads, out of
/proc. nginx and haproxy start as many workers or threads as there are cores, the others are one process. nginx, haproxy and the
pass-through compare the key and put another in its place, and look at nothing else; nginx with request buffering on writes bodies into
files of the page cache. Portkey is asked by its chat door, without its page of logs; it reads JSON and writes it anew, and neither
hashes nor checks. The event loop's delay is without the 10 ms between two looks at it. Peak RSS of several processes is added up.`
