import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')
const env = {
  ...process.env,
  GEMINI_API_KEY: '',
  GOOGLE_API_KEY: '',
  GOOGLE_GENAI_USE_VERTEXAI: '',
  PLANTAIN_PROVIDER: '',
}

/** An empty project that has the packed package installed, as a user's would. */
let project: string
let files: string[]

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'plantain-package-'))
  const { stdout } = await run('npm', ['pack', '--json', '-w', 'plantain', '--pack-destination', project], {
    cwd: root,
  })
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[')))
  files = packed.files.map(({ path }: { path: string }) => path)
  await writeFile(join(project, 'package.json'), '{"name":"user","private":true,"type":"module"}')
  await run(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', join(project, packed.filename)],
    { cwd: project },
  )
  await copyFile(join(root, 'examples/photos/astronaut.png'), join(project, 'photo.png'))
}, 300_000)

afterAll(() => rm(project, { recursive: true, force: true }))

async function node(script: string): Promise<string> {
  await writeFile(join(project, 'script.mjs'), script)
  const { stdout } = await run(process.execPath, ['script.mjs'], { cwd: project, env, timeout: 60_000 })
  return stdout
}

test('the package holds what runs, its licence and its model, and no tests or sources', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'NOTICE',
      'assets/u2netp.onnx',
      'bin/plantain.js',
      'dist/index.js',
      'dist/index.d.ts',
      'docs/configuration.md',
      'docs/errors.md',
    ]),
  )
  expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$|^src\/|^test\//.test(file))).toEqual([])
})

test('editImage() takes base64 as tutorials write it, and the process ends by itself', async () => {
  const printed = await node(`
    import { readFileSync, writeFileSync } from 'node:fs'
    import { editImage } from 'plantain'
    const base64 = readFileSync('photo.png').toString('base64')
    const result = await editImage(base64, 'Change the background to navy and make it a square')
    writeFileSync('edited.png', result.images[0].data, 'base64')
    console.log(JSON.stringify({ ...result, images: result.images.map(({ data, ...image }) => image) }))
  `)
  expect(JSON.parse(printed)).toMatchObject({
    outcome: 'edited',
    target: 'local',
    charged: 'no',
    costMicroUsd: 0,
  })
  const { data } = await sharp(await readFile(join(project, 'edited.png')))
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect([...data.subarray(0, 3)]).toEqual([0, 0, 128])
})

test('a data URL and bytes are the same question; a refusal rejects with its code', async () => {
  const printed = await node(`
    import { readFileSync } from 'node:fs'
    import { EditFailed, editImage, PlantainError } from 'plantain'
    const bytes = readFileSync('photo.png')
    const url = 'data:image/png;base64,' + bytes.toString('base64url')
    const a = await editImage(url, 'rotate it 90 degrees')
    const b = await editImage(new Uint8Array(bytes), 'rotate it 90 degrees', { output: { mimeType: 'image/png' } })
    const refused = await editImage(bytes, 'make her smile').catch((error) => error)
    console.log(JSON.stringify({ same: a.images[0].sha256 === b.images[0].sha256, code: refused.code,
      typed: PlantainError.is(refused) && refused instanceof EditFailed, outcome: refused.result.outcome }))
  `)
  expect(JSON.parse(printed)).toEqual({
    same: true,
    code: 'unsupported_instruction',
    typed: true,
    outcome: 'failed',
  })
})

test('plantain/emulator edits in a worker, tells the truth, and lets the process end', async () => {
  const printed = await node(`
    import { readFileSync } from 'node:fs'
    import { startEmulator } from 'plantain/emulator'
    const emulator = await startEmulator()
    const data = readFileSync('photo.png').toString('base64')
    const parts = [{ text: 'make it black and white' }, { inlineData: { mimeType: 'image/png', data } }]
    const response = await fetch(emulator.url + '/v1/models/gemini-nano-banana-2.1:generateContent', {
      method: 'POST', headers: { 'x-goog-api-key': 'any' }, body: JSON.stringify({ contents: [{ parts }] }) })
    await response.json()
    const { totals } = emulator.state()
    console.log(JSON.stringify({ status: response.status, images: totals.imagesBilled,
      understood: emulator.truthOf('call-1').understood }))
    await emulator.close()
  `)
  expect(JSON.parse(printed)).toEqual({ status: 200, images: 1, understood: ['black and white'] })
})

test('the command is there', async () => {
  const { stdout } = await run(process.execPath, ['node_modules/plantain/bin/plantain.js', '--version'], {
    cwd: project,
    env,
  })
  expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+/)
})

test('its types stand by themselves', async () => {
  await writeFile(
    join(project, 'types.mts'),
    `import { editImage, type Result } from 'plantain'
     import { type RunningEmulator, startEmulator } from 'plantain/emulator'
     const result: Result = await editImage(new Uint8Array(), 'x', { output: { aspectRatio: '16:9' } })
     const data: string | undefined = result.images[0]?.data
     const emulator: RunningEmulator = await startEmulator({ scenario: '4-retry-info', drift: 'none' })
     const billed: number = emulator.state().totals.costMicroUsd
     // @ts-expect-error no such scenario
     void startEmulator({ scenario: '4' })
     // @ts-expect-error no such ratio
     void editImage('', 'x', { output: { aspectRatio: '7:4' } })
     export { billed, data }`,
  )
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--types',
    '',
  ]
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options, 'types.mts'], {
    cwd: project,
  })
})
