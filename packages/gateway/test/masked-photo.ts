import sharp from 'sharp'

interface Size {
  readonly width: number
  readonly height: number
}

/** A black picture with a white disc, as PNG. */
export async function discMask(
  { width, height }: Size,
  { x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number },
): Promise<Buffer> {
  const data = Uint8Array.from({ length: width * height }, (_, at) =>
    Math.hypot((at % width) - x, Math.floor(at / width) - y) <= radius ? 255 : 0,
  )
  return sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()
}

/** How many pixels outside the mask differ at all between two pictures of one size. */
export async function outsideOf(mask: Uint8Array, before: Uint8Array, after: Uint8Array) {
  const plane = await sharp(mask).toColourspace('b-w').raw().toBuffer()
  const [a, b] = [await pixels(before), await pixels(after)]
  if (a.length !== b.length) throw new Error('The pictures are not of one size.')
  let [differing, inside] = [0, 0]
  for (let at = 0; at < plane.length; at++) {
    if (plane[at] !== 0) inside += 1
    else if (a.readUInt32LE(at * 4) !== b.readUInt32LE(at * 4)) differing += 1
  }
  return { differing, inside, of: plane.length - inside }
}

function pixels(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).ensureAlpha().raw().toBuffer()
}
