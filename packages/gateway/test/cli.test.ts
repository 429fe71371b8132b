import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ResultDocument } from '../src/contract/result.ts'
import { PHOTOS, type Run, runPlantain } from './run-plantain.ts'

let cwd: string
let shelf: string

const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#888' }, limitInputPixels: false })

/** Pictures that take a while to make, made once. */
beforeAll(async () => {
  shelf = mkdtempSync(join(tmpdir(), 'plantain-shelf-'))
  await blank(10_000, 6000).jpeg({ quality: 30 }).toFile(join(shelf, 'sixty-megapixels.jpg'))
  await blank(20_000, 20_000).png({ compressionLevel: 9 }).toFile(join(shelf, 'bomb.png'))
  await sharp(join(PHOTOS, 'rocket.jpg')).resize(320).jpeg().toFile(join(shelf, 'small.jpg'))
  await blank(100, 100).png().toFile(join(shelf, 'mask-of-another-size.png'))
  const whole = readFileSync(join(shelf, 'small.jpg'))
  writeFileSync(join(shelf, 'cut-off.jpg'), whole.subarray(0, whole.length / 2))
  writeFileSync(join(shelf, 'text.jpg'), 'Dear Sir or Madam,\n')
  writeFileSync(join(shelf, 'empty.jpg'), '')
  writeFileSync(join(shelf, 'drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
}, 120_000)

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'plantain-cli-'))
  for (const name of ['small.jpg']) copyFileSync(join(shelf, name), join(cwd, name))
})

const run = (...args: string[]): Promise<Run> => runPlantain(args, { cwd })
const fetch = (...names: string[]) =>
  names.forEach((name) => copyFileSync(join(shelf, name), join(cwd, name)))
const problems = ({ stderr }: Run) => stderr.split('\n').filter((line) => line.startsWith('plantain:'))

