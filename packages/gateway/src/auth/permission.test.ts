import { expect, test } from 'vitest'
import { callerNamed } from './caller.fixture.ts'
import { type Need, permissionFault } from './permission.ts'

const bounded = callerNamed('web', {
  scopes: ['edit'],
  providers: ['ai-studio'],
  models: ['nano-banana', 'gemini-3-pro-image'],
})

test.each<[Need, RegExp | null]>([
  [{}, null],
  [{ scope: 'edit' }, null],
  [{ scope: 'admin' }, /^The key “web” is for edit, not for “admin”\. .*scopes/],
  [{ provider: 'ai-studio' }, null],
  [{ provider: 'vertex' }, /may send edits to ai-studio, not to “vertex”\. .*providers/],
  [{ model: { asked: 'nano-banana', resolved: 'gemini-2.5-flash-image' } }, null],
  [{ model: { asked: 'Nano-Banana', resolved: null } }, null],
  [{ model: { asked: 'models/nano-banana', resolved: null } }, null],
  [{ model: { asked: 'nano-banana-pro', resolved: 'gemini-3-pro-image' } }, null],
  [
    { model: { asked: 'gemini-nano-banana-2.1', resolved: 'gemini-nano-banana-2.1' } },
    /may use nano-banana, gemini-3-pro-image, not “gemini-nano-banana-2\.1”\. .*models/,
  ],
  // What an entry stands for is not what it says: the alias opens the alias only.
  [{ model: { asked: 'gemini-2.5-flash-image', resolved: 'gemini-2.5-flash-image' } }, /may use/],
  [{ model: { asked: 'x/nano-banana', resolved: null } }, /may use/],
  [{ scope: 'edit', provider: 'ai-studio', model: { asked: 'nano-banana', resolved: null } }, null],
  [{ scope: 'edit', provider: 'local', model: { asked: 'nano-banana', resolved: null } }, /not to “local”/],
])('%j', (need, message) => {
  const fault = permissionFault(bounded, need)
  if (message === null) expect(fault).toBeNull()
  else expect(fault).toMatchObject({ code: 'not_allowed', message: expect.stringMatching(message) })
})

test('who may use a model goes on with what takes its place, by whatever name', () => {
  const caller = callerNamed('web', { models: ['gemini-2.5-flash-image'] })
  const model = { asked: 'nano-banana', resolved: 'gemini-nano-banana-2.1' }
  expect(permissionFault(caller, { model: { ...model, named: 'gemini-2.5-flash-image' } })).toBeNull()
  expect(permissionFault(caller, { model })?.message).toMatch(
    /may use gemini-2\.5-flash-image, not “nano-ban/,
  )
  const direct = { asked: model.resolved, resolved: model.resolved, named: model.resolved }
  expect(permissionFault(caller, { model: direct })?.code).toBe('not_allowed')
})

test('what is not bounded is open, and what is bounded to nothing is shut', () => {
  const need: Need = { provider: 'vertex', model: { asked: 'anything', resolved: null } }
  expect(permissionFault(callerNamed('free'), need)).toBeNull()
  expect(permissionFault(callerNamed('none', { models: [] }), need)?.message).toMatch(/may use nothing/)
})

test('what can be no name of a model is not repeated, and the keyless caller is called by what it is', () => {
  const caller = callerNamed('loopback', { models: ['a'] })
  for (const asked of [`a\r\nb${'x'.repeat(10_000)}`, 'make the sky blue', `x${'x'.repeat(200)}`]) {
    const message = permissionFault(caller, { model: { asked, resolved: null } })?.message ?? ''
    expect(message).toMatch(/^Who comes without a key may use a, not “a model of that name”/)
  }
  const key = permissionFault(caller, { model: { asked: 'AIzaSyD-0123456789abcdef', resolved: null } })
  expect(key?.message).not.toContain('0123456789abcdef')
})
