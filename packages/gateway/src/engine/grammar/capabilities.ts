/** What the offline engine can be asked for, in lines of plain text: refusals, `--help` and the README share it. */
export const CAPABILITIES = `The offline engine works by rule and invents no content. In plain English it can
- give the subject another background: none (transparent), a colour, a gradient, your second picture, or one of
  a beach at sunset, a photo studio, a city at night, a misty forest, a starry night sky, snowy mountains, an office;
- blur the background or turn it black and white;
- change brightness, contrast, saturation, warmth; make black and white or sepia; blur or sharpen;
  of the whole photo, the subject, the background or what a mask marks, "slightly", "much" or "by 20 %";
- remove an object that a mask marks;
- crop ("to 16:9", "10 % off the left"), resize, rotate, flip;
- keep what you name: "keep the person unchanged", "don't crop".`
