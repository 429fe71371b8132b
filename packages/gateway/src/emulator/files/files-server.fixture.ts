import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { FilesUnderTest } from '../../../test/conformance/files.ts'
import { filesClient } from '../../../test/conformance/files-client.ts'
import { seeded } from '../../image/seeded.ts'
import { startCallServer } from '../identity/call-server.fixture.ts'
import { createFiles, type Files, type FilesOptions } from './files.ts'

export interface FilesServer extends FilesUnderTest {
  readonly files: Files
  readonly directory: string
}

const open: (() => Promise<void>)[] = []
afterEach(() => Promise.all(open.splice(0).map((close) => close())))

/** The handlers on a loopback socket and a directory of their own, until the test ends. */
export async function serveFiles(options: Partial<FilesOptions> = {}): Promise<FilesServer> {
  let nowMs = Date.UTC(2026, 10, 22, 12)
  const folder = await mkdtemp(join(tmpdir(), 'plantain-files-'))
  const directory = join(folder, 'held')
  const clock = { now: () => nowMs, monotonicMs: () => nowMs }
  const draw = seeded(1)
  const random = { bytes: (count: number) => Uint8Array.from({ length: count }, () => draw() * 256) }
  const files = createFiles({ clock, random, directory, ...options })
  const server = await startCallServer((call) => {
    const owner = String(call.headers['x-goog-api-key'] ?? call.query.get('key') ?? '')
    const [, id = '', action] = /\/files\/([^/:]+)(?::(\w+))?$/.exec(call.path) ?? []
    if (call.path.startsWith('/upload')) {
      return call.query.has('upload_id') ? files.upload(call) : files.startUpload(call, owner)
    }
    if (id === '') return files.list(call, owner)
    if (action === 'download') return files.download(id, owner)
    return call.method === 'DELETE' ? files.delete(id, owner) : files.get(id, owner)
  })
  open.push(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })

  return {
    ...filesClient(server.origin),
    uploadPath: 'files',
    sharedNames: true,
    files,
    directory,
    failures: server.failures,
    advance: (ms) => {
      nowMs += ms
    },
    lookup: files.lookup,
    onDisk: async () => (await readdir(directory).catch(() => [])).length,
  }
}
