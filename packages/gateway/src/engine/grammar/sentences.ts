import type { Operation } from '../operation.ts'

export interface SupportedSentence {
  readonly say: string
  /** Pictures that come along; 1 unless said. */
  readonly inputs?: number
  readonly hasMask?: boolean
  readonly does: readonly Operation[]
}

export interface UnsupportedSentence {
  readonly say: string
  /** Stands in the reason or in a clause that was not understood. */
  readonly because: string
}

/** What the grammar has to take, and what has to come of it. */
export const SUPPORTED: readonly SupportedSentence[] = [
  {
    say: 'Change the background to a sunset beach while keeping the person identical',
    does: [{ op: 'background', background: { kind: 'scene', scene: 'sunset-beach' } }],
  },
  {
    say: 'make it black and white and crop to 16:9',
    does: [
      { op: 'greyscale', where: 'all' },
      { op: 'crop', ratio: [16, 9] },
    ],
  },
  { say: 'Please remove the background.', does: [{ op: 'background', background: { kind: 'transparent' } }] },
  {
    say: 'hey, cut out the cat for me, thanks!',
    does: [{ op: 'background', background: { kind: 'transparent' } }],
  },
  {
    say: 'Isolate the product on a pure white background (#FFFFFF)',
    does: [{ op: 'background', background: { kind: 'colour', colour: [255, 255, 255] } }],
  },
  {
    say: 'I need the background to be transparent',
    does: [{ op: 'background', background: { kind: 'transparent' } }],
  },
  {
    say: 'keep only the person and remove everything else',
    does: [{ op: 'background', background: { kind: 'transparent' } }],
  },
  {
    say: 'remove bg make it light blue',
    does: [{ op: 'background', background: { kind: 'colour', colour: [173, 216, 230] } }],
  },
  {
    say: 'Change the background colour of this photo to off-white',
    does: [{ op: 'background', background: { kind: 'colour', colour: [250, 249, 246] } }],
  },
  {
    say: 'set the background to #f80',
    does: [{ op: 'background', background: { kind: 'colour', colour: [255, 136, 0] } }],
  },
  {
    say: 'Swap the backdrop for a dark grey one',
    does: [{ op: 'background', background: { kind: 'colour', colour: [85, 85, 85] } }],
  },
  {
    say: "I'd like a pastel pink background, please",
    does: [{ op: 'background', background: { kind: 'colour', colour: [255, 230, 234] } }],
  },
  {
    say: 'Put her on a plain white background',
    does: [{ op: 'background', background: { kind: 'colour', colour: [255, 255, 255] } }],
  },
  {
    say: 'Replace the background with a gradient from navy to pink',
    does: [
      {
        op: 'background',
        background: { kind: 'gradient', direction: 'down', from: [0, 0, 128], to: [255, 192, 203] },
      },
    ],
  },
  {
    say: 'give it a radial blue to purple gradient background',
    does: [
      {
        op: 'background',
        background: { kind: 'gradient', direction: 'radial', from: [0, 0, 255], to: [128, 0, 128] },
      },
    ],
  },
  {
    say: 'Change the background to a gradient from white to sky blue, left to right',
    does: [
      {
        op: 'background',
        background: { kind: 'gradient', direction: 'right', from: [255, 255, 255], to: [135, 206, 235] },
      },
    ],
  },
  {
    say: 'can you blur the background?',
    does: [{ op: 'background', background: { kind: 'blur', amount: 1 } }],
  },
  {
    say: 'Blur everything behind the woman slightly',
    does: [{ op: 'background', background: { kind: 'blur', amount: 0.5 } }],
  },
  {
    say: 'portrait mode with a strong background blur',
    does: [{ op: 'background', background: { kind: 'blur', amount: 2 } }],
  },
  {
    say: 'Make the background a lot blurrier, but leave the person sharp',
    does: [{ op: 'background', background: { kind: 'blur', amount: 2 } }],
  },
  { say: 'colour splash', does: [{ op: 'background', background: { kind: 'greyscale' } }] },
  {
    say: 'Make everything except the dog black and white',
    does: [{ op: 'background', background: { kind: 'greyscale' } }],
  },
  {
    say: 'Use the second image as the background',
    inputs: 2,
    does: [{ op: 'background', background: { kind: 'picture', input: 1 } }],
  },
  {
    say: 'Put the cat in front of this picture',
    inputs: 2,
    does: [{ op: 'background', background: { kind: 'picture', input: 1 } }],
  },
  {
    say: 'Could you please place the woman in front of a beach at sunset?',
    does: [{ op: 'background', background: { kind: 'scene', scene: 'sunset-beach' } }],
  },
  {
    say: 'Put him on a tropical beach during golden hour',
    does: [{ op: 'background', background: { kind: 'scene', scene: 'sunset-beach' } }],
  },
  {
    say: 'professional photo studio background',
    does: [{ op: 'background', background: { kind: 'scene', scene: 'studio' } }],
  },
  {
    say: 'Use city lights at night with bokeh as the backdrop',
    does: [{ op: 'background', background: { kind: 'scene', scene: 'night-city' } }],
  },
  {
    say: 'change the background to a misty forest, realistic and high quality',
    does: [{ op: 'background', background: { kind: 'scene', scene: 'forest-haze' } }],
  },
  {
    say: 'put a starry night sky behind the dog',
    does: [{ op: 'background', background: { kind: 'scene', scene: 'starry-sky' } }],
  },
  {
    say: 'Replace the current background with snow-capped mountains',
    does: [{ op: 'background', background: { kind: 'scene', scene: 'snowy-mountains' } }],
  },
  {
    say: 'Change the background to a modern office, blurred',
    does: [{ op: 'background', background: { kind: 'scene', scene: 'office' } }],
  },
  {
    say: 'Change the background to a snowy mountain landscape, blurred',
    does: [
      { op: 'background', background: { kind: 'scene', scene: 'snowy-mountains' } },
      { op: 'blur', amount: 1, where: 'background' },
    ],
  },
  {
    say: 'Remove the background and put a night city there instead',
    does: [{ op: 'background', background: { kind: 'scene', scene: 'night-city' } }],
  },
  { say: 'make it brighter', does: [{ op: 'brightness', amount: 0.4, where: 'all' }] },
  {
    say: '20% brighter and a bit warmer',
    does: [
      { op: 'brightness', amount: 0.2, where: 'all' },
      { op: 'warmth', amount: 0.2, where: 'all' },
    ],
  },
  {
    say: 'Make the photo brighter, warmer and much more vivid',
    does: [
      { op: 'brightness', amount: 0.4, where: 'all' },
      { op: 'warmth', amount: 0.4, where: 'all' },
      { op: 'saturation', amount: 0.8, where: 'all' },
    ],
  },
  {
    say: 'Increase the brightness by 20% and the contrast by 10%',
    does: [
      { op: 'brightness', amount: 0.2, where: 'all' },
      { op: 'contrast', amount: 0.1, where: 'all' },
    ],
  },
  { say: 'boost the exposure slightly', does: [{ op: 'brightness', amount: 0.2, where: 'all' }] },
  { say: 'reduce saturation by 30 percent', does: [{ op: 'saturation', amount: -0.3, where: 'all' }] },
  {
    say: 'Darken the background a little and brighten the subject',
    does: [
      { op: 'brightness', amount: -0.2, where: 'background' },
      { op: 'brightness', amount: 0.4, where: 'subject' },
    ],
  },
  {
    say: 'make the subject brighter and the background darker',
    does: [
      { op: 'brightness', amount: 0.4, where: 'subject' },
      { op: 'brightness', amount: -0.4, where: 'background' },
    ],
  },
  { say: 'Make the colours pop', does: [{ op: 'saturation', amount: 0.4, where: 'all' }] },
  { say: 'give the photo warm tones', does: [{ op: 'warmth', amount: 0.4, where: 'all' }] },
  { say: 'cool it down a bit', does: [{ op: 'warmth', amount: -0.2, where: 'all' }] },
  { say: 'add some contrast', does: [{ op: 'contrast', amount: 0.4, where: 'all' }] },
  { say: 'contrast -10%', does: [{ op: 'contrast', amount: -0.1, where: 'all' }] },
  {
    say: 'Make the background less saturated',
    does: [{ op: 'saturation', amount: -0.4, where: 'background' }],
  },
  { say: 'Convert this image to grayscale', does: [{ op: 'greyscale', where: 'all' }] },
  { say: 'B&W please', does: [{ op: 'greyscale', where: 'all' }] },
  {
    say: 'remove the colour from the background',
    does: [{ op: 'background', background: { kind: 'greyscale' } }],
  },
  { say: 'give it a vintage sepia tone', does: [{ op: 'sepia', where: 'all' }] },
  { say: 'soften the whole picture', does: [{ op: 'blur', amount: 0.5, where: 'all' }] },
  { say: 'make her crisper', does: [{ op: 'sharpen', amount: 1, where: 'subject' }] },
  {
    say: 'sharpen slightly, then crop it to 4:5',
    does: [
      { op: 'sharpen', amount: 0.5, where: 'all' },
      { op: 'crop', ratio: [4, 5] },
    ],
  },
  { say: 'make it brighter', hasMask: true, does: [{ op: 'brightness', amount: 0.4, where: 'mask' }] },
  {
    say: 'Darken the selected region by 20%',
    hasMask: true,
    does: [{ op: 'brightness', amount: -0.2, where: 'mask' }],
  },
  { say: 'blur here', hasMask: true, does: [{ op: 'blur', amount: 1, where: 'mask' }] },
  { say: 'remove this', hasMask: true, does: [{ op: 'remove-object' }] },
  { say: 'Erase the tourist from the photo', hasMask: true, does: [{ op: 'remove-object' }] },
  {
    say: 'clean up what I marked and make it a square',
    hasMask: true,
    does: [{ op: 'remove-object' }, { op: 'crop', ratio: [1, 1] }],
  },
  { say: 'crop to a square', does: [{ op: 'crop', ratio: [1, 1] }] },
  {
    say: 'trim 5% from each side',
    does: [{ op: 'crop-box', left: 0.05, top: 0.05, width: 0.9, height: 0.9 }],
  },
  {
    say: 'crop 10% off the left and 20% off the top',
    does: [{ op: 'crop-box', left: 0.1, top: 0.2, width: 0.9, height: 0.8 }],
  },
  {
    say: 'Crop to 800x600',
    does: [
      { op: 'crop', ratio: [4, 3] },
      { op: 'resize', width: 800, height: 600 },
    ],
  },
  { say: 'resize it to 800 px wide', does: [{ op: 'resize', width: 800 }] },
  { say: 'resize to 1024 × 768 pixels', does: [{ op: 'resize', width: 1024, height: 768 }] },
  { say: 'make it half the size', does: [{ op: 'scale', factor: 0.5 }] },
  { say: 'scale down by 25%', does: [{ op: 'scale', factor: 0.75 }] },
  { say: 'rotate it 90 degrees counter-clockwise', does: [{ op: 'rotate', degrees: -90 }] },
  { say: 'turn it upside down', does: [{ op: 'rotate', degrees: 180 }] },
  { say: 'Rotate by 15° to the right', does: [{ op: 'rotate', degrees: 15 }] },
  {
    say: 'flip it horizontally and vertically',
    does: [
      { op: 'flip', axis: 'horizontal' },
      { op: 'flip', axis: 'vertical' },
    ],
  },
  {
    say: 'crop to 16:9 and then blur the background',
    does: [
      { op: 'background', background: { kind: 'blur', amount: 1 } },
      { op: 'crop', ratio: [16, 9] },
    ],
  },
  {
    say: "darken the photo but don't touch the person",
    does: [{ op: 'brightness', amount: -0.4, where: 'background' }],
  },
  {
    say: 'Sharpen it without changing the background',
    does: [{ op: 'sharpen', amount: 1, where: 'subject' }],
  },
  { say: 'keep the cat unchanged and make the photo sepia', does: [{ op: 'sepia', where: 'background' }] },
  {
    say: "don't crop. Make it warmer, keep the same size and preserve the details",
    does: [{ op: 'warmth', amount: 0.4, where: 'all' }],
  },
  {
    say: 'Only change the background to a starry sky, leave everything else as it is',
    does: [{ op: 'background', background: { kind: 'scene', scene: 'starry-sky' } }],
  },
  {
    say: 'First remove the background, then increase the contrast, and finally resize to 1200 pixels wide.',
    does: [
      { op: 'background', background: { kind: 'transparent' } },
      { op: 'contrast', amount: 0.4, where: 'all' },
      { op: 'resize', width: 1200 },
    ],
  },
]