describe('what goes wrong gets one line, its exit code, and leaves nothing behind', () => {
  test.each([
    ['missing file', ['nope.jpg', 'brighter'], 3, /no file nope\.jpg/],
    ['name mistyped', ['smal.jpg', 'brighter'], 3, /Did you mean small\.jpg\?/],
    ['directory', ['.', 'brighter'], 3, /is a directory/],
    ['empty file', ['empty.jpg', 'brighter'], 3, /^plantain: empty\.jpg is empty/],
    [
      'text named .jpg',
      ['text.jpg', 'brighter'],
      3,
      /^plantain: text\.jpg is not a picture: it looks like text/,
    ],
    ['truncated JPEG', ['cut-off.jpg', 'brighter'], 3, /^plantain: cut-off\.jpg cannot be decoded/],
    ['SVG', ['drawing.svg', 'brighter'], 3, /an SVG drawing/],
    [
      '60 megapixels',
      ['sixty-megapixels.jpg', 'brighter'],
      3,
      /10000x6000 \(60\.0 MP\), the limit is 50\.0 MP/,
    ],
    ['decompression bomb', ['bomb.png', 'brighter'], 3, /20000x20000 \(400\.0 MP\)/],
    ['pattern that fits nothing', ['*.webp', 'brighter'], 3, /No file fits/],
    [
      'mask of another size',
      ['small.jpg', 'remove the object', '--mask', 'mask-of-another-size.png'],
      3,
      /^plantain: The mask mask-of-another-size\.png is 100x100, the photo 320x/,
    ],
    ['mask that is missing', ['small.jpg', 'brighter', '--mask', 'nope.png'], 3, /no file nope\.png/],
    [
      'background that is text',
      ['small.jpg', '--background', 'text.jpg'],
      3,
      /The background text\.jpg is not/,
    ],
    ['unknown model', ['small.jpg', 'brighter', '--model', 'nano-bananna'], 2, /Did you mean nano-banana/],
    [
      'a Google model without a key',
      ['small.jpg', 'brighter', '--model', 'nano-banana-pro'],
      5,
      /GEMINI_API_KEY/,
    ],
    ['a provider without a key', ['small.jpg', 'brighter', '--provider', 'ai-studio'], 5, /GEMINI_API_KEY/],
    ['output directory missing', ['small.jpg', 'brighter', '-o', 'gone/x.png'], 2, /mkdir -p gone/],
    ['output below a file', ['small.jpg', 'brighter', '-o', 'text.jpg/x.png'], 2, /not a directory/],
    ['output is the input', ['small.jpg', 'brighter', '-o', './small.jpg'], 2, /never overwritten/],
    [
      'ending and format differ',
      ['small.jpg', 'brighter', '-o', 'x.png', '--format', 'jpeg'],
      2,
      /contradict/,
    ],
    ['instruction forgotten', ['small.jpg'], 2, /instruction is missing/],
    ['instruction not quoted', ['small.jpg', 'make', 'it', 'brighter'], 2, /small\.jpg "make it brighter"/],
    ['provider google', ['small.jpg', 'brighter', '--provider', 'google'], 2, /ai-studio .* or vertex/],
    ['unknown option', ['small.jpg', 'brighter', '--sise', '2K'], 2, /Did you mean --size\?/],
    ['option without its value', ['small.jpg', 'brighter', '--model'], 2, /argument missing/],
    ['unsupported instruction', ['small.jpg', 'add a red hat'], 4, /does not understand "add a red hat"/],
    ['a question', ['small.jpg', 'what is this?'], 4, /is a question/],
    ['too little time', ['small.jpg', 'brighter', '--timeout', '0.001'], 7, /deadline/],
  ])('%s', async (_, args, exit, message) => {
    fetch(
      'empty.jpg',
      'text.jpg',
      'cut-off.jpg',
      'drawing.svg',
      'sixty-megapixels.jpg',
      'bomb.png',
      'mask-of-another-size.png',
    )
    const before = readdirSync(cwd)
    const ended = await run('edit', ...args)
    expect(problems(ended)).toEqual([expect.stringMatching(message)])
    expect(ended.exit).toBe(exit)
    expect(ended.stderr).not.toMatch(/\n\s+at /)
    expect(ended.stdout.length).toBe(0)
    expect(readdirSync(cwd)).toEqual(before)
  })

  test('no subject', async () => {
    copyFileSync(join(PHOTOS, 'black-canyon.jpg'), join(cwd, 'canyon.jpg'))
    const ended = await run('edit', 'canyon.jpg', 'make the background white')
    expect(problems(ended)).toEqual([expect.stringMatching(/No clear subject/)])
    expect(ended.exit).toBe(4)
    expect(readdirSync(cwd).toSorted()).toEqual(['canyon.jpg', 'small.jpg'])
  }, 120_000)

  test('an unsupported instruction also tells what can be asked for, and how to get to Google', async () => {
    const { stderr } = await run('edit', 'small.jpg', 'make it brighter and add a red hat')
    expect(stderr).toMatch(/brightness/)
    expect(stderr).toMatch(/^- blur the background/m)
    expect(stderr).toMatch(/set GEMINI_API_KEY/)
  })

  test('unknown commands are met with a suggestion', async () => {
    expect(problems(await run('edti', 'a'))).toEqual([expect.stringMatching(/Did you mean edit\?/)])
    expect(problems(await run('small.jpg', 'make it brighter'))).toEqual([
      'plantain: To edit a photo, say edit first: plantain edit small.jpg "make it brighter"',
    ])
    const nothing = await run()
    expect(nothing).toMatchObject({ exit: 2, stderr: expect.stringContaining('plantain edit photo.jpg') })
  })
})

