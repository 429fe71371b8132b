import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { copyOf, type Instruction, isSent, readDockerfile, ROOT, type Stage } from './dockerfile.ts'

/**
 * The Dockerfile where there is no Docker: each instruction is carried out in a folder that stands for the stage's root,
 * with this machine's Node in place of the base image. What is not tested so: the base image itself, and `docker build`.
 */

const isPosix = process.platform !== 'win32'
const run = promisify(execFile)
const stages = readDockerfile()
const image = stages.at(-1)!

let folder: string
/** A stage's root, by its name. */
const rootOf = (name: string) => join(folder, name === '' ? 'image' : name)

beforeAll(async () => {
  if (!isPosix) return
  folder = await mkdtemp(join(tmpdir(), 'plantain-image-'))
  // Whoever runs the image is somebody else, and has to be able to read it.
  await run('chmod', ['755', folder])
  for (const stage of stages) await build(stage)
}, 900_000)

afterAll(async () => {
  if (isPosix) await rm(folder, { recursive: true, force: true })
})

async function build({ name, instructions }: Stage): Promise<void> {
  let directory = '/'
  for (const instruction of instructions) {
    if (instruction.name === 'WORKDIR') {
      directory = resolve(directory, instruction.text)
      await mkdir(join(rootOf(name), directory), { recursive: true })
    }
    if (instruction.name === 'COPY') await copy(instruction, join(rootOf(name), directory))
    if (instruction.name === 'RUN') await carryOut(instruction, name, directory)
  }
}

async function copy(instruction: Instruction, directory: string): Promise<void> {
  const { from, sources, to } = copyOf(instruction)
  const isFolder = to.endsWith('/')
  for (const source of sources) {
    const origin = from === null ? join(ROOT, source) : join(rootOf(from), source)
    const filter = (path: string) => from !== null || isSent(path.slice(ROOT.length + 1))
    const target = join(directory, to, isFolder ? basename(source) : '')
    await cp(origin, target, { recursive: true, filter, verbatimSymlinks: true })
  }
}

async function carryOut({ text, exec }: Instruction, stage: string, directory: string): Promise<void> {
  const inRoot = (word: string) => word.replaceAll("'/", `'${rootOf(stage)}/`)
  const [command, ...args] = exec === null ? ['sh', '-c', text] : exec.map(inRoot)
  const cwd = join(rootOf(stage), directory)
  await run(command!, args, { cwd, timeout: 600_000, maxBuffer: 64 * 1024 * 1024 })
}

const isRoot = process.getuid?.() === 0

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<unknown[]>
  readonly said: () => string
}

