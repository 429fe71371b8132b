import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Notice } from '../contract/result.ts'
import { resolveModel } from '../models/registry.ts'
import { handClock } from '../observe/clock.fixture.ts'
import { editedResult } from '../observe/edit.fixture.ts'
import { createLog } from '../observe/log.ts'
import { createObserver } from '../observe/observer.ts'
import { tellOfEdit, tellOfRelay } from './tell.ts'

const folder = mkdtempSync(join(tmpdir(), 'tell-'))
afterAll(() => rmSync(folder, { recursive: true }))
let logs = 0

/** The warnings in the log of a gateway that was asked for these models one after the other. */
async function warned(asked: readonly string[], day = '2026-11-26', tell = tellOfEdit) {
  const file = join(folder, `${(logs += 1)}.log`)
  const { system } = handClock(Date.parse(`${day}T12:00:00Z`))
  const log = createLog({ clock: system.clock, level: 'warn', to: { file } })
  const observer = await createObserver({ system, log })
  for (const name of asked) {
    const request = observer.begin({ requestId: 'r', method: 'POST', door: 'native', route: '/v1/edits' })
    const notices = noticesOf(name, system.clock.now())
    tell(request, editedResult(system, { requestedModel: name, notices }), 100)
    request.end({ status: 200, answerBytes: 10, how: 'answered' })
  }
  await log.close()
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

function noticesOf(name: string, nowMs: number): readonly Notice[] {
  const resolution = resolveModel(name, { nowMs, surface: 'ai-studio' })
  return resolution.kind === 'model' ? resolution.notices : []
}

test('that a model was replaced is told once for all requests, with what differs as fields', async () => {
  const lines = await warned(['gemini-2.5-flash-image', 'nano-banana', 'models/gemini-2.5-flash-image'])
  expect(lines).toEqual([
    {
      level: 'warn',
      time: '2026-11-26T12:00:00.000Z',
      notice: 'model_migrated',
      asked: 'gemini-2.5-flash-image',
      used: 'gemini-nano-banana-2.1',
      successor: 'gemini-nano-banana-2.1',
      why: 'gemini-2.5-flash-image ended on 2026-10-02 on AI Studio (by Google’s own pages)',
      differences: {
        ratios: { lost: [], gained: ['1:4', '4:1', '1:8', '8:1'] },
        sizes: { lost: [], gained: ['1K', '2K', '4K'] },
        inputTypes: { lost: [], gained: ['image/heic', 'image/heif'] },
        inputImages: { before: 3, after: 14 },
        price: { size: '1K', before: 0.039, after: 0.0336 },
      },
      msg: 'Edits are made by another model than they ask for.',
    },
  ])
})

test('each pair of models is news of its own, and what is not on record is null', async () => {
  const lines = await warned(['nano-banana', 'imagen-3.0-capability-001', 'gemini-3-pro-image'])
  expect(lines.map(({ asked }) => asked)).toEqual(['gemini-2.5-flash-image', 'imagen-3.0-capability-001'])
  expect(lines[1]).toMatchObject({ differences: { ratios: null, sizes: null, inputImages: null } })
})

test('a model that is ending is told while it is still used', async () => {
  expect(await warned(['nano-banana', 'nano-banana'], '2026-09-15')).toMatchObject([
    {
      notice: 'model_ending',
      asked: 'gemini-2.5-flash-image',
      used: 'gemini-2.5-flash-image',
      successor: 'gemini-3.1-flash-image',
      why: 'gemini-2.5-flash-image ends on 2026-10-02 on AI Studio (by Google’s own pages)',
      differences: { sizes: { gained: ['512', '1K', '2K', '4K'] } },
    },
  ])
})

test('what was only passed on is told of too', async () => {
  expect(await warned(['nano-banana'], undefined, tellOfRelay)).toHaveLength(1)
})
