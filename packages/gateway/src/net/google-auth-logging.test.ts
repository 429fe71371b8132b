import { afterAll, expect, test, vi } from 'vitest'
import { CANARIES, CREDENTIALS, startTokenEndpoints, tokenAnswer } from '../../test/token-endpoints.ts'
import { Secret } from '../contract/secret.ts'
import { googleAuth } from './google-auth.ts'

afterAll(() => vi.restoreAllMocks())

test('no token is written anywhere, even with the auth library’s debug variable set', async () => {
  // Read by the library when it is loaded, which is with the first token and thus below.
  process.env['GOOGLE_SDK_NODE_LOGGING'] = 'all'
  const written: unknown[] = []
  const record = (...what: readonly unknown[]) => written.push(...what) > 0
  vi.spyOn(process.stderr, 'write').mockImplementation(record)
  vi.spyOn(process.stdout, 'write').mockImplementation(record)
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, level).mockImplementation(record)

  const endpoints = await startTokenEndpoints(() => tokenAnswer(CANARIES.accessToken))
  const json = new Secret(JSON.stringify(CREDENTIALS.authorized_user))
  const auth = googleAuth({ credential: { kind: 'json', json }, dial: endpoints.dial })
  expect((await auth.accessToken(AbortSignal.timeout(10_000))).reveal()).toBe(CANARIES.accessToken)
  await endpoints.close()
  delete process.env['GOOGLE_SDK_NODE_LOGGING']
  expect(written.map(String).join('\n')).toBe('')
})
