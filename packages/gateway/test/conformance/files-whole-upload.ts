import { describe, expect, test } from 'vitest'
import type { FilesUnderTest, ServeFiles } from './files.ts'
import { bytesOf, error, sha256 } from './files-client.ts'

const type = 'multipart/related; boundary="b-1"'
const head = '--b-1\r\nContent-Type: application/json\r\n\r\n{"file":{"displayName":"d"}}\r\n--b-1\r\n'
const whole = ({ send }: FilesUnderTest, text: string | Uint8Array<ArrayBuffer>, contentType = type) =>
  send('/upload/v1beta/files', {
    method: 'POST',
    headers: { 'x-goog-upload-protocol': 'multipart', 'content-type': contentType },
    body: text,
  })

export function testWholeUploads(serveFiles: ServeFiles): void {
  describe('a multipart upload', () => {
    test('is taken whole, bytes that look like a boundary included', async () => {
      const server = await serveFiles()
      const bytes = Buffer.concat([
        bytesOf(200_000),
        Buffer.from('\r\n--b-'),
        bytesOf(70_000),
        Buffer.from('\r\n'),
      ])
      const body = Buffer.concat([
        Buffer.from(`${head}Content-Type: image/webp\r\n\r\n`),
        bytes,
        Buffer.from('\r\n--b-1--\r\n'),
      ])
      const said = await whole(server, new Uint8Array(body))
      expect(said).toMatchObject({ status: 200, upload: 'final' })
      expect(said.body.file).toMatchObject({
        displayName: 'd',
        mimeType: 'image/webp',
        sizeBytes: String(bytes.length),
        sha256Hash: sha256(bytes),
      })
    })

    test.each([
      ['no end', `${head}Content-Type: image/png\r\n\r\nabc`, type],
      ['no second part', '--b-1\r\n\r\n{}\r\n--b-1--', type],
      ['no JSON', '--b-1\r\n\r\n{\r\n--b-1\r\n\r\nabc\r\n--b-1--', type],
      ['no boundary', head, 'multipart/related'],
      ['another boundary', `${head}Content-Type: image/png\r\n\r\nabc\r\n--b-1--`, type.replace('1', '2')],
      ['a document without end', `--b-1\r\n\r\n${' '.repeat(100_000)}`, type],
    ])('with %s is refused, and leaves nothing', async (_, text, contentType) => {
      const server = await serveFiles()
      expect(await whole(server, text, contentType)).toMatchObject({
        status: 400,
        body: error(
          400,
          'INVALID_ARGUMENT',
          'The body is no multipart/related body of a JSON part and a media part.',
        ),
      })
      expect(await server.onDisk()).toBe(0)
    })
  })
}
