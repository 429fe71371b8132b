import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BadInput, EDITS, expectRefused, IMAGE_EDITS } from './bad-input.ts'
import { gatewayOn, type LoggedGateway, SETTINGS } from './gateway-client.ts'
import { EDITED } from './google-target.ts'
import { requestOf } from './raw-socket.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const PHOTO = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString('latin1')

let upstream: ScriptedServer
let gateway: LoggedGateway

beforeAll(async () => {
  upstream = await startScriptedServer(() => EDITED)
  gateway = await gatewayOn(upstream.origin, { limits: { ...SETTINGS.limits } }, { lingerMs: 1000 })
})

afterAll(async () => {
  await gateway.close()
  await upstream.close()
})

const field = (name: string, value: string, more = '') =>
  `--edge\r\ncontent-disposition: form-data; name="${name}"\r\n${more}\r\n${value}\r\n`
const file = (name: string, content = PHOTO, disposition = `form-data; name="${name}"; filename="a.jpg"`) =>
  `--edge\r\ncontent-disposition: ${disposition}\r\ncontent-type: image/jpeg\r\n\r\n${content}\r\n`
const END = '--edge--\r\n'
const ASK = field('instruction', 'make it brighter')

/** A form as it goes out; letters are bytes. */
function form(body: string, type = 'multipart/form-data; boundary=edge', path = EDITS): Buffer {
  return requestOf({ path, headers: [['content-type', type]] }, Buffer.from(body, 'latin1'))
}

describe.each([
  ['native', EDITS],
  ['openai', IMAGE_EDITS],
] as const)('a form that is broken: %s', (door, path) => {
  const broken = (body: string, type?: string) => form(body, type, path)
  const whole = `${ASK}${file('image')}${END}`
  cases(
    [
      ['no boundary said', broken(whole, 'multipart/form-data')],
      ['an empty boundary', broken(whole, 'multipart/form-data; boundary=')],
      ['a boundary twice', broken(whole, 'multipart/form-data; boundary=edge; boundary=ledge')],
      [
        'a boundary of 71 letters',
        broken(whole.replaceAll('edge', 'e'.repeat(71)), `multipart/form-data; boundary=${'e'.repeat(71)}`),
      ],
      ['a boundary with a line break in it', broken(whole, 'multipart/form-data; boundary="ed\\\tge"')],
      ['a boundary that ends in a space', broken(whole, 'multipart/form-data; boundary="edge "')],
      ['another boundary than it says', broken(whole, 'multipart/form-data; boundary=ledge')],
      ['0 bytes', broken('')],
      ['no parts', broken(END)],
      ['no last boundary', broken(`${ASK}${file('image')}`)],
      ['cut off in a header', broken(`${ASK}--edge\r\ncontent-dis`)],
      [
        'the boundary inside a picture',
        broken(`${ASK}${file('image', `${PHOTO.slice(0, 999)}\r\n--edgewise${PHOTO}`)}${END}`),
      ],
      ['lines that end in LF', broken(whole.replaceAll('\r\n', '\n'))],
      ['a part without headers', broken(`${ASK}--edge\r\n\r\nhello\r\n${END}`)],
      ['a part without a name', broken(`${ASK}${file('', PHOTO, 'form-data')}${END}`)],
      ['an empty name', broken(`${ASK}${file('')}${END}`)],
      ['a name of brackets', broken(`${ASK}${field('[]', 'a')}${END}`)],
      [
        'a name twice in a part',
        broken(`${ASK}${file('', PHOTO, 'form-data; name="image"; name="mask"')}${END}`),
      ],
      [
        'two dispositions',
        broken(
          `--edge\r\ncontent-disposition: form-data; name="a"\r\ncontent-disposition: form-data; name="b"\r\n\r\na\r\n${END}`,
        ),
      ],
      ['a disposition of mail', broken(`${ASK}${file('', PHOTO, 'attachment; name="image"')}${END}`)],
      [
        'a header that is none',
        broken(`--edge\r\nhello\r\ncontent-disposition: form-data; name="a"\r\n\r\na\r\n${END}`),
      ],
      ['a name that is not UTF-8', broken(`${field('\xff', 'a')}${END}`)],
      ['a name of 129 letters', broken(`${ASK}${field('a'.repeat(129), 'a')}${END}`)],
      [
        'a form in a form',
        broken(
          `--edge\r\ncontent-disposition: form-data; name="a"\r\ncontent-type: multipart/mixed; boundary=in\r\n\r\n--in--\r\n${END}`,
        ),
      ],
      [
        'base64 as of mail',
        broken(
          `${ASK}--edge\r\ncontent-disposition: form-data; name="image"; filename=a\r\ncontent-transfer-encoding: base64\r\n\r\nQUJD\r\n${END}`,
        ),
      ],
      ['an instruction that is not UTF-8', broken(`${field('instruction', 'a\xff')}${END}`)],
      ['10,000 parts', broken(`${field('instruction', 'a').repeat(10_000)}${END}`)],
      ['10,000 pictures', broken(`${ASK}${file('image', 'a').repeat(10_000)}${END}`)],
      ['10,000 headers in a part', broken(`--edge\r\n${'x: a\r\n'.repeat(10_000)}\r\na\r\n${END}`)],
      ['one header of 100,000 bytes', broken(`--edge\r\nx: ${'a'.repeat(100_000)}\r\n\r\na\r\n${END}`)],
    ],
    { door },
  )
})

