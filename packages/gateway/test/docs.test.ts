import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorsPage } from '../../../scripts/errors-page.ts'

test('docs/errors.md is the code table as it stands; `npm run docs` writes it', () => {
  expect(readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsPage())
})
