import { describe, expect, test } from 'vitest'
import { readImagenRequest } from '../../wire/imagen-request.ts'
import { instructionFor } from './imagen-words.ts'

const PICTURE = { bytesBase64Encoded: 'QUJD' }
const RAW = { referenceType: 'REFERENCE_TYPE_RAW', referenceId: 1, referenceImage: PICTURE }

function words(prompt: string, parameters: object, { masked = true, more = [] as object[] } = {}): string {
  const instance = { prompt, referenceImages: [RAW, ...more] }
  const request = readImagenRequest({ instances: [instance], parameters })
  return instructionFor(request, masked)
}

describe('an edit mode in words', () => {
  test.each([
    ['make it brighter', 'EDIT_MODE_DEFAULT', 'make it brighter'],
    ['', 'EDIT_MODE_DEFAULT', 'Remove the marked object.'],
    ['', 'EDIT_MODE_INPAINT_REMOVAL', 'Remove the marked object.'],
    ['remove it', 'EDIT_MODE_INPAINT_REMOVAL', 'remove it'],
    ['the lamp', 'EDIT_MODE_INPAINT_REMOVAL', 'Remove from the marked area: the lamp.'],
    ['a red vase', 'EDIT_MODE_INPAINT_INSERTION', 'Add in the marked area: a red vase.'],
    ['Put a vase there.', 'EDIT_MODE_INPAINT_INSERTION', 'Put a vase there.'],
    ['Please put a vase there', 'EDIT_MODE_INPAINT_INSERTION', 'Please put a vase there'],
    ['Clear the table and place a vase', 'EDIT_MODE_INPAINT_INSERTION', 'Clear the table and place a vase'],
    ['a cozy fire place', 'EDIT_MODE_INPAINT_INSERTION', 'Add in the marked area: a cozy fire place.'],
    ['the delete key', 'EDIT_MODE_INPAINT_REMOVAL', 'Remove from the marked area: the delete key.'],
    ['a beach', 'EDIT_MODE_BGSWAP', 'Replace the background with a beach.'],
    ['change the background to a beach', 'EDIT_MODE_BGSWAP', 'change the background to a beach'],
    ['', 'EDIT_MODE_PRODUCT_IMAGE', 'Replace the background with a photo studio.'],
    ['in ink', 'EDIT_MODE_STYLE', 'in ink'],
  ])('%s, %s', (prompt, editMode, instruction) => {
    expect(words(prompt, { editMode })).toBe(instruction)
  })

  test('without a mask nothing is called marked', () => {
    expect(words('a red vase', { editMode: 'EDIT_MODE_INPAINT_INSERTION' }, { masked: false })).toBe(
      'Add: a red vase.',
    )
    expect(words('', {}, { masked: false })).toBe('')
  })

  test('a product that may be moved', () => {
    const parameters = { editConfig: { editMode: 'product-image', productPosition: 'reposition' } }
    expect(words('a desk', parameters)).toBe('Replace the background with a desk.\nThe product may be moved.')
  })
})

test('what is not to be, and how it is to look', () => {
  const parameters = {
    negativePrompt: 'people, cars',
    personGeneration: 'dont_allow',
    sampleImageStyle: 'digital_art',
  }
  expect(words('a street', parameters)).toBe(
    'a street\nIn this style: digital art.\nAvoid: people, cars.\nAdd no people.',
  )
})

test('which picture is which', () => {
  const more = [
    {
      referenceType: 'REFERENCE_TYPE_STYLE',
      referenceId: 2,
      referenceImage: PICTURE,
      styleImageConfig: { styleDescription: 'ink' },
    },
    {
      referenceType: 'REFERENCE_TYPE_SUBJECT',
      referenceId: 7,
      referenceImage: PICTURE,
      subjectImageConfig: { subjectType: 'SUBJECT_TYPE_ANIMAL', subjectDescription: 'a corgi.' },
    },
    {
      referenceType: 'REFERENCE_TYPE_CONTROL',
      referenceImage: PICTURE,
      controlImageConfig: { controlType: 'CONTROL_TYPE_CANNY' },
    },
    {
      referenceType: 'REFERENCE_TYPE_CONTROL',
      referenceImage: PICTURE,
      controlImageConfig: { computeControl: true },
    },
    { referenceType: 'REFERENCE_TYPE_CONTENT', referenceImage: PICTURE },
  ]
  expect(words('[7] as in [2]', {}, { more })).toBe(
    [
      '[7] as in [2]',
      'Image 1 ([1]) is the picture to edit.',
      'Image 2 ([2]) shows the style to follow: ink.',
      'Image 3 ([7]) shows the animal to be seen: a corgi.',
      'Image 4 is a drawing of the lines to follow (canny).',
      'Image 5 gives the lines to follow, not its colours.',
      'Image 6 shows what is to be in the picture.',
    ].join('\n'),
  )
})
