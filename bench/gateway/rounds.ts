import type { BenchHouse } from './bench-house.ts'
import { type Measured, watched } from './cell.ts'
import { type Contender, NotHereError, type Running } from './contender.ts'
import { CONTENDERS } from './contenders.ts'
import type { GatewayBenchOptions } from './options.ts'
import { megabytes } from './tables.ts'

const WARM_UP_BYTES = 1_000_000
const WARM_UP_CONNECTIONS = 16
/** With bodies of the size that comes next, once a process is warm. */
const SHORT_WARM_UP_SECONDS = 0.3

/**
 * All sizes and concurrencies with all contenders, as often as asked. In each repetition a contender is one process that is
 * warmed up once and idle while it is not its turn; turns are taken within a size, from the other end every other time.
 * Sizes grow, since memory once taken is kept. Whoever does not start or answers wrongly is put into `leftOut`, with the reason.
 */
export async function measureRounds(
  house: BenchHouse,
  options: GatewayBenchOptions,
  leftOut: Map<string, string>,
): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  for (let round = 1; round <= options.repetitions; round += 1) {
    const chosen = CONTENDERS.filter(
      ({ id, title }) => options.contenders.includes(id) && !leftOut.has(title),
    )
    const order = round % 2 === 1 ? chosen : chosen.toReversed()
    const say = (what: string) => process.stderr.write(`${round}/${options.repetitions} ${what}\n`)
    const runners = new Map<Contender, Running>()
    const attempt = async (contender: Contender, part: () => Promise<void>) => {
      try {
        await part()
      } catch (error) {
        leftOut.set(contender.title, reasonOf(error))
        await runners.get(contender)?.stop()
        runners.delete(contender)
      }
    }
    try {
      for (const contender of order) {
        say(`starting ${contender.title}`)
        await attempt(contender, async () => {
          const running = await house.start(contender)
          runners.set(contender, running)
          await warmUp(house, contender, running, options)
        })
      }
      for (const bytes of options.sizes.toSorted((a, b) => a - b)) {
        for (const [contender, running] of runners) {
          say(`${megabytes(bytes)} ${contender.title}`)
          await attempt(contender, async () => {
            measured.push(...(await measureSize(house, contender, running, bytes, options)))
          })
        }
      }
    } finally {
      await Promise.all([...runners.values()].map((running) => running.stop()))
    }
  }
  return measured
}

async function warmUp(
  house: BenchHouse,
  { dialect }: Contender,
  running: Running,
  { warmUpSeconds }: GatewayBenchOptions,
): Promise<void> {
  const load = { dialect, bytes: WARM_UP_BYTES }
  const { failures } = await house.load(running, { ...load, connections: 1, seconds: 0, requests: 1 })
  const [wrong] = Object.keys(failures)
  if (wrong !== undefined) throw new Error(`its first answer was wrong: ${wrong}`)
  await house.load(running, {
    ...load,
    connections: WARM_UP_CONNECTIONS,
    seconds: warmUpSeconds,
    requests: null,
  })
}

async function measureSize(
  house: BenchHouse,
  { id, dialect }: Contender,
  running: Running,
  bytes: number,
  { concurrency, seconds, requests }: GatewayBenchOptions,
): Promise<readonly Measured[]> {
  const load = { dialect, bytes, seconds, requests }
  const connections = Math.min(WARM_UP_CONNECTIONS, Math.max(...concurrency))
  await house.load(running, { ...load, connections, seconds: SHORT_WARM_UP_SECONDS, requests: null })
  const measured: Measured[] = []
  for (const at of concurrency.toSorted((a, b) => a - b)) {
    const cost = await watched(house, running, { ...load, connections: at })
    measured.push({ contender: id, bytes, concurrency: at, ...cost })
  }
  const end = running.ended()
  if (end !== null) throw new Error(`its process ended: ${end}`)
  return measured
}

function reasonOf(error: unknown): string {
  if (error instanceof NotHereError) return error.message
  return `it failed (${error instanceof Error ? error.message.slice(0, 500) : String(error)})`
}
