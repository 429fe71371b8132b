import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from './secret.ts'

test('a secret shows itself nowhere but through reveal', () => {
  const secret = new Secret('AIza-not-for-logs')
  const seen = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: 9, showHidden: true }),
    Object.values(secret).join(),
    JSON.stringify(structuredClone({ ...secret })),
  ].join('\n')
  expect(seen).not.toContain('AIza')
  expect(secret.reveal()).toBe('AIza-not-for-logs')
})
