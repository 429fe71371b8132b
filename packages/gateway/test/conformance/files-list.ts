import { describe, expect, test } from 'vitest'
import type { ServeFiles } from './files.ts'
import { bytesOf, PNG, type Said } from './files-client.ts'

const names = (said: Said) => (said.body.files ?? []).map((file: { name: string }) => file.name)

export function testFileLists(serveFiles: ServeFiles): void {
  describe('lists', () => {
    test('in pages, the latest first, whatever comes meanwhile', async () => {
      const { send, stored } = await serveFiles()
      for (let i = 1; i <= 25; i++) await stored(bytesOf(i), { mimeType: PNG, name: `files/f${i}` })
      const first = await send('/v1/files')
      expect(names(first)).toEqual(Array.from({ length: 10 }, (_, i) => `files/f${25 - i}`))
      await stored(bytesOf(1), { mimeType: PNG, name: 'files/late' })
      await send('/v1/files/f15', { method: 'DELETE' })
      const second = await send(`/v1/files?pageSize=12&pageToken=${first.body.nextPageToken}`)
      expect(names(second)).toEqual(Array.from({ length: 12 }, (_, i) => `files/f${14 - i}`))
      const last = await send(`/v1/files?pageSize=100&pageToken=${second.body.nextPageToken}`)
      expect(names(last)).toEqual(['files/f2', 'files/f1'])
      expect(last.body).not.toHaveProperty('nextPageToken')
      expect(names(await send('/v1/files?pageSize=100'))).toHaveLength(25)
    })

    test.each([
      ['pageSize=101', 'page_size', 'must be between 0 and 100.'],
      ['pageSize=-1', 'page_size', 'must be between 0 and 100.'],
      ['pageToken=!', 'page_token', 'is not one that was given.'],
    ])('%s is refused', async (query, field, because) => {
      const { send } = await serveFiles()
      const message = `* ListFilesRequest.${field}: ${because}`
      expect((await send(`/v1/files?${query}`)).body.error).toMatchObject({ code: 400, message })
    })
  })
}
