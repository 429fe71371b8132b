import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { createPool, taskUrl } from './pool.ts'

test('a task module is found beside its caller, under the extension the caller has', () => {
  expect(taskUrl('file:///a/b/local-edit.ts', './local-edit.task').href).toBe(
    'file:///a/b/local-edit.task.ts',
  )
  expect(taskUrl('file:///a/b/local-edit.js', './local-edit.task').href).toBe(
    'file:///a/b/local-edit.task.js',
  )
  expect(existsSync(taskUrl(import.meta.url, '../engine/local-edit.task' as './x.task'))).toBe(true)
})

test('an abort ends work that is under way', async () => {
  const pool = createPool({ maxWorkers: 1 })
  const folder = mkdtempSync(join(tmpdir(), 'plantain-pool-'))
  const endless = pathToFileURL(join(folder, 'endless.mjs'))
  writeFileSync(endless, 'export default () => { for (;;); }')
  const started = performance.now()
  await expect(pool.run(endless, null, { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
    name: 'AbortError',
  })
  expect(performance.now() - started).toBeLessThan(5000)
  await pool.close()
  rmSync(folder, { recursive: true })
})