/** The image's entry point on a root that nobody can write to but for /data and /tmp, as its user. */
async function start(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Started> {
  const root = rootOf('')
  const own = Object.fromEntries(
    image.instructions
      .filter(({ name }) => name === 'ENV')
      .map(({ text }) => {
        const [name = '', value = ''] = text.split(/=(.*)/)
        return [name, value.startsWith('/') ? join(root, value) : value]
      }),
  )
  const [, script = ''] = image.instructions.findLast(({ name }) => name === 'ENTRYPOINT')?.exec ?? []
  const command = [process.execPath, join(root, script), ...args]
  // A mount namespace of its own, where all is read-only, /tmp is new and empty, and the image lies where it lay.
  const enclosed = [
    'mount --make-rprivate /',
    `mount --bind ${root} ${root}`,
    `mount --bind ${join(root, 'data')} ${join(root, 'data')}`,
    `mount -o remount,bind,ro ${root}`,
    'mount -o remount,bind,ro /',
    `cd ${join(root, 'etc/plantain')}`,
    'mount -t tmpfs -o size=64m,mode=1777 tmpfs /var/tmp',
    'exec setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "$@"',
  ].join(' && ')
  const child = spawn('unshare', ['-m', 'sh', '-c', enclosed, 'sh', ...command], {
    env: { PATH: process.env['PATH'], TMPDIR: '/var/tmp', ...own, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'exit')
  return { child, ended, said: () => said }
}

/** Within a minute, which is many times what it takes. */
async function until(condition: () => Promise<boolean> | boolean, { child, said }: Started): Promise<void> {
  for (let turn = 0; turn < 600 && child.exitCode === null; turn++) {
    if (await condition()) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`It did not come to that: ${said()}`)
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? String(address.port) : ''
}

/** The image's HEALTHCHECK, as the engine would run it. */
async function isHealthy(port: string): Promise<boolean> {
  const [, ...args] = image.instructions.findLast(({ name }) => name === 'HEALTHCHECK')?.exec ?? []
  const env = { PLANTAIN_LISTEN_PORT: port }
  return run(process.execPath, args, { env }).then(
    () => true,
    () => false,
  )
}

test.skipIf(!isPosix)('the image holds JavaScript, no sources and no tools', async () => {
  const root = rootOf('')
  const { stdout } = await run('find', [
    join(root, 'app'),
    '-name',
    '*.test.*',
    '-not',
    '-path',
    '*/node_modules/*',
  ])
  expect(stdout).toBe('')
  const found = await Promise.all(
    [
      'packages/gateway/dist/cli/main.js',
      'node_modules/typescript',
      'node_modules/vitest',
      'packages/gateway/src',
    ].map((path) =>
      run('test', ['-e', join(root, 'app', path)]).then(
        () => true,
        () => false,
      ),
    ),
  )
  expect(found).toEqual([true, false, false, false])
})

const enclosure = await run('unshare', ['-m', 'setpriv', '--version']).then(
  () => isRoot,
  () => false,
)

test.skipIf(!enclosure)('without keys it does not start, and says why', async () => {
  const { ended, said } = await start(['serve'], { PLANTAIN_LISTEN_PORT: '0' })
  const [code] = await ended
  expect(said()).toMatch(/there are no keys/)
  expect(code).not.toBe(0)
})

test.skipIf(!enclosure)(
  'with a key it has made it serves, is healthy, edits, and stops when told to',
  async () => {
    const port = await freePort()
    const maker = await start(['keys', 'new', '--json'], {})
    await maker.ended
    const { key, hash } = JSON.parse(/^\{.*\}$/m.exec(maker.said())?.[0] ?? '{}')
    await writeFile(
      join(rootOf(''), 'etc/plantain/plantain.yaml'),
      `keys: [{ id: web, hash: '${hash}' }]\ntargets: [{ provider: local }]\n`,
    )
    const started = await start(['serve'], { PLANTAIN_LISTEN_PORT: port })
    await until(() => isHealthy(port), started)
    const url = `http://127.0.0.1:${port}/v1/edits`
    expect((await fetch(url, { method: 'POST' })).status).toBe(401)
    const form = new FormData()
    form.set('instruction', 'make the background navy')
    form.set('image', new Blob([await readFile(join(ROOT, 'examples/photos/astronaut.png'))]))
    const headers = { 'plantain-key': key, accept: 'image/*' }
    const response = await fetch(url, { method: 'POST', body: form, headers })
    const { data } = await sharp(await response.arrayBuffer())
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([response.status, ...data.subarray(0, 3)]).toEqual([200, 0, 0, 128])

    const status = await readFile(`/proc/${started.child.pid}/status`, 'utf8')
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe('1000')
    expect(/^CapEff:\s+(\w+)/m.exec(status)?.[1]).toMatch(/^0+$/)
    started.child.kill('SIGTERM')
    const [code] = await started.ended
    expect({ code, said: code === 0 ? '' : started.said() }).toEqual({ code: 0, said: '' })
    expect(started.said()).not.toMatch(/EROFS|EACCES|EPERM/)
  },
  300_000,
)

test.skipIf(!enclosure)('the same image is the emulator', async () => {
  const started = await start(['emulator', '--port', '0'], {})
  await until(() => /ready at/.test(started.said()), started)
  const [url = ''] = /http:\S+/.exec(started.said()) ?? []
  expect((await fetch(`${url}/emulator/state`)).status).toBe(200)
  started.child.kill('SIGTERM')
  await started.ended
})
