import { describe, expect, test } from 'vitest'
import { mistakeLine } from './mistake.ts'
import { readYaml } from './yaml-tree.ts'

const env = { PORT: '8080', STRUCTURE: 'x\nadmin:\n  port: 1', COLON: 'a: b', NUMBER: '7' }
const read = (text: string) => readYaml(text, { file: 'p.yaml', env })
const lines = (text: string) => read(text).mistakes.map(mistakeLine)

const at = (line: number, column: number) => ({ kind: 'file', file: 'p.yaml', line, column })

test('values and where they stand', () => {
  const { value, placeOf, isSound, mistakes } = read(
    'listen:\n  host: ::1\n  port: ${PORT}\nkeys:\n  - id: web\n    scopes: [edit, files]\nlimits:\n',
  )
  expect(mistakes).toEqual([])
  expect(isSound).toBe(true)
  expect(value).toEqual({
    listen: { host: '::1', port: '8080' },
    keys: [{ id: 'web', scopes: ['edit', 'files'] }],
    limits: undefined,
  })
  expect(placeOf(['listen', 'port'], 'value')).toEqual(at(3, 9))
  expect(placeOf(['listen', 'port'], 'name')).toEqual(at(3, 3))
  expect(placeOf(['keys', 0, 'scopes', 1], 'value')).toEqual(at(6, 20))
  // Where nothing is said, what is around it.
  expect(placeOf(['listen', 'tls', 'key'], 'value')).toEqual(at(1, 1))
  expect(placeOf(['keys', 0, 'hash'], 'value')).toEqual(at(5, 5))
  expect(placeOf(['cors'], 'value')).toEqual(at(1, 1))
})

test.each(['', '# nothing\n', '---\n', '\ufeff'])('%j says nothing', (text) => {
  expect(read(text)).toMatchObject({ value: {}, mistakes: [], isSound: true })
})

test('an anchor serves several places, and a mistake in it is where it is written', () => {
  const { value, placeOf } = read('a: &x\n  b: 1\nc: *x\nd: [*x, *x]\n')
  expect(value).toEqual({ a: { b: 1 }, c: { b: 1 }, d: [{ b: 1 }, { b: 1 }] })
  expect(placeOf(['c', 'b'], 'value')).toMatchObject({ line: 2, column: 6 })
})

test('text that its variable leaves empty is left out, text that is written empty is not', () => {
  expect(read('a: ${NONE:-}\nb: ""\nc: [ "${NONE:-}" ]').value).toEqual({ a: undefined, b: '', c: [null] })
})

test('an anchor that is set anew serves what comes after it', () => {
  expect(read('a: &x 1\nb: *x\nc: &x 2\nd: *x\ne: &x [*x]\n').value).toMatchObject({ b: 1, d: 2 })
})

test('a variable cannot change the structure', () => {
  expect(read('host: ${STRUCTURE}\nlist:\n- ${COLON}\n- "${NUMBER}"\n${COLON}: 1').value).toEqual({
    host: env.STRUCTURE,
    list: ['a: b', '7'],
    '${COLON}': 1,
  })
})

test.each<[string, string[]]>([
  [
    'a: ${NONE}',
    [
      expect.stringMatching(
        /^p\.yaml:1:4: a: names the variable NONE, which is not set or empty\. Set NONE,/,
      ),
    ],
  ],
  ['a: 1\nb: 2\na: 3', ['p.yaml:3:1: is there twice. Keep one of the two.']],
  ['a:\n\tb: 1', [expect.stringMatching(/^p\.yaml:2:1: is indented with a tab/)]],
  ['a: 1\n---\nb: 2', [expect.stringMatching(/^p\.yaml:2:1: begins a second document/)]],
  [
    'host: ::\nport: 1',
    [
      expect.stringMatching(
        /^p\.yaml:1:7: has a second name in one line\. Put quotes around text that holds a colon\.$/,
      ),
    ],
  ],
  ['a: !foo b', [expect.stringMatching(/^p\.yaml:1:4: has a tag/)]],
  ['a: *nope', [expect.stringMatching(/^p\.yaml:1:4: a: refers to an anchor that is not there/)]],
  ['? [1]\n: 2', [expect.stringMatching(/^p\.yaml:1:3: has a name that is no text/)]],
  ['a: @b', [expect.stringMatching(/^p\.yaml:1:4: begins with a sign.*begins with a sign\.$/)]],
])('%j', (text, expected) => {
  expect(lines(text)).toEqual(expected)
})

test('a reference inside brackets needs quotes, and is told so', () => {
  const [first] = lines('credentials: [{ id: a, apiKey: ${PORT} }]')
  expect(first).toMatch(/^p\.yaml:1:\d+: is not YAML.*"\$\{NAME\}"\.$/)
})

test('syntax that cannot be relied on is told apart from what can', () => {
  expect(read('a: 1\na: 2').isSound).toBe(true)
  expect(read('a: [1\nb: 2').isSound).toBe(false)
})

test('a message repeats nothing that stands in the file', () => {
  const secret = 'AIzaSyPlanted'
  const texts = [
    `a: [${secret}`,
    `a: "${secret}`,
    `a: {${secret}: } }`,
    `a: *${secret}`,
    `!${secret} a`,
    `a: b\n${secret}`,
    `? [${secret}]\n: 1`,
    `%${secret}\n---\na: 1`,
    `a: "\\${secret}"`,
  ]
  for (const text of texts) {
    expect(lines(text).length).toBeGreaterThan(0)
    expect(lines(text).join()).not.toContain('Planted')
  }
})

describe('what would grow without end is bounded', () => {
  test('aliases of aliases', () => {
    const bomb = Array.from(
      { length: 12 },
      (_, level) =>
        `a${level}: &a${level} [${
          level === 0
            ? 'x'
            : Array(10)
                .fill(`*a${level - 1}`)
                .join(',')
        }]`,
    )
    expect(lines(bomb.join('\n'))).toEqual([
      expect.stringMatching(/^p\.yaml:1:1: has more than 20000 values/),
    ])
  })

  test.each(['a: &a [*a]', 'a: &a { b: { c: *a } }'])('%s', (text) => {
    expect(lines(text).join()).toMatch(/nested too deep/)
  })

  test('brackets within brackets', () => {
    const count = lines(`a: ${'['.repeat(50_000)}`).length
    expect(count).toBeGreaterThan(0)
    expect(count).toBeLessThanOrEqual(20)
    for (const levels of [1_000, 5_000, 20_000]) {
      expect(lines(`a: ${'['.repeat(levels)}${']'.repeat(levels)}`).length).toBeGreaterThan(0)
      expect(lines(`a: ${'{ a: '.repeat(levels)}${'}'.repeat(levels)}`).length).toBeGreaterThan(0)
    }
    expect(lines(`a: ${'['.repeat(50)}${']'.repeat(50)}`)).toEqual([expect.stringMatching(/nested too deep/)])
  })
})