describe('an edit', () => {
  test('lands in the current directory, says where and what, and spoils nothing', async () => {
    const first = await run('edit', 'small.jpg', 'make it black and white')
    expect(first).toMatchObject({ exit: 0, stdout: Buffer.alloc(0) })
    expect(first.stderr).toMatch(/on this machine \(local engine, free\) because no Google key is set/)
    expect(first.stderr).toMatch(/^small\.edited\.png {2}320x214 png \d+ KB {2}\d+\.\d s {2}free$/m)
    expect(first.stderr).toMatch(/understood: black and white/)
    const { data } = await sharp(join(cwd, 'small.edited.png')).raw().toBuffer({ resolveWithObject: true })
    expect(data[0] === data[1] && data[1] === data[2]).toBe(true)

    await run('edit', 'small.jpg', 'make it black and white')
    expect(readdirSync(cwd).toSorted()).toEqual(['small.edited-2.png', 'small.edited.png', 'small.jpg'])
  })

  test.each([
    ['x.jpg', 'jpeg'],
    ['x.webp', 'webp'],
    ['x', 'png'],
  ])('-o %s is %s, and may overwrite what it names', async (name, format) => {
    writeFileSync(join(cwd, name), 'old')
    expect((await run('edit', 'small.jpg', 'brighter', '-o', name)).exit).toBe(0)
    expect((await sharp(join(cwd, name)).metadata()).format).toBe(format)
    expect(readdirSync(cwd).toSorted()).toEqual(['small.jpg', name])
  })

  test('goes through pipes: bytes out on stdout, everything else on stderr', async () => {
    const stdin = readFileSync(join(cwd, 'small.jpg'))
    const ended = await runPlantain(['edit', 'black and white'], { cwd, stdin })
    expect(ended.exit).toBe(0)
    expect(await sharp(ended.stdout).metadata()).toMatchObject({ format: 'png', width: 320 })
    const asJpeg = await runPlantain(['edit', '-', 'brighter', '--format', 'jpeg', '-o', '-'], { cwd, stdin })
    expect((await sharp(asJpeg.stdout).metadata()).format).toBe('jpeg')
    expect(readdirSync(cwd)).toEqual(['small.jpg'])
  })

  test('with a background picture and no instruction', async () => {
    const ended = await run('edit', join(PHOTOS, 'astronaut.png'), '--background', 'small.jpg', '-o', 'x.png')
    expect(ended.stderr).toMatch(/understood: background: picture 2/)
    expect((await sharp(join(cwd, 'x.png')).metadata()).width).toBe(512)
  }, 120_000)

  test('as JSON is one document of the shape that editImage gives', async () => {
    const { stdout, exit } = await run('edit', 'small.jpg', 'brighter', '--json', '-o', 'x.png')
    const document: ResultDocument = JSON.parse(stdout.toString())
    expect(exit).toBe(0)
    expect(document).toMatchObject({
      outcome: 'edited',
      error: null,
      model: 'local',
      target: 'local',
      charged: 'no',
    })
    expect(Buffer.from(document.images[0]!.data, 'base64')).toEqual(readFileSync(join(cwd, 'x.png')))
    const { editImage } = await import('../src/index.ts')
    const own = await editImage(readFileSync(join(cwd, 'small.jpg')), 'brighter', { provider: 'local' })
    expect(Object.keys(document)).toEqual(Object.keys(own))
  })

  test('as JSON failures are documents too, and no file is written without -o', async () => {
    fetch('text.jpg')
    for (const [args, code, exit] of [
      [['text.jpg', 'brighter'], 'image_unsupported', 3],
      [['small.jpg', 'add a red hat'], 'unsupported_instruction', 4],
      [['small.jpg'], 'invalid_request', 2],
    ] as const) {
      const ended = await run('edit', ...args, '--json')
      const document: ResultDocument = JSON.parse(ended.stdout.toString())
      expect(document).toMatchObject({ outcome: 'failed', error: { code }, images: [] })
      expect(ended.exit).toBe(exit)
    }
    await run('edit', 'small.jpg', 'brighter', '--json')
    expect(readdirSync(cwd).toSorted()).toEqual(['small.jpg', 'text.jpg'])
  })

  test('speaks without escape codes where no terminal listens, and with them where they are forced', async () => {
    fetch('text.jpg')
    for (const env of [{}, { NO_COLOR: '1', FORCE_COLOR: '1' }] as const) {
      const plain = await runPlantain(['edit', '*.jpg', 'brighter'], { cwd, env })
      expect(plain.stderr).not.toContain('\x1b')
    }
    const forced = await runPlantain(['edit', 'text.jpg', 'brighter'], { cwd, env: { FORCE_COLOR: '1' } })
    expect(forced.stderr).toContain('\x1b[31mplantain:\x1b[39m')
  })

  test('that is interrupted ends with 130 and leaves nothing half-written', async () => {
    const ended = await runPlantain(
      ['edit', join(PHOTOS, 'astronaut.png'), 'blur the background', '-o', 'x.png'],
      {
        cwd,
        meanwhile: (child) => {
          child.stderr.once('data', () => setTimeout(() => child.kill('SIGINT'), 400))
        },
      },
    )
    expect(ended.exit).toBe(130)
    expect(problems(ended)).toEqual(['plantain: Cancelled; nothing was written.'])
    expect(readdirSync(cwd)).toEqual(['small.jpg'])
  })
})

