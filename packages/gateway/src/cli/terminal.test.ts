import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createTerminal } from './terminal.ts'

function painted(isTTY: boolean, env: Record<string, string>): string {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 72 })
  const { stdout } = createTerminal({
    stdin: stream,
    stdout: stream,
    stderr: stream,
    env,
    platform: 'linux',
    versions: { node: '24.0.0' },
  })
  return stdout.paint('red', 'x')
}

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { TERM: 'dumb' }, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [false, { FORCE_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('terminal %s with %j: colours %s', (isTTY, env, colours) => {
  expect(painted(isTTY, env) !== 'x').toBe(colours)
})