describe('a form that is no edit', () => {
  const asks = (...parts: string[]) => form(`${ASK}${parts.join('')}${END}`)
  cases([
    ['nothing in it', form(`${field('seed', '1')}${END}`)],
    ['an option twice', asks(field('seed', '1'), field('seed', '2'))],
    [
      'an option twice, under two names',
      asks(field('aspectRatio', '1:1'), field('output.aspectRatio', '3:2')),
    ],
    ['an option twice, once among others', asks(field('seed', '1'), field('options', '{"seed":2}'))],
    ['an option named __proto__', asks(field('__proto__', 'a'))],
    ['one named constructor', asks(field('constructor', 'a'))],
    ['one named output.__proto__', asks(field('output.__proto__', '1:1'))],
    ['__proto__ among the options', asks(field('options', '{"__proto__":{"seed":1}}'))],
    ['options that are no object', asks(field('options', '[1]'))],
    ['options that are no JSON', asks(field('options', '{seed: 1}'))],
    ['an output that is no object', asks(field('options', '{"output":5}'), field('aspectRatio', '1:1'))],
    ['notes that are no object', asks(field('metadata', 'a'))],
    ['an unknown field', asks(field('brightness', '5'))],
    ['a wrong value', asks(field('seed', '1.5'))],
    ['two masks', asks(file('image'), file('mask'), file('mask'))],
  ])
  cases([['a picture that is none', asks(file('image', 'hello '.repeat(99)))]], { code: 'image_unsupported' })
  cases([['a mask that is none', asks(file('image'), file('mask', 'hello'))]], { code: 'mask_unusable' })
  cases([['a picture without bytes', asks(file('image', ''))]], { code: 'image_empty' })
  cases(
    [
      [
        'a field in another charset',
        form(`${field('instruction', 'a', 'content-type: text/plain; charset=utf-7\r\n')}${END}`),
      ],
    ],
    { code: 'unsupported_media_type' },
  )
  cases([['a field of more than a megabyte', asks(field('user', 'a'.repeat(1024 * 1024 + 1)))]], {
    code: 'request_too_large',
  })
})

test('nothing of that reached anybody, and none of it is a bug of ours', () => {
  expect(upstream.seen).toEqual([])
  expect(gateway.errors()).toEqual([])
})

describe('a form that is odd, and good', () => {
  test.each([
    [
      'a preamble, an epilogue and the longest boundary',
      `hello\r\n${ASK}${file('image')}${END}bye`,
      'e'.repeat(70),
    ],
    ['a boundary in quotes, with spaces in it', `${ASK}${file('image')}${END}`, "e d'g(e):?"],
    ['a file after which a field comes', `${file('image')}${ASK}${field('seed', '7')}${END}`, 'edge'],
    [
      'names with brackets, and odd file names',
      `${ASK}${file('image[]', PHOTO, `form-data; name="image[]"; filename="../../etc/passwd\\"; name=\\"mask"`)}${END}`,
      'edge',
    ],
    [
      'names without quotes, and only filename*',
      `${ASK}${file('image', PHOTO, `form-data; name=image; filename*=UTF-8''%00`)}${END}`,
      'edge',
    ],
    [
      'texts in Latin-1, as Java says of them',
      `${field('instruction', 'make it gr\xfcner', 'Content-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n')}${file('image')}${END}`,
      'edge',
    ],
  ])('%s', async (_, body, boundary) => {
    const type = `multipart/form-data; boundary="${boundary}"`
    const response = await fetch(`${gateway.url}${EDITS}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: Buffer.from(body.replaceAll('--edge', `--${boundary}`), 'latin1'),
    })
    // The upstream’s picture is none; that it was asked says that the form was read.
    expect(response.status).toBe(502)
    const asked = JSON.parse(upstream.seen.at(-1)?.body.toString() ?? '{}')
    const parts: { text?: string; inlineData?: { data: string } }[] = asked.contents[0].parts
    expect(parts.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^make it (?:brighter|grüner)$/),
    )
    expect(parts.filter(({ inlineData }) => (inlineData?.data.length ?? 0) > 100_000)).toHaveLength(1)
  })
})

function cases(
  inputs: readonly (readonly [string, Buffer])[],
  { code = 'invalid_request', door = 'native' }: Partial<Pick<BadInput, 'code' | 'door'>> = {},
): void {
  test.each(inputs)('%s', async (name, bytes) => expectRefused(gateway.port, { name, bytes, code, door }))
}
