import { expect, test } from 'vitest'
import { readParameters } from './header-parameters.ts'

test.each([
  ['text/plain', 'text/plain', {}],
  ['Text/Plain ; Charset=UTF-8', 'text/plain', { charset: 'UTF-8' }],
  ['form-data; name="a"; filename="b; c=\\"d\\".jpg"', 'form-data', { name: 'a', filename: 'b; c="d".jpg' }],
  [
    "form-data; name=a; filename*=UTF-8''%e2%82%ac",
    'form-data',
    { name: 'a', 'filename*': "UTF-8''%e2%82%ac" },
  ],
  ['form-data; name=""', 'form-data', { name: '' }],
  ['form-data; __proto__=a', 'form-data', JSON.parse('{"__proto__":"a"}')],
  ['a;', 'a', {}],
  ['', '', {}],
])('%s', (value, essence, parameters) => {
  const read = readParameters(value)
  expect(read?.essence).toBe(essence)
  expect(Object.fromEntries(read?.parameters ?? [])).toEqual(parameters)
})

test.each(['a; b=c; b=d', 'a; B="c"; b=c', 'a; b', 'a; b="c', 'a; b="c"d', 'a; =c', 'a; b=c d', 'a; b=c"d"'])(
  'two could read it differently: %s',
  (value) => expect(readParameters(value)).toBeNull(),
)

test('a long one takes no longer than it is long', () => {
  const begun = performance.now()
  readParameters(`a${'; b="\\'.repeat(2000)}`)
  readParameters(`a; b="${'\\'.repeat(8001)}`)
  readParameters(`a${' '.repeat(8000)}b`)
  readParameters(`a;${' ;'.repeat(4000)}b`)
  expect(performance.now() - begun).toBeLessThan(500)
})
