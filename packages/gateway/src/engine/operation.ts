/** Linear position in a picture: 0 is the left or top edge, 1 the right or bottom edge. */
type Fraction = number

export type Rgb = readonly [red: number, green: number, blue: number]

export const SCENES = [
  'sunset-beach',
  'studio',
  'night-city',
  'forest-haze',
  'starry-sky',
  'snowy-mountains',
  'office',
] as const
export type SceneName = (typeof SCENES)[number]

/** What stands behind the subject after the edit. */
export type Background =
  | { readonly kind: 'transparent' }
  | { readonly kind: 'colour'; readonly colour: Rgb }
  | {
      readonly kind: 'gradient'
      readonly from: Rgb
      readonly to: Rgb
      readonly direction: 'down' | 'right' | 'radial'
    }
  /** The photo's own background, defocused; `amount` 1 is the usual portrait blur, 0.5 slight, 2 strong. */
  | { readonly kind: 'blur'; readonly amount: number }
  | { readonly kind: 'greyscale' }
  /** Another picture of the edit's input: 1 is the second. */
  | { readonly kind: 'picture'; readonly input: number }
  | { readonly kind: 'scene'; readonly scene: SceneName }

/** Which pixels an adjustment may touch. `mask` is what the caller marked. */
export type Where = 'all' | 'subject' | 'background' | 'mask'

/** Amounts run from -1 (most of the opposite) over 0 (nothing) to 1 (as far as still looks like a photograph). */
export type Adjustment =
  | {
      readonly op: 'brightness' | 'contrast' | 'saturation' | 'warmth'
      readonly amount: number
      readonly where: Where
    }
  | { readonly op: 'greyscale' | 'sepia'; readonly where: Where }
  /** `amount` 1 is a plainly visible effect, 0.5 slight, 2 strong. */
  | { readonly op: 'blur' | 'sharpen'; readonly amount: number; readonly where: Where }

/** Operations that change the frame; they apply to the whole picture. */
export type Framing =
  | { readonly op: 'crop'; readonly ratio: readonly [width: number, height: number] }
  | {
      readonly op: 'crop-box'
      readonly left: Fraction
      readonly top: Fraction
      readonly width: Fraction
      readonly height: Fraction
    }
  /** One of width and height may be missing: the ratio is kept. Pixels. Both given: exactly so. */
  | { readonly op: 'resize'; readonly width?: number; readonly height?: number }
  | { readonly op: 'scale'; readonly factor: number }
  /** Clockwise; multiples of 90 are exact, others enlarge the frame and fill the corners by transparency. */
  | { readonly op: 'rotate'; readonly degrees: number }
  | { readonly op: 'flip'; readonly axis: 'horizontal' | 'vertical' }

/** Framing comes last in a plan: masks and subjects are measured in the frame the photo came with. */
export function isFraming(operation: Operation): operation is Framing {
  switch (operation.op) {
    case 'crop':
    case 'crop-box':
    case 'resize':
    case 'scale':
    case 'rotate':
    case 'flip':
      return true
    default:
      return false
  }
}

export type Operation =
  | { readonly op: 'background'; readonly background: Background }
  /** Fill what the caller's mask marks from its surroundings. */
  | { readonly op: 'remove-object' }
  | Adjustment
  | Framing

/**
 * What an instruction asks of the local engine, in the order it is to be done.
 * Constraints of the sentence ("keep the person identical") are already worked in: see `Where`.
 */
export interface Plan {
  readonly operations: readonly Operation[]
  /** One short phrase an operation or a kept constraint, for messages: `background: sunset beach`, `keep: subject`. */
  readonly understood: readonly string[]
}
