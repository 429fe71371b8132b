import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GoogleAIFileManager } from '@google/generative-ai/server'
import { GoogleGenAI } from '@google/genai'
import { GoogleGenAI as GoogleGenAI1 } from 'genai-1'
import { describe, expect, test } from 'vitest'
import type { ServeFiles } from './files.ts'
import { bytesOf, PNG, sha256 } from './files-client.ts'

const PHOTO = join(import.meta.dirname, '../../../../examples/photos')

const photo = async () => {
  const name = (await readdir(PHOTO)).find((file) => /\.jpe?g$/.test(file))!
  return join(PHOTO, name)
}

export function testFileSdks(serveFiles: ServeFiles): void {
  describe('official SDKs', () => {
    test.each([
      ['@google/genai', GoogleGenAI],
      ['@google/genai 1', GoogleGenAI1],
    ] as const)('%s', async (_, Client) => {
      const { lookup, origin } = await serveFiles()
      const ai = new Client({ apiKey: 'mine', httpOptions: { baseUrl: origin } })
      const path = await photo()
      const config = { displayName: 'Photo', mimeType: 'image/jpeg', name: 'from-sdk' }
      const file = await ai.files.upload({ file: path, config })
      expect(file).toMatchObject({ name: 'files/from-sdk', state: 'ACTIVE', displayName: 'Photo' })
      const found = await lookup(file.uri!, 'mine')
      expect(Buffer.compare(found.bytes, await readFile(path))).toBe(0)
      // More than one piece of 8 MiB.
      const big = await ai.files.upload({ file: new Blob([bytesOf(9_000_000)], { type: PNG }) })
      expect(big).toMatchObject({ sizeBytes: '9000000', sha256Hash: sha256(bytesOf(9_000_000)) })
      const listed: string[] = []
      for await (const one of await ai.files.list({ config: { pageSize: 1 } })) listed.push(one.name!)
      expect(listed).toEqual([big.name, 'files/from-sdk'])
      expect((await ai.files.get({ name: 'from-sdk' })).sizeBytes).toBe(String(found.bytes.length))
      await ai.files.delete({ name: 'from-sdk' })
      await expect(ai.files.get({ name: 'from-sdk' })).rejects.toMatchObject({
        name: 'ApiError',
        status: 403,
      })
    })

    test('@google/generative-ai', async () => {
      const { origin } = await serveFiles()
      const manager = new GoogleAIFileManager('mine', { baseUrl: origin })
      const path = await photo()
      const { file } = await manager.uploadFile(path, { mimeType: 'image/jpeg', displayName: 'Photo' })
      const bytes = await readFile(path)
      expect(file).toMatchObject({ displayName: 'Photo', mimeType: 'image/jpeg', sha256Hash: sha256(bytes) })
      expect((await manager.listFiles()).files).toHaveLength(1)
      await manager.deleteFile(file.name)
      await expect(manager.getFile(file.name)).rejects.toThrow(
        'You do not have permission to access the File',
      )
    })
  })
}
