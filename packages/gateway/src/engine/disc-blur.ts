export interface Interleaved {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** `width * height * channels` numbers. */
  readonly values: Float32Array
}

/**
 * What a wide-open lens does to light that is out of focus: every point becomes an even disc of `radius` pixels.
 * In place. Edge pixels are repeated outwards. About 2 · radius + 1 additions a value, by running sums along rows.
 */
export function discBlur({ width, height, channels, values }: Interleaved, radius: number): void {
  if (radius < 0.5) return
  const reach = Math.ceil(radius)
  const span = width * channels
  const rows = 2 * reach + 1
  const sums = Array.from({ length: rows }, () => new Float64Array((width + 2 * reach + 3) * channels))
  const chords = Array.from({ length: rows }, (_, i) =>
    Math.sqrt(Math.max(0, radius * radius - (i - reach) ** 2)),
  )
  const area = chords.reduce((total, chord) => total + 2 * chord + 1, 0)
  const source = values.slice()
  const row = new Float64Array(span)
  const held = new Int32Array(rows).fill(-1)
  for (let y = 0; y < height; y++) {
    row.fill(0)
    for (let dy = -reach; dy <= reach; dy++) {
      const from = Math.min(height - 1, Math.max(0, y + dy))
      const sum = sums[from % rows]!
      if (held[from % rows] !== from) {
        runningSums(source.subarray(from * span, (from + 1) * span), { channels, reach }, sum)
        held[from % rows] = from
      }
      addChord(sum, { chord: chords[dy + reach]!, centre: reach + 1, channels }, row)
    }
    for (let i = 0, to = y * span; i < span; i++, to++) values[to] = row[i]! / area
  }
}

/** `sums[k]` becomes the sum of all pixels before the padded pixel k. */
function runningSums(
  line: Float32Array,
  { channels, reach }: { channels: number; reach: number },
  sums: Float64Array,
): void {
  const last = line.length / channels - 1
  const total = sums.length / channels - 1
  for (let i = 0, to = channels; i < total; i++) {
    const x = i - reach - 1
    const from = (x < 0 ? 0 : x > last ? last : x) * channels
    for (let c = 0; c < channels; c++, to++) sums[to] = sums[to - channels]! + line[from + c]!
  }
}

interface Chord {
  /** Half the length of the disc's chord in this row. */
  readonly chord: number
  readonly centre: number
  readonly channels: number
}

function addChord(sums: Float64Array, { chord, centre, channels }: Chord, row: Float64Array): void {
  const whole = Math.floor(chord)
  const part = chord - whole
  const right = (centre + whole + 1) * channels
  const left = (centre - whole) * channels
  if (part < 0.02) {
    for (let i = 0; i < row.length; i++) row[i] = row[i]! + sums[i + right]! - sums[i + left]!
    return
  }
  // The chord's ends cover their pixels only in part: without that the disc would be a stair.
  const rest = 1 - part
  for (let i = 0; i < row.length; i++) {
    const inner = sums[i + right]! - sums[i + left]!
    const outer = sums[i + right + channels]! - sums[i + left - channels]!
    row[i] = row[i]! + rest * inner + part * outer
  }
}
