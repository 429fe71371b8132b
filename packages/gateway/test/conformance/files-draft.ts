import { describe, expect, test } from 'vitest'
import type { ServeFiles } from './files.ts'
import { bytesOf, error, PNG } from './files-client.ts'

const bad = (field: string, because: string) => {
  const description = `* CreateFileRequest.file.${field}: ${because}`
  const fieldViolations = [{ field: `file.${field}`, description }]
  const details = [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations }]
  return { error: { code: 400, message: description, status: 'INVALID_ARGUMENT', details } }
}

export function testFileDrafts(serveFiles: ServeFiles): void {
  describe('what is said of a file', () => {
    const NAME =
      'must be “files/” and up to 40 lower-case letters, digits and dashes, with no dash at either end.'
    const MIME = 'must be a MIME type, such as image/png.'
    const LONG = 'must have at most 512 characters.'
    test.each([
      [{ mimeType: PNG, name: 'mine' }, bad('name', NAME)],
      [{ mimeType: PNG, name: 'files/-mine' }, bad('name', NAME)],
      [{ mimeType: PNG, name: 'files/../../etc' }, bad('name', NAME)],
      [{ mimeType: PNG, name: `files/${'a'.repeat(41)}` }, bad('name', NAME)],
      [{ mimeType: PNG, name: 7 }, bad('name', 'must be a short text.')],
      [{ mimeType: 'png' }, bad('mime_type', MIME)],
      [{}, bad('mime_type', MIME)],
      [{ mimeType: `image/png; a=${'x'.repeat(250)}` }, bad('mime_type', MIME)],
      [{ mimeType: 'image/png; a=ä' }, bad('mime_type', MIME)],
      [{ mimeType: PNG, displayName: 'x'.repeat(513) }, bad('display_name', LONG)],
      // What is so long is left as bytes by the reader of bodies.
      [{ mimeType: PNG, displayName: 'x'.repeat(10_000) }, bad('display_name', LONG)],
    ])('is refused where it is wrong: %#', async (file, expected) => {
      const { start } = await serveFiles()
      expect(await start(file)).toMatchObject({ status: 400, body: expected })
    })

    test('a name of one’s own is kept, and taken once', async () => {
      const { send, start, address, put, sharedNames } = await serveFiles()
      const file = { mimeType: PNG, name: 'files/my-photo-1', displayName: 'x'.repeat(512) }
      const url = await address(file)
      const taken = error(409, 'ALREADY_EXISTS', 'Requested entity already exists')
      expect((await start(file)).body).toEqual(taken)
      expect((await start(file, {}, 'other')).body).toEqual(sharedNames ? taken : {})
      expect((await put(url, 'upload, finalize', 0, bytesOf(3))).body.file).toMatchObject(file)
      expect(await start(file)).toMatchObject({ status: 409, body: taken })
      await send('/v1/files/my-photo-1', { method: 'DELETE' })
      expect((await start(file)).status).toBe(200)
    })

    test('without the words of the protocol nothing starts', async () => {
      const { start, address, put } = await serveFiles()
      const message =
        'An upload begins with X-Goog-Upload-Protocol: resumable and X-Goog-Upload-Command: start, or is multipart.'
      const file = { mimeType: PNG }
      expect((await start(file, { 'x-goog-upload-protocol': 'raw' })).body.error.message).toBe(message)
      expect((await start(file, { 'x-goog-upload-command': 'upload' })).body.error.message).toBe(message)
      const url = await address()
      expect((await put(url, 'fly', 0)).body.error.message).toBe(
        'X-Goog-Upload-Command must be upload, finalize, both, query or cancel.',
      )
    })
  })
}
