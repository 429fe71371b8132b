import type { EditMode } from './predict-schema.ts'

/**
 * What an edit mode asks for, in words the local engine understands: it knows instructions only. Where a prompt
 * describes what is to be seen rather than what to do, the mode says what to do with it.
 */
export function editWords(mode: EditMode, prompt: string, masked: boolean): string {
  switch (mode) {
    case 'EDIT_MODE_INPAINT_REMOVAL':
      return REMOVAL
    case 'EDIT_MODE_OUTPAINT':
      // The engine invents nothing: the new border is filled from what adjoins it, whatever the prompt wants there.
      return REMOVAL
    case 'EDIT_MODE_BGSWAP':
    case 'EDIT_MODE_PRODUCT_IMAGE':
      return backgroundWords(prompt)
    case 'EDIT_MODE_DEFAULT':
    case 'EDIT_MODE_INPAINT_INSERTION':
    case 'EDIT_MODE_CONTROLLED_EDITING':
    case 'EDIT_MODE_STYLE':
      return masked && prompt.trim() === '' ? REMOVAL : prompt
  }
}

const REMOVAL = 'Remove the marked object.'

/** "A beach at sunset" is put behind the subject; "change the background to a beach" says so itself. */
function backgroundWords(prompt: string): string {
  const said = prompt.trim().replace(/[.\s]+$/, '')
  if (/\b(?:background|backdrop)\b/i.test(said)) return prompt
  return `Replace the background with ${said === '' ? 'a photo studio' : said}.`
}