/** What the grammar has to refuse, without a mask and with the photo alone. */
export const UNSUPPORTED: readonly UnsupportedSentence[] = [
  { say: 'make her smile', because: 'make her smile' },
  { say: 'add a hat', because: 'add a hat' },
  { say: 'Change the shirt to red', because: 'Change the shirt to red' },
  { say: 'remove the glasses', because: 'mask' },
  { say: 'turn it into a van Gogh painting', because: 'van Gogh painting' },
  { say: 'put him on the moon', because: 'put him on the moon' },
  { say: 'make the sky purple', because: 'make the sky purple' },
  { say: 'make her look ten years younger', because: 'ten years younger' },
  { say: 'make it snow', because: 'make it snow' },
  { say: 'Put her in Paris', because: 'Put her in Paris' },
  { say: 'write "SALE" in the corner', because: 'write' },
  { say: 'remove the sunset', because: 'mask' },
  { say: 'make the sunset brighter', because: 'make the sunset brighter' },
  { say: 'Change the background to a photo of my dog', because: 'a photo of my dog' },
  { say: 'add a sunset beach towel', because: 'towel' },
  { say: 'change the background to a beach party', because: 'beach party' },
  { say: 'Change the background to a beach', because: 'a beach at sunset' },
  { say: 'replace the background with an orange', because: 'an orange' },
  { say: 'change the background to Peru', because: 'Peru' },
  { say: 'put her in red', because: 'put her in red' },
  { say: 'put a cat in front of a starry sky', because: 'put a cat' },
  { say: 'what is in this picture?', because: 'question' },
  { say: 'is the background blurred?', because: 'question' },
  { say: 'Blur the background and add a hat', because: 'add a hat' },
  { say: 'remove the background noise', because: 'background noise' },
  { say: 'make it black and white but keep the colours', because: 'keep: colours' },
  { say: "blur the background but don't touch the background", because: 'keep: background' },
  { say: 'flip it horizontally and keep the person identical', because: 'keep: subject' },
  { say: 'resize to 1024x768 while keeping the aspect ratio', because: 'keep: ratio' },
  { say: "make it brighter but don't crop and blur", because: 'not' },
  { say: 'keep everything as it is', because: 'nothing to do' },
  { say: 'blur this area', because: 'no mask' },
  { say: 'replace the background with the second image', because: 'only the photo itself' },
  { say: 'replace the background with white and make it brighter', because: 'whole photo' },
  { say: 'change the background to white and the background to black', because: 'exclude each other' },
  { say: 'make the background darker and lighter', because: 'exclude each other' },
  { say: 'make it 500% brighter', because: '500% brighter' },
  { say: 'make it smaller', because: 'make it smaller' },
  { say: 'Ersetze den Hintergrund durch einen Strand', because: 'Ersetze den Hintergrund' },
  { say: '🎩 on the cat', because: '🎩 on the cat' },
]
