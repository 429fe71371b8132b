import type { Config } from '../config/config.ts'
import type { ProviderKind } from '../contract/provider.ts'
import type { ImageSize } from '../contract/request.ts'
import { estimateMicroUsd, formatUsd } from '../models/price.ts'
import { findModel } from '../models/registry.ts'

/** What is about to happen, for people. */
export interface Announcement {
  readonly text: string
  /** What it costs in all, as a phrase; `null` where it is free. */
  readonly cost: string | null
}

export interface Undertaking {
  readonly model: string
  readonly edits: number
  /** Of each edit. */
  readonly results: number
  readonly imagesPerEdit: number
  readonly instructionChars: number
  readonly imageSize?: ImageSize
}

const PLACES: Readonly<Record<ProviderKind, string>> = {
  local: 'this machine',
  'ai-studio': 'Google AI Studio',
  vertex: 'Google Vertex AI',
}

/** Where the edits go and why, and what they cost before anything is sent. */
export function announce(config: Config, undertaking: Undertaking): Announcement {
  const { kind, because } = config.provider
  const { edits } = undertaking
  const photos = edits === 1 ? '' : ` ${edits} photos`
  if (kind === 'local') {
    return { text: `Editing${photos} on this machine (local engine, free) because ${because}.`, cost: null }
  }
  const { each, all, basis } = price(undertaking)
  const total = edits * undertaking.results === 1 ? '' : `, ${all} in all`
  const text =
    `Sending${photos} to ${placeOf(config)}, model ${undertaking.model}, because ${because}: ` +
    `${each} an image${total} (${basis}).`
  return { text, cost: all }
}

function price({ model: id, edits, results, imagesPerEdit, instructionChars, imageSize }: Undertaking): {
  each: string
  all: string
  basis: string
} {
  const model = findModel(id)
  if (model === null || model.prices === null) {
    const unknown = 'what Google charges, which is not on record'
    return { each: unknown, all: unknown, basis: `no price of ${id} is known` }
  }
  const { microUsd, basis } = estimateMicroUsd(model, {
    inputImages: imagesPerEdit,
    instructionChars,
    ...(imageSize && { imageSize }),
  })
  return { each: `about ${rounded(microUsd)}`, all: `about ${rounded(microUsd * edits * results)}`, basis }
}

/** Four decimals: a hundredth of a cent is finer than any estimate. */
function rounded(microUsd: number): string {
  return formatUsd(Math.round(microUsd / 100) * 100)
}

/** The place as people call it, with the host where it is not Google's own. */
export function placeOf(config: Config): string {
  const { kind } = config.provider
  const host = hostOf(config)
  return host === null ? PLACES[kind] : `${PLACES[kind]} through ${host}`
}

/** What consent is remembered for: agreeing to Google does not agree to another host. */
export function consentTarget(config: Config): string {
  const host = hostOf(config)
  return host === null ? config.provider.kind : `${config.provider.kind} through ${host}`
}

function hostOf({ provider, aiStudio, vertex }: Config): string | null {
  const base =
    provider.kind === 'ai-studio' ? aiStudio.baseUrl : provider.kind === 'vertex' ? vertex.baseUrl : null
  const host = base === null ? null : (URL.parse(base)?.host ?? null)
  return host !== null && /(?:^|\.)googleapis\.com$/.test(host) ? null : host
}
