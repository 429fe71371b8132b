import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import sharp, { type OverlayOptions } from 'sharp'
import { editImage, EditFailed } from '../packages/gateway/src/index.ts'

/**
 * Renders every sample photo through the edits a newcomer tries first: full size into a folder of your choice, to be
 * looked at at 100 %, and small onto one sheet for the documentation.
 *
 * node scripts/sample-sheet.ts [folder for full-size results]
 */
const root = resolve(import.meta.dirname, '..')
const photos = join(root, 'examples/photos')
const samples = join(root, 'docs/samples')
const full = process.argv[2]

const BEHIND = 'black-canyon.jpg'
const EDITS: readonly { readonly title: string; readonly instruction: string; readonly second?: string }[] = [
  {
    title: 'sunset beach',
    instruction: 'Change the background to a sunset beach while keeping the person identical',
  },
  { title: 'transparent', instruction: 'Remove the background' },
  { title: 'blurred', instruction: 'Blur the background' },
  { title: 'studio', instruction: 'Change the background to a studio backdrop' },
  { title: 'black and white, 16:9', instruction: 'make it black and white and crop to 16:9' },
  { title: "user's picture", instruction: 'Use the second image as the background', second: BEHIND },
]
const CELL = { width: 216, height: 190, picture: 172 }
const PAPER = '#f4f2ee'

const SHOWN = { photo: 'astronaut.png', edit: EDITS[0] }

const names = (await readdir(photos)).filter((name) => /\.(?:png|jpe?g)$/.test(name)).toSorted()
const tiles: OverlayOptions[] = []
await mkdir(samples, { recursive: true })
if (full) await mkdir(full, { recursive: true })

for (const [row, name] of names.entries()) {
  const photo = await readFile(join(photos, name))
  tiles.push(...(await cell(photo, 'original', { column: 0, row })))
  for (const [index, { title, instruction, second }] of EDITS.entries()) {
    const references = second ? [await readFile(join(photos, second))] : []
    const made = await editImage(photo, instruction, { provider: 'local', references }).catch(
      (thrown: unknown) => {
        if (thrown instanceof EditFailed) return thrown.code
        throw thrown
      },
    )
    const bytes = typeof made === 'string' ? null : Buffer.from(made.images[0]?.data ?? '', 'base64')
    if (bytes && full)
      await writeFile(join(full, `${basename(name).replace(/\.\w+$/, '')}-${index + 1}.png`), bytes)
    if (bytes && name === SHOWN.photo && title === SHOWN.edit?.title) await beforeAfter(photo, bytes)
    const shown = bytes ?? (await refusal(typeof made === 'string' ? made : 'empty'))
    tiles.push(...(await cell(shown, title, { column: index + 1, row })))
    console.log(`${name}  ${title}: ${typeof made === 'string' ? made : `${made.attempts[0]?.ms} ms`}`)
  }
}

const sheet = sharp({
  create: {
    width: CELL.width * (EDITS.length + 1),
    height: CELL.height * names.length,
    channels: 3,
    background: PAPER,
  },
})
await sheet.composite(tiles).jpeg({ quality: 84 }).toFile(join(samples, 'sheet.jpg'))

/** The picture at the head of the README. */
async function beforeAfter(before: Uint8Array, after: Uint8Array): Promise<void> {
  const { width, height } = await sharp(before).metadata()
  const gap = 8
  await sharp({ create: { width: 2 * width + gap, height, channels: 3, background: '#ffffff' } })
    .composite([
      { input: Buffer.from(before), left: 0, top: 0 },
      { input: Buffer.from(after), left: width + gap, top: 0 },
    ])
    .jpeg({ quality: 88 })
    .toFile(join(samples, 'before-after.jpg'))
}

async function cell(
  bytes: Uint8Array,
  title: string,
  { column, row }: { column: number; row: number },
): Promise<OverlayOptions[]> {
  const { data, info } = await sharp(bytes)
    .resize(CELL.width - 12, CELL.picture - 8, { fit: 'inside' })
    .toBuffer({ resolveWithObject: true })
  const left = column * CELL.width + Math.round((CELL.width - info.width) / 2)
  const top = row * CELL.height + Math.round((CELL.picture - info.height) / 2)
  const size = { width: info.width, height: info.height }
  const board: OverlayOptions = { input: await checkerboard(size), left, top }
  const label = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${CELL.width}" height="18"><text x="50%" y="12" text-anchor="middle"
      font-family="sans-serif" font-size="12" fill="#444">${title}</text></svg>`,
  )
  return [
    board,
    { input: data, left, top },
    { input: label, left: column * CELL.width, top: row * CELL.height + CELL.picture - 2 },
  ]
}

/** What transparent pixels are shown on. */
function checkerboard({ width, height }: { width: number; height: number }): Promise<Buffer> {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    (Math.floor((i % width) / 8) + Math.floor(i / width / 8)) % 2 === 0 ? 255 : 216,
  )
  return sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()
}

function refusal(code: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="150"><rect width="200" height="150" fill="#e6e2da"/>
    <text x="100" y="72" text-anchor="middle" font-family="sans-serif" font-size="13" fill="#8a3b2a">refused</text>
    <text x="100" y="92" text-anchor="middle" font-family="monospace" font-size="12" fill="#8a3b2a">${code}</text></svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}
