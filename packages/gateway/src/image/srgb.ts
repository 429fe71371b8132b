/** Linear light of an sRGB byte (IEC 61966-2-1), 0 … 1. */
export function linear(byte: number): number {
  const value = byte / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

/** sRGB of a linear light, on the scale of bytes but not rounded. */
export function encoded(light: number): number {
  if (light <= 0.0031308) return 255 * 12.92 * light
  return 255 * (1.055 * light ** (1 / 2.4) - 0.055)
}

/** {@link linear} of all 256 bytes. */
export const LINEAR: Float32Array = Float32Array.from({ length: 256 }, (_, byte) => linear(byte))

/** Rec. 709 weights of a colour's brightness. */
export const LUMA = [0.2126, 0.7152, 0.0722] as const
