import type { ImagenReference } from '../../wire/imagen-pictures.ts'
import type { ImagenRequest } from '../../wire/imagen-request.ts'

/**
 * The instruction of a request for a model that is told in words: what its mode makes of the prompt, what each picture is
 * there for, and what is not to be.
 */
export function instructionFor(request: ImagenRequest, isMasked: boolean): string {
  const { style, negativePrompt, noPeople } = request
  return [
    modeWords(request, isMasked),
    ...pictureWords(request),
    ...(style === null ? [] : [`In this style: ${style}.`]),
    ...(negativePrompt === null ? [] : [`Avoid: ${closed(negativePrompt)}`]),
    ...(noPeople ? ['Add no people.'] : []),
  ]
    .filter((line) => line !== '')
    .join('\n')
}

/** A prompt may say what is to be seen, as it does for Imagen, or what is to be done: then it is taken at its word. */
function modeWords({ mode, prompt, productStays }: ImagenRequest, isMasked: boolean): string {
  const marked = isMasked ? ' in the marked area' : ''
  switch (mode) {
    case 'default':
      return prompt === '' && isMasked ? REMOVAL : prompt
    case 'controlled':
    case 'style':
      return prompt
    case 'removal':
      if (prompt === '') return REMOVAL
      return tellsTo('remove|erase|delete', prompt)
        ? prompt
        : `Remove${isMasked ? ' from the marked area' : ''}: ${closed(prompt)}`
    case 'insertion':
      if (prompt === '') return isMasked ? REMOVAL : ''
      return tellsTo('add|insert|put|place|replace', prompt) ? prompt : `Add${marked}: ${closed(prompt)}`
    case 'outpainting':
      return `Let the picture go on${marked}${prompt === '' ? '.' : `: ${closed(prompt)}`}`
    case 'background':
    case 'product':
      return [backgroundWords(prompt), ...(productStays === false ? ['The product may be moved.'] : [])].join(
        '\n',
      )
  }
}

/** Whether one of the verbs is the prompt's own, where orders begin: a fire place is a thing. */
function tellsTo(verbs: string, prompt: string): boolean {
  return new RegExp(`(?:^|[,;:.!\\n]|\\b(?:and|then|please)\\b)\\s*(?:${verbs})\\b`, 'i').test(prompt)
}

const REMOVAL = 'Remove the marked object.'

function backgroundWords(prompt: string): string {
  if (/\b(?:background|backdrop)\b/i.test(prompt)) return prompt
  return `Replace the background with ${prompt === '' ? 'a photo studio.' : closed(prompt)}`
}

/** Which picture is which: Imagen's were told apart by type, and in the prompt by number. */
function pictureWords({ photo, photoId, references }: ImagenRequest): readonly string[] {
  if (references.length === 0) return []
  const first = photo === null ? [] : [`${called(1, photoId)} is the picture to edit.`]
  const behind = photo === null ? 1 : 2
  return [...first, ...references.map((one, index) => referenceWords(called(index + behind, one.id), one))]
}

function called(position: number, id: number | null): string {
  return `Image ${position}${id === null ? '' : ` ([${id}])`}`
}

function referenceWords(name: string, { role, kind, isSource, description }: ImagenReference): string {
  const about = description === null ? '.' : `: ${closed(description)}`
  switch (role) {
    case 'subject':
      return `${name} shows the ${kind ?? 'subject'} to be seen${about}`
    case 'style':
      return `${name} shows the style to follow${about}`
    case 'content':
      return `${name} shows what is to be in the picture.`
    case 'control':
      return isSource
        ? `${name} gives the lines to follow${kind === null ? '' : ` (${kind})`}, not its colours.`
        : `${name} is a drawing of the lines to follow${kind === null ? '' : ` (${kind})`}.`
  }
}

function closed(text: string): string {
  return /[.!?。]$/.test(text) ? text : `${text}.`
}
