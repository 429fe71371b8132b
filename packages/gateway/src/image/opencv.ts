import { createRequire } from 'node:module'
import type * as Types from '@techstark/opencv-js'

type OpenCv = typeof Types

let loading: Promise<{ readonly cv: OpenCv }> | undefined

/**
 * OpenCV's wasm build: about half a second and 150 MB the first time, so it is loaded by whoever first needs it.
 * It comes wrapped in an object: the module itself has a `then`, and a promise that resolved to it would never settle.
 */
export function openCv(): Promise<{ readonly cv: OpenCv }> {
  loading ??= load()
  return loading
}

function load(): Promise<{ readonly cv: OpenCv }> {
  // Not import(): a loader that copies a CommonJS module's members onto the namespace would make that thenable as well.
  const opening: unknown = createRequire(import.meta.url)('@techstark/opencv-js')
  return new Promise((resolve, reject) => {
    if (!isOpening(opening)) {
      reject(
        new Error(
          'OpenCV cannot be loaded: the package @techstark/opencv-js has another shape than version 4.12',
        ),
      )
      return
    }
    opening.then((cv) => {
      delete cv.then
      return resolve({ cv })
    })
  })
}

interface Opening {
  then(settled: (cv: OpenCv & { then?: unknown }) => void): unknown
}

function isOpening(value: unknown): value is Opening {
  return typeof value === 'object' && value !== null && 'then' in value
}
