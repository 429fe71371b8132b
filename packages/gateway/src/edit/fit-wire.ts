import { fault } from '../contract/error.ts'
import type { FittedText, TargetLimits } from '../contract/provider.ts'
import type { WireChange, WireDocument, WireImage } from '../contract/wire.ts'
import type { Notice } from '../contract/result.ts'
import { recompress } from '../image/recompress.ts'
import type { ImageLimits } from '../image/limits.ts'
import type { Target } from '../route/target.ts'
import { type Fitted, requestTooLarge, reencodedNotice, shape } from './fit.ts'
import type { SourceImage, Spec } from './spec.ts'
import { maskAsPicture, maskRefusal } from './unmasked.ts'

/**
 * Makes a request in the target's own dialect suit it, by as little as that takes: a label that is wrong is put right, a
 * picture the target does not take, or not in that size, is written anew. Everything else is for the target to judge.
 */
export async function fitWire(
  spec: Spec,
  wire: WireDocument,
  { target, imageLimits }: { readonly target: Target; readonly imageLimits: ImageLimits },
): Promise<Fitted> {
  const { provider, model } = target
  const limits = provider.limits(model)
  const masked = maskRefusal(spec, model, limits)
  if (masked) return { kind: 'fault', fault: masked }
  // What was asked for, so that the answer can be held against it; the format of an answer is not changed here.
  const { mimeType: _, ...asked } = shape(spec, limits)
  const changes: WireChange[] = []
  // One that the caller named stands in the document already.
  if (asked.aspectRatio !== undefined && asked.aspectRatio !== spec.request.output?.aspectRatio) {
    changes.push({ set: ['generationConfig', 'imageConfig', 'aspectRatio'], value: asked.aspectRatio })
  }
  const masking = maskingOf(spec, wire, limits)
  if (masking === null) return { kind: 'fault', fault: NOWHERE_TO_PUT_IT }
  changes.push(...masking)
  const notices: Notice[] = []
  for (const [index, source] of spec.images.entries()) {
    const held = wire.images[index]
    if (held === undefined) continue
    // A mask lies on the photo as it is seen: it goes out upright.
    const isMarked = index === 0 && masking.length > 0
    const fitted = await fitHeld(held, source, { limits, imageLimits, index: index + 1, isMarked })
    changes.push(...fitted.changes)
    notices.push(...fitted.notices)
  }
  const { method, apiVersion, query, sink, memory } = wire
  const pieces = wire.pieces(changes)
  const oversize = requestTooLarge(
    pieces.reduce((sum, piece) => sum + piece.byteLength, 0),
    limits,
  )
  if (oversize) return { kind: 'fault', fault: oversize }
  const request = {
    model,
    input: textsOf(spec),
    ...asked,
    wire: { method, apiVersion, query, pieces, ...(sink && { sink }), ...(memory && { memory }) },
  }
  return { kind: 'fitted', request, notices }
}

const NOWHERE_TO_PUT_IT = fault(
  'mask_unusable',
  'The mask goes to the model beside what is asked of it, and nothing is: add a turn of the user with the instruction.',
)

/** The mask behind all that is asked; `null`: nothing is asked. */
function maskingOf(spec: Spec, { asked }: WireDocument, limits: TargetLimits): readonly WireChange[] | null {
  const parts = maskAsPicture(spec, limits)
  if (parts.length > 0 && asked === null) return null
  return parts.map((part, index) => ({
    path: [...(asked?.path ?? []), (asked?.length ?? 0) + index],
    part: part.kind === 'text' ? { text: part.text } : { mimeType: part.mimeType, image: part.bytes },
  }))
}

/** No message may repeat what the caller wrote. */
function textsOf({ request }: Spec): readonly FittedText[] {
  return request.input.filter((part) => part.kind === 'text')
}

interface FitOptions {
  readonly limits: TargetLimits
  readonly imageLimits: ImageLimits
}

interface FittedHeld {
  readonly changes: readonly WireChange[]
  readonly notices: readonly Notice[]
}

const AS_IT_IS: FittedHeld = { changes: [], notices: [] }

async function fitHeld(
  held: WireImage,
  source: SourceImage,
  {
    limits,
    imageLimits,
    index,
    isMarked,
  }: FitOptions & { readonly index: number; readonly isMarked: boolean },
): Promise<FittedHeld> {
  const { facts, image } = source
  // What cannot be looked at is the target's to judge.
  if (facts === null) return AS_IT_IS
  const isAsSeen = facts.plain || !isMarked
  if (isAsSeen && limits.imageTypes.includes(facts.type) && image.byteLength <= limits.maxImageBytes) {
    if (held.kind === 'stored') return { changes: [put(held, image.bytes(), facts.type)], notices: [] }
    // Without a label the target looks for itself, or refuses.
    return held.mimeType === '' || held.mimeType.toLowerCase() === facts.type
      ? AS_IT_IS
      : { changes: [labelled(held, facts.type)], notices: [relabelled(held, facts.type, index)] }
  }
  const { maxImageBytes: maxBytes } = limits
  const smaller = await recompress(image.bytes(), facts, { maxBytes, limits: imageLimits })
  const notices = [reencodedNotice({ ...source, index }, smaller)]
  if (held.kind === 'stored') return { changes: [put(held, smaller.bytes, smaller.mimeType)], notices }
  const relabels = held.mimeType === '' ? [] : [labelled(held, smaller.mimeType)]
  return { changes: [{ path: [...held.path, held.dataKey], image: smaller.bytes }, ...relabels], notices }
}

type InlineImage = Extract<WireImage, { kind: 'inline' }>

function put({ path }: WireImage, image: Uint8Array, mimeType: string): WireChange {
  return { path, part: { mimeType, image } }
}

function labelled({ path, mimeTypeKey }: InlineImage, type: string): WireChange {
  return { path: [...path, mimeTypeKey], value: type }
}

function relabelled({ mimeType }: InlineImage, type: string, index: number): Notice {
  return {
    code: 'mime_mislabelled',
    text: `Image ${index} was called ${mimeType}; it is ${type}, and was sent as that.`,
  }
}
