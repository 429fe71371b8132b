import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { configurationPage } from '../../../scripts/configuration-page.ts'
import { doorsPage } from '../../../scripts/doors-page.ts'
import { emulatorPage } from '../../../scripts/emulator-page.ts'
import { errorsPage } from '../../../scripts/errors-page.ts'

test('docs/errors.md is the code table as it stands; `npm run docs` writes it', () => {
  expect(readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsPage())
})

test('docs/emulator.md is its own tables as they stand; `npm run docs` writes it', () => {
  expect(readFileSync(new URL('../../../docs/emulator.md', import.meta.url), 'utf8')).toBe(emulatorPage())
})

test('docs/configuration.md is the schema as it stands; `npm run docs` writes it', () => {
  expect(readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')).toBe(
    configurationPage(),
  )
})

test('docs/doors.md is the tables of fields as they stand; `npm run docs` writes it', () => {
  expect(readFileSync(new URL('../../../docs/doors.md', import.meta.url), 'utf8')).toBe(doorsPage())
})
