import { expect, test } from 'vitest'
import { readWords, type WordsContext } from './words.ts'

const there = new Set(['a.png', 'b.jpg', 'photo', 'My Photos/one.jpg'])
const context: WordsContext = { exists: (path) => there.has(path), hasBackground: false, stdinIsPiped: false }

test.each([
  [['a.png', 'blur the background'], ['a.png']],
  [
    ['a.png', 'b.jpg', 'brighter'],
    ['a.png', 'b.jpg'],
  ],
  [['photo', 'brighter'], ['photo']],
  [['photos/*.jpg', 'brighter'], ['photos/*.jpg']],
  [['My Photos/one.jpg', 'brighter'], ['My Photos/one.jpg']],
  [['-', 'brighter'], ['-']],
  // Not there and without an ending: reading it will say so, and what is near.
  [['chelsea', 'make it brighter'], ['chelsea']],
  [
    ['a.png', 'chelsea', 'make it brighter'],
    ['a.png', 'chelsea'],
  ],
])('the last of %j is the instruction', (words, images) => {
  expect(readWords(words, context)).toEqual({ images, instruction: words.at(-1) })
})

test.each([
  [[], /Name a photo and say what to change/],
  [['a.png'], /instruction is missing.*plantain edit a\.png "blur the background"/],
  [['a.png', 'b.jpg'], /instruction is missing/],
  [['a.png', 'typo.jpg'], /instruction is missing/],
  [['make it brighter'], /No photo is named.*plantain edit photo\.jpg "make it brighter"/],
  [['a.png', 'make', 'it', 'brighter'], /in quotes: plantain edit a\.png "make it brighter"/],
  [['a.png', 'make', 'brighter'], /in quotes: plantain edit a\.png "make brighter"/],
  [['make', 'it', 'brighter'], /in quotes/],
  [
    ['a.png', 'put', 'me', 'on', 'a sunny beach'],
    /in quotes: plantain edit a\.png "put me on a sunny beach"/,
  ],
  [['make it brighter', 'a.png'], /comes last: plantain edit a\.png "make it brighter"/],
  [['a.png', '  '], /instruction is empty/],
])('%j is a mistake that is told', (words, message) => {
  expect(() => readWords(words, context)).toThrow(message)
})

test('a picture that is piped in needs no name', () => {
  const piped = { ...context, stdinIsPiped: true }
  expect(readWords(['black and white'], piped)).toEqual({ images: ['-'], instruction: 'black and white' })
  expect(readWords(['a.png', 'brighter'], piped).images).toEqual(['a.png'])
})

test('a background picture needs no instruction', () => {
  const withBackground = { ...context, hasBackground: true }
  expect(readWords(['a.png'], withBackground)).toEqual({ images: ['a.png'], instruction: '' })
  expect(readWords([], { ...withBackground, stdinIsPiped: true })).toEqual({ images: ['-'], instruction: '' })
  expect(readWords(['a.png', 'brighter'], withBackground).instruction).toBe('brighter')
})
