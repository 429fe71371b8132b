import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { createBodyReader } from '../src/http/body/json-body.ts'
import { type FileDoorLimits, type FilesDoor, openFilesDoor } from '../src/http/gemini/files.ts'
import { openFileBlobs } from '../src/store/file-blobs.ts'
import { createSlabPool } from '../src/wire/slabs.ts'
import type { FilesUnderTest } from './conformance/files.ts'
import { filesClient } from './conformance/files-client.ts'
import { serveHandlers } from './door-server.ts'

export interface FilesServer extends FilesUnderTest {
  readonly directory: string
  /** As another process finds it, behind the same address. */
  restart(): Promise<void>
  resolve: FilesDoor['resolve']
}

export interface FilesServerOptions {
  readonly limits?: Partial<FileDoorLimits>
  readonly bodyIdleMs?: number
  readonly maxBytes?: number
}

const made: string[] = []
afterEach(() => Promise.all(made.splice(0).map((path) => rm(path, { recursive: true, force: true }))))

/** The Files door with a store of its own, until the test ends. */
export async function serveFiles(options: FilesServerOptions = {}): Promise<FilesServer> {
  const { limits = {}, bodyIdleMs = 60_000, maxBytes = 1e10 } = options
  let nowMs = Date.UTC(2026, 10, 22, 12)
  const system = {
    clock: { now: () => nowMs, monotonicMs: () => nowMs },
    random: { bytes: (count: number) => randomBytes(count) },
  }
  const directory = await mkdtemp(join(tmpdir(), 'plantain-files-door-'))
  made.push(directory)
  const bodies = createBodyReader(createSlabPool({ maxBytes: 1e8 }), {
    requestBytes: 1e7,
    bodyIdleMs,
    bodyTotalMs: 60_000,
  })
  const opened = async () => {
    const blobs = await openFileBlobs({ ...system, directory, maxBytes })
    return { blobs, door: await openFilesDoor({ ...system, blobs, bodies, limits }) }
  }
  let { blobs, door } = await opened()

  const { origin, failures } = await serveHandlers(() => ({
    startUpload: door.start,
    resumeUpload: door.resume,
    listFiles: door.list,
    getFile: door.get,
    deleteFile: door.delete,
  }))
  return {
    ...filesClient(origin),
    uploadPath: 'files/resume',
    sharedNames: false,
    failures,
    directory,
    advance: (ms) => {
      nowMs += ms
    },
    lookup: async (uri, key) => {
      const file = await door.resolve(uri, key)
      if (file === null) throw new Error('there is no such file')
      return { bytes: await file.bytes(), mimeType: file.mimeType }
    },
    onDisk: async () => {
      await blobs.sweep()
      const names = await readdir(directory, { recursive: true })
      return names.filter((name) => /(?:^|\/)files\.[^/]+$/.test(name)).length
    },
    restart: async () => {
      ;({ blobs, door } = await opened())
    },
    resolve: (uri, keyId) => door.resolve(uri, keyId),
  }
}
