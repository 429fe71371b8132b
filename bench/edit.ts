import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '..')
const launcher = join(root, 'packages/gateway/bin/plantain.js')
const library = join(root, 'packages/gateway/src/index.ts')
const BEACH = 'Change the background to a sunset beach while keeping the person identical'
const RUNS = 5

interface Row {
  readonly what: string
  /** Seconds, one a run. */
  readonly seconds: readonly number[]
  readonly peakMb?: number
  readonly limit: string
}

/** Offline edits as whole processes and inside one, each figure beside the one it is held against. */
export async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plantain-bench-'))
  try {
    const astronaut = join(root, 'examples/photos/astronaut.png')
    const large = join(folder, 'large.jpg')
    await sharp(join(root, 'examples/photos/raccoon.jpg'))
      .resize(4000, 3000)
      .jpeg({ quality: 92 })
      .toFile(large)
    const out = join(folder, 'out.png')
    const rows = [
      await cli('plantain edit --help', ['edit', '--help'], '≤ 0.3 s'),
      await cli('astronaut 512², beach, whole command', ['edit', astronaut, BEACH, '-o', out], '≤ 5 s'),
      await cli('12 MP, beach, whole command', ['edit', large, BEACH, '-o', out], '≤ 12 s, ≤ 1 GB'),
      await warm('astronaut 512², beach, warm', astronaut, '≤ 2.5 s; ≤ 4.5 s with a second pass'),
      await warm(
        'coffee 600x400, beach, warm',
        join(root, 'examples/photos/coffee.png'),
        '≤ 2.5 s; ≤ 4.5 s with a second pass',
      ),
    ]
    print(rows)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Offline, whatever keys lie in the environment. */
const env = { ...process.env, PLANTAIN_PROVIDER: 'local' }

async function cli(what: string, args: readonly string[], limit: string): Promise<Row> {
  const seconds: number[] = []
  let peakMb = 0
  for (let i = 0; i <= RUNS; i++) {
    const started = performance.now()
    // The peak is read by the process itself on its way out.
    const watch = `data:text/javascript,${encodeURIComponent(PEAK)}`
    const { stderr } = await run(process.execPath, ['--import', watch, launcher, ...args], { env })
    // The first run warms the disk's cache and is not counted.
    if (i > 0) seconds.push((performance.now() - started) / 1000)
    peakMb = Math.max(peakMb, Number(/peak-rss-kb=(\d+)/.exec(stderr)?.[1] ?? 0) / 1000)
  }
  return { what, seconds, peakMb, limit }
}

const PEAK = `process.on('exit', () => process.stderr.write('peak-rss-kb=' + process.resourceUsage().maxRSS))`

async function warm(what: string, photo: string, limit: string): Promise<Row> {
  const script = join(tmpdir(), `plantain-warm-${process.pid}.mts`)
  await writeFile(
    script,
    `import { readFileSync } from 'node:fs'
     import { editImage } from ${JSON.stringify(library)}
     const photo = readFileSync(${JSON.stringify(photo)})
     const seconds = []
     for (let i = 0; i <= ${RUNS}; i++) {
       const started = performance.now()
       await editImage(photo, ${JSON.stringify(BEACH)})
       if (i > 0) seconds.push((performance.now() - started) / 1000)
     }
     console.log(JSON.stringify({ seconds, peakMb: process.resourceUsage().maxRSS / 1000 }))`,
  )
  try {
    const { stdout } = await run(process.execPath, [script], { env })
    return { what, limit, ...JSON.parse(stdout) }
  } finally {
    await rm(script, { force: true })
  }
}

function print(rows: readonly Row[]): void {
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.versions.node}, ${RUNS} runs each\n`,
  )
  console.log('| what | median | min – max | peak RSS | held against |\n| --- | --: | --: | --: | --- |')
  for (const { what, seconds, peakMb, limit } of rows) {
    const sorted = seconds.toSorted((a, b) => a - b)
    const [least = 0, most = 0] = [sorted[0], sorted.at(-1)]
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0
    const memory = peakMb ? `${Math.round(peakMb)} MB` : ''
    console.log(
      `| ${what} | ${median.toFixed(2)} s | ${least.toFixed(2)} – ${most.toFixed(2)} | ${memory} | ${limit} |`,
    )
  }
}
