import { expect, test } from 'vitest'
import { MOST_OPENED_BYTES, openedOnce } from './opened-once.ts'

function files(byteLength: number) {
  const opened: string[] = []
  const open = openedOnce(async (uri) => {
    opened.push(uri)
    return { bytes: new Uint8Array(byteLength), mimeType: 'image/png' }
  })
  return { open, opened }
}

test('each address is opened once, and gives the same bytes', async () => {
  const { open, opened } = files(5)
  const first = await open('a')
  await open('b')
  expect(await open('a')).toBe(first)
  expect(opened).toEqual(['a', 'b'])
})

test('all together hold so much, and no more', async () => {
  const { open } = files(MOST_OPENED_BYTES / 2)
  for (const uri of ['a', 'b', 'a', 'b']) await open(uri)
  await expect(open('c')).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('hold more than 100000000 bytes together'),
  })
})
