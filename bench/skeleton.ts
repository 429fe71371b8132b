import { createHash } from 'node:crypto'
import { availableParallelism, cpus } from 'node:os'
import { JsonBlob } from '../packages/gateway/src/wire/json-blob.ts'
import { createSkeletonReader } from '../packages/gateway/src/wire/skeleton.ts'
import { type Lease, type SlabPool, createSlabPool } from '../packages/gateway/src/wire/slabs.ts'

const RUNS = 40
const IMAGE_BYTES = 4 * 1024 * 1024
/** As sockets hand them over. */
const CHUNK_BYTES = 64 * 1024
const IN_FLIGHT = 20

/** A request with one image of 4 MiB: what reading it costs, beside what `JSON.parse` costs in the same run. */
export async function bench(): Promise<void> {
  const body = bodyOf(IMAGE_BYTES)
  const pool = createSlabPool({ maxBytes: 2 * IN_FLIGHT * body.length })
  // First, while no slab and nothing of the heap has been used.
  const memory = await memoryInFlight(body, pool)
  const parse = await median(async () => {
    const { data } = imageOf(JSON.parse(Buffer.concat(chunksOf(body)).toString()))
    if (typeof data !== 'string') throw new Error('no text')
  })
  const skeleton = await median(async () =>
    (await read(body, await pool.reserve(body.length))).lease.release(),
  )
  const hashed = await median(async () => {
    const { blob, lease } = await read(body, await pool.reserve(body.length))
    createHash('sha256')
      .update(blob.base64() ?? '')
      .digest()
    lease.release()
  })
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.versions.node}, ${RUNS} runs each\n`,
  )
  console.log(`| a body of ${(body.length / 1e6).toFixed(1)} MB | median | of JSON.parse | held against |`)
  console.log('| --- | --: | --: | --- |')
  for (const [what, ms, limit] of [
    ['chunks joined, decoded, JSON.parse', parse, ''],
    ['chunks into slabs, skeleton', skeleton, '≤ 1/3'],
    ['the same, base64 decoded and SHA-256', hashed, ''],
  ] as const) {
    console.log(`| ${what} | ${ms.toFixed(2)} ms | ${(ms / parse).toFixed(2)} | ${limit} |`)
  }
  console.log(`\n${memory}`)
}

async function memoryInFlight(body: Buffer, pool: SlabPool): Promise<string> {
  const before = process.memoryUsage.rss()
  const leases: Lease[] = []
  for (let index = 0; index < IN_FLIGHT; index += 1) {
    leases.push((await read(body, await pool.reserve(body.length))).lease)
  }
  const more = (process.memoryUsage.rss() - before) / 1e6
  for (const lease of leases) lease.release()
  const bodies = (IN_FLIGHT * body.length) / 1e6
  return `${IN_FLIGHT} bodies in flight, ${bodies.toFixed(0)} MB together: ${more.toFixed(0)} MB more RSS.`
}

/** Bytes that no compressor, branch predictor or cache of equal strings could profit from. */
function bodyOf(imageBytes: number): Buffer {
  let state = 1
  const image = Buffer.from(
    Uint8Array.from(
      { length: imageBytes },
      () => (state = Math.imul(state, 1_664_525) + 1_013_904_223) >>> 24,
    ),
  )
  const inlineData = { mimeType: 'image/png', data: image.toString('base64') }
  return Buffer.from(
    JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Make it night' }, { inlineData }] }] }),
  )
}

function chunksOf(body: Buffer): readonly Buffer[] {
  const count = Math.ceil(body.length / CHUNK_BYTES)
  return Array.from({ length: count }, (_, index) =>
    body.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
  )
}

async function read(body: Buffer, lease: Lease): Promise<{ readonly blob: JsonBlob; readonly lease: Lease }> {
  const reader = createSkeletonReader({ lease })
  for (const chunk of chunksOf(body)) reader.push(chunk)
  const { data } = imageOf(reader.end().value)
  if (!(data instanceof JsonBlob)) throw new Error('no blob')
  return { blob: data, lease }
}

function imageOf(document: unknown): { readonly data: unknown } {
  const { contents } = document as { contents: { parts: { inlineData?: { data: unknown } }[] }[] }
  return contents[0]?.parts[1]?.inlineData ?? { data: undefined }
}

async function median(run: () => Promise<void>): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < RUNS; index += 1) {
    const started = performance.now()
    await run()
    times.push(performance.now() - started)
  }
  return times.toSorted((a, b) => a - b)[RUNS / 2] ?? 0
}
