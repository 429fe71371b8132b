import type { FilesClient } from './files-client.ts'
import { testFileDrafts } from './files-draft.ts'
import { testFileLimits } from './files-limits.ts'
import { testFileLists } from './files-list.ts'
import { testFileSdks } from './files-sdk.ts'
import { testUploads } from './files-upload.ts'
import { testWholeUploads } from './files-whole-upload.ts'

/** A server of Google's Files, with a client that speaks to it. */
export interface FilesUnderTest extends FilesClient {
  /** Where pieces of an upload go, below the version. */
  readonly uploadPath: string
  /** Whether a name that one caller took is taken for all. */
  readonly sharedNames: boolean
  /** What went wrong other than an answer: a caller who broke off, or a mistake. */
  readonly failures: readonly unknown[]
  advance(ms: number): void
  /** What a model is given of a file. */
  lookup(uri: string, key: string): Promise<{ readonly bytes: Uint8Array; readonly mimeType: string }>
  /** How many files and beginnings of files there are on the disk. */
  onDisk(): Promise<number>
}

export interface TestedLimits {
  readonly maxFileBytes?: number
  readonly maxProjectBytes?: number
  readonly maxTotalBytes?: number
  readonly lifeMs?: number
}

/** Starts a server of its own for one test. The clock stands at noon of 22 November 2026. */
export type ServeFiles = (limits?: TestedLimits) => Promise<FilesUnderTest>

/** What everybody who serves Google's Files does. */
export function testFiles(serveFiles: ServeFiles): void {
  testUploads(serveFiles)
  testWholeUploads(serveFiles)
  testFileDrafts(serveFiles)
  testFileLists(serveFiles)
  testFileLimits(serveFiles)
  testFileSdks(serveFiles)
}
