import { ERRORS } from '../contract/error.ts'
import type { EditResult } from '../contract/result.ts'
import type { Tally } from './edit-many.ts'
import { formatUsd } from '../models/price.ts'

/** `sunset.png  512x512 png 0.6 MB  1.9 s  free` */
export function resultLine(
  result: EditResult,
  { name, ms }: { readonly name: string; readonly ms: number },
): string {
  const [image] = result.images
  const what = image
    ? `${image.width}x${image.height} ${shortType(image.mimeType)} ${bytesText(image.byteLength)}`
    : ''
  return [name, what, secondsText(ms), costText(result)].filter(Boolean).join('  ')
}

export function costText({ target, charged, costMicroUsd, notices }: EditResult): string {
  if (target === 'local') return 'free'
  if (notices.some(({ code }) => code === 'price_unknown')) return 'price not on record'
  if (charged === 'unknown') return 'cost unknown'
  return charged === 'no' ? 'not charged' : formatUsd(Math.round(costMicroUsd / 100) * 100)
}

/** What a failed edit cost, as a sentence; empty where it cost nothing. */
export function billSentence(result: EditResult): string {
  if (result.charged === 'no') return ''
  if (result.charged === 'unknown') return ' Whether Google charged for it is not known.'
  return result.costMicroUsd > 0 ? ` It was charged: ${costText(result)}.` : ' It was charged.'
}

/** `11 edited, 1 failed  23.4 s  $0.42` */
export function summaryLine(
  { edited, failed, notTried, costMicroUsd }: Tally,
  { ms, free }: { readonly ms: number; readonly free: boolean },
): string {
  const counts = [
    `${edited} edited`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(notTried > 0 ? [`${notTried} not tried`] : []),
  ]
  return [
    counts.join(', '),
    secondsText(ms),
    free ? 'free' : formatUsd(Math.round(costMicroUsd / 100) * 100),
  ].join('  ')
}

/** How messages call the pictures, and what the caller called them. */
export interface PictureNames {
  readonly photo: string
  readonly background?: string
  readonly mask?: string
}

/** The message as this command line has it: pictures called by their files, options as they are typed. */
export function inOwnWords(
  { code, message }: NonNullable<EditResult['error']>,
  { photo, background, mask }: PictureNames,
): string {
  const typed = message.replace('(accept: any)', '(--accept any)')
  // Only faults of the input begin with a picture.
  if (ERRORS[code].exit !== ERRORS.image_empty.exit) return typed
  return typed
    .replace(/^(?:The image|Image 1)\b/, photo)
    .replace(/^Image 2\b/, background ?? 'Image 2')
    .replace(/^The mask\b/, mask === undefined ? 'The mask' : `The mask ${mask}`)
}

export function bytesText(bytes: number): string {
  return bytes < 100_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1e6).toFixed(1)} MB`
}

export function secondsText(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

function shortType(mimeType: string): string {
  return mimeType.slice(mimeType.indexOf('/') + 1)
}