describe('several photos', () => {
  test('one that is bad does not stop the others', async () => {
    mkdirSync(join(cwd, 'in'))
    for (const name of ['a.jpg', 'b.jpg', 'd.jpg'])
      copyFileSync(join(shelf, 'small.jpg'), join(cwd, 'in', name))
    copyFileSync(join(shelf, 'text.jpg'), join(cwd, 'in/c.jpg'))
    const ended = await run('edit', 'in/*.jpg', 'black and white', '-o', 'out/')
    expect(ended.exit).toBe(3)
    expect(problems(ended)).toEqual([expect.stringMatching(/^plantain: in\/c\.jpg is not a picture/)])
    expect(ended.stderr).toMatch(/^3 edited, 1 failed {2}/m)
    expect(readdirSync(join(cwd, 'out')).toSorted()).toEqual(['a.edited.png', 'b.edited.png', 'd.edited.png'])
  })

  test('as JSON are a document a line, in the order of the photos', async () => {
    fetch('text.jpg')
    const { stdout, exit } = await run('edit', 'small.jpg', 'gone.jpg', 'text.jpg', 'brighter', '--json')
    const lines = stdout.toString().trimEnd().split('\n')
    const codes = lines.map((line) => (JSON.parse(line) as ResultDocument).error?.code ?? null)
    expect(codes).toEqual([null, 'input_not_found', 'image_unsupported'])
    expect(exit).toBe(3)
  })

  test('an instruction that cannot be done is told once', async () => {
    copyFileSync(join(cwd, 'small.jpg'), join(cwd, 'other.jpg'))
    const ended = await run('edit', '*.jpg', 'add a red hat')
    expect(problems(ended)).toHaveLength(1)
    expect(ended).toMatchObject({ exit: 4, stderr: expect.stringContaining('1 failed, 1 not tried') })
  })
})

describe('around it', () => {
  test('help and version answer at once', async () => {
    const help = await run('--help')
    expect(help).toMatchObject({ exit: 0, stderr: '' })
    expect(help.stdout.toString()).toMatch(/plantain edit photo\.jpg "blur the background"/)
    const edit = await run('edit', '--help')
    expect(edit.stdout.toString()).toMatch(/What the local engine can do:[\s\S]*blur the background/)
    // By themselves they take a quarter of this; the machine may have other work.
    expect(Math.min(help.ms, edit.ms)).toBeLessThan(1000)
    const version = await run('--version')
    expect(version.stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect((await run('help', 'models')).stdout.toString()).toMatch(/Usage: plantain models/)
  })

  test('models are a table that fits 100 columns, or JSON', async () => {
    const { stdout, exit } = await run('models')
    const text = stdout.toString()
    expect(exit).toBe(0)
    expect(text.split('\n').every((line) => line.length <= 100)).toBe(true)
    expect(text).toMatch(
      /^gemini-nano-banana-2\.1\* \[1\] +Nano Banana 2\.1 +both +living +1K–4K +14 +0\.0336$/m,
    )
    expect(text).not.toMatch(/imagen-3/)
    expect((await run('models', '--all')).stdout.toString()).toMatch(
      /imagen-3\.0-capability-001 .*ended 2026-06-30/,
    )
    const listed = JSON.parse((await run('models', '--json')).stdout.toString()) as { id: string }[]
    expect(listed.map(({ id }) => id)).toContain('local')
  })

  test('a reader that has seen enough ends it quietly', async () => {
    const ended = await runPlantain(['models', '--all', '--json'], {
      cwd,
      meanwhile: (child) => void child.stdout.destroy(),
    })
    expect(ended.stderr).toBe('')
  })

  test('doctor is green offline and says how to add Google', async () => {
    const { stdout, exit } = await run('doctor')
    const text = stdout.toString()
    expect(exit).toBe(0)
    expect(text).toMatch(/Edits stay on this machine because no Google key is set/)
    expect(text).toMatch(/GEMINI_API_KEY/)
    expect(text).toMatch(/Background edits work/)
    expect(text).not.toMatch(/✗/)
  }, 120_000)

  test('an opener that is missing is a warning, not a failure', async () => {
    const env = { PATH: cwd }
    const ended = await runPlantain(['edit', 'small.jpg', 'brighter', '-o', 'x.png', '--open'], { cwd, env })
    expect(ended.exit).toBe(0)
    expect(ended.stderr).toMatch(/warning: The result is written, but \S+ is not there to open .*x\.png/)
    expect(existsSync(join(cwd, 'x.png'))).toBe(true)
  })
})
