interface Unit {
  readonly name: string
  readonly worth: number
}

/** Powers of ten and of two are told apart, as their names are (IEC 80000-13). The largest stands first. */
const SIZE_UNITS: readonly Unit[] = [
  { name: 'TiB', worth: 2 ** 40 },
  { name: 'TB', worth: 1e12 },
  { name: 'GiB', worth: 2 ** 30 },
  { name: 'GB', worth: 1e9 },
  { name: 'MiB', worth: 2 ** 20 },
  { name: 'MB', worth: 1e6 },
  { name: 'KiB', worth: 2 ** 10 },
  { name: 'KB', worth: 1e3 },
  { name: 'B', worth: 1 },
]
const DURATION_UNITS: readonly Unit[] = [
  { name: 'd', worth: 86_400_000 },
  { name: 'h', worth: 3_600_000 },
  { name: 'm', worth: 60_000 },
  { name: 's', worth: 1000 },
  { name: 'ms', worth: 1 },
]
const PIXEL_UNITS: readonly Unit[] = [{ name: 'MP', worth: 1e6 }]

/** Bytes of `100MB`, `1.5GiB` or plain digits, in any case; `null` where it is no size. */
export function bytesOf(text: string): number | null {
  return amountOf(text, SIZE_UNITS)
}

/** Milliseconds of `15s`, `1.5h` or plain digits; `null` where it is no duration. */
export function durationMsOf(text: string): number | null {
  return amountOf(text, DURATION_UNITS)
}

/** Pixels of `50MP` or plain digits; `null` where it is no number of pixels. */
export function pixelsOf(text: string): number | null {
  return amountOf(text, PIXEL_UNITS)
}

/** `100MB`, `1GiB`: the largest unit that leaves a whole number. */
export function sizeText(bytes: number): string {
  return amountText(bytes, SIZE_UNITS)
}

/** `15s`, `48h`; days are left to people who think in them. */
export function durationText(ms: number): string {
  return amountText(ms, DURATION_UNITS.slice(1))
}

export function pixelsText(pixels: number): string {
  return amountText(pixels, PIXEL_UNITS)
}

function amountOf(text: string, units: readonly Unit[]): number | null {
  const [, number, name = ''] = /^(\d{1,15}(?:\.\d{1,6})?) *([a-z]*)$/i.exec(text.trim()) ?? []
  if (number === undefined) return null
  const worth = name === '' ? 1 : units.find((unit) => unit.name.toLowerCase() === name.toLowerCase())?.worth
  if (worth === undefined) return null
  // 0.1GB is a whole number of bytes, but not in binary fractions.
  const amount = Math.round(Number(number) * worth * 1000) / 1000
  return Number.isSafeInteger(amount) ? amount : null
}

function amountText(amount: number, units: readonly Unit[]): string {
  const unit = units.find(({ worth }) => amount >= worth && amount % worth === 0)
  return unit === undefined ? `${amount}` : `${amount / unit.worth}${unit.name}`
}
