import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMultipartReader } from './multipart.ts'

interface Read {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What is read of a body that comes in pieces of some length. */
function read(body: string | Buffer, { boundary = 'edge', step = Infinity } = {}): readonly Read[] {
  const parts: { headers: Record<string, string>; chunks: Buffer[] }[] = []
  const reader = createMultipartReader({
    boundary,
    begin: (headers) => {
      const chunks: Buffer[] = []
      parts.push({ headers: Object.fromEntries(headers), chunks })
      // A piece is good for that call only.
      return (bytes) => void chunks.push(Buffer.from(bytes))
    },
  })
  const bytes = Buffer.from(body)
  for (let at = 0; at < bytes.length; at += Math.min(step, bytes.length)) {
    const piece = Buffer.from(bytes.subarray(at, at + step))
    reader.push(piece)
    piece.fill(0)
  }
  reader.end()
  return parts.map(({ headers, chunks }) => ({ headers, body: Buffer.concat(chunks).toString('latin1') }))
}

function form(...parts: readonly (readonly [head: string, body: string])[]): string {
  return `${parts.map(([head, body]) => `--edge\r\n${head}\r\n\r\n${body}\r\n`).join('')}--edge--\r\n`
}

const NAMED = 'Content-Disposition: form-data; name="a"'

describe('a body that is whole', () => {
  test.each([
    [
      'two parts',
      form([NAMED, 'one'], ['X-Y:  z ', 'two']),
      [{ 'content-disposition': 'form-data; name="a"' }, { 'x-y': 'z' }],
    ],
    [
      'a preamble and an epilogue',
      `Hello\r\n${form([NAMED, 'one'])}Bye --edge\r\n`,
      [{ 'content-disposition': 'form-data; name="a"' }],
    ],
    ['no line end behind the last boundary', `--edge\r\n\r\n\r\none\r\n--edge--`, [{}]],
    [
      'spaces behind a boundary',
      `--edge \t\r\n${NAMED}\r\n\r\none\r\n--edge--`,
      [{ 'content-disposition': 'form-data; name="a"' }],
    ],
    ['no part', '--edge--\r\n', []],
  ])('%s', (_, body, headers) => {
    expect(read(body).map((part) => part.headers)).toEqual(headers)
  })

  test('what looks like a boundary, and is none, is in the part', () => {
    const inside = '\r\n--edg\r\n-edge\r\n\r--edge\n--edge--\r\n--\r\r\n'
    expect(read(form([NAMED, inside]))).toEqual([
      { headers: { 'content-disposition': 'form-data; name="a"' }, body: inside },
    ])
  })

  test('it is the same however it is cut', () => {
    const odd = fc.string({
      unit: fc.constantFrom('\r', '\n', '-', 'e', 'edge', '--edge', '\r\n', 'x'),
      maxLength: 60,
    })
    const property = fc.property(
      fc.array(odd, { maxLength: 4 }),
      fc.integer({ min: 1, max: 40 }),
      (bodies, step) => {
        const body = form(...bodies.map((text) => [NAMED, text] as const))
        const [whole, cut] = [() => read(body), () => read(body, { step })].map(outcome)
        expect(cut).toEqual(whole)
        // One that has the boundary in it is another form.
        if (bodies.some((text) => text.includes('\r\n--edge'))) return
        expect(Array.isArray(whole) && whole.map((part: Read) => part.body)).toEqual(bodies)
      },
    )
    fc.assert(property, { numRuns: 2000 })
  })
})

describe('a body that is broken', () => {
  test.each([
    ['nothing', '', /boundary/],
    ['another boundary', form([NAMED, 'a']).replaceAll('edge', 'ledge'), /boundary that Content-Type names/],
    ['no last boundary', `--edge\r\n${NAMED}\r\n\r\none`, /last boundary/],
    ['cut off in its headers', `--edge\r\n${NAMED}`, /last boundary/],
    ['cut off behind a boundary', '--edge', /last boundary/],
    ['lines that end in LF', form([NAMED, 'one']).replaceAll('\r\n', '\n'), /CR LF/],
    ['a boundary that goes on', `--edge\r\n${NAMED}\r\n\r\none\r\n--edges\r\n--edge--`, /behind a boundary/],
    ['a header that is none', form(['hello', 'a']), /is none/],
    ['a header without a name', form([': hello', 'a']), /is none/],
    ['a header that is folded', form([`${NAMED}\r\n b`, 'a']), /is none/],
    ['a line break of another kind in a header', form([`${NAMED}\nx: y`, 'a']), /is none/],
    ['a zero in a header', form([`${NAMED}\0`, 'a']), /is none/],
    ['a header twice', form([`${NAMED}\r\n${NAMED}`, 'a']), /twice/],
    [
      '17 headers',
      form([Array.from({ length: 17 }, (_unused, i) => `x-${i}: a`).join('\r\n'), 'a']),
      /16 headers/,
    ],
    ['a header without end', `--edge\r\nx: ${'a'.repeat(9000)}`, /8192 bytes/],
    ['headers that are long and end', form([`x: ${'a'.repeat(9000)}`, 'a']), /8192 bytes/],
  ])('%s', (_, body, says) => {
    expect(() => read(body)).toThrow(says)
    expect(() => read(body, { step: 1 })).toThrow(says)
  })
})

function outcome(run: () => readonly Read[]): readonly Read[] | string {
  try {
    return run()
  } catch (thrown) {
    return String(thrown)
  }
}
