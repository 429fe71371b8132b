import type { Background, Operation, Rgb, Where } from '../operation.ts'

const NAMES: Readonly<Record<Where, string>> = {
  all: 'the photo',
  subject: 'the subject',
  background: 'the background',
  mask: 'the marked area',
}

export const nameOf = (where: Where): string => NAMES[where]

/** One short phrase for a message: `background: sunset beach`, `brightness +20 % (subject)`, `crop: 16:9`. */
export function describe(operation: Operation): string {
  switch (operation.op) {
    case 'background':
      return `background: ${describeBackground(operation.background)}`
    case 'remove-object':
      return 'remove: marked object'
    case 'brightness':
    case 'contrast':
    case 'saturation':
    case 'warmth':
      return `${operation.op} ${signed(operation.amount)}${inPlace(operation.where)}`
    case 'greyscale':
      return `black and white${inPlace(operation.where)}`
    case 'sepia':
      return `sepia${inPlace(operation.where)}`
    case 'blur':
    case 'sharpen':
      return `${operation.op}${strength(operation.amount)}${inPlace(operation.where)}`
    case 'crop':
      return `crop: ${operation.ratio.join(':')}`
    case 'crop-box':
      return `crop: to ${percent(operation.width)} by ${percent(operation.height)}`
    case 'resize':
      return `resize: ${size(operation)}`
    case 'scale':
      return `resize: to ${percent(operation.factor)}`
    case 'rotate':
      return `rotate: ${operation.degrees}°`
    case 'flip':
      return `flip: ${operation.axis}`
  }
}

function describeBackground(background: Background): string {
  switch (background.kind) {
    case 'colour':
      return hex(background.colour)
    case 'gradient':
      return `gradient ${hex(background.from)} to ${hex(background.to)}`
    case 'blur':
      return `blur${strength(background.amount)}`
    case 'greyscale':
      return 'black and white'
    case 'picture':
      return `picture ${background.input + 1}`
    case 'scene':
      return background.scene.replaceAll('-', ' ')
    case 'transparent':
      return 'transparent'
  }
}

function hex(colour: Rgb): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`
}

function signed(amount: number): string {
  return `${amount < 0 ? '−' : '+'}${percent(Math.abs(amount))}`
}

function strength(amount: number): string {
  if (amount === 1) return ''
  return amount < 1 ? ' slightly' : ' strongly'
}

function size({ width, height }: Extract<Operation, { op: 'resize' }>): string {
  if (width === undefined) return `${height} px high`
  return height === undefined ? `${width} px wide` : `${width}x${height} px`
}

function inPlace(where: Where): string {
  return where === 'all' ? '' : ` (${where === 'mask' ? 'marked area' : where})`
}
